"""What has been recorded so far, as one value: the same mark, the same records."""

from __future__ import annotations

from django.db.models import Max

from liantu.records import access, registers
from liantu.records.models import Batch
from liantu.records.tables.declared import load_tables


def recorded_mark() -> tuple[object, ...]:
    """Changes with every batch and every edit of a register."""
    with access.whole("moments"):
        batches = Batch.objects.aggregate(last=Max("id"))["last"]
        edits = [
            registers.model_of(table.id).versions.aggregate(last=Max("recorded_from"))["last"]
            for table in load_tables().values()
            if table.kind == "register"
        ]
    return (batches, *edits)
