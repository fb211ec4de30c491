"""What a measure was computed from: tables, their batches, the vintage and the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.records import access, synthetic
from liantu.records.models import Batch
from liantu.records.moments import moment_of
from liantu.records.tables.declared import Table, load_tables
from liantu.systems.indicators.present import base_tables

_LATEST = 3


@dataclass(frozen=True)
class InputTable:
    """One table: how many batches it came in by, the latest of them, and who files it."""

    table: Table
    batches: int
    latest: tuple[Batch, ...]
    """Those that whoever acts may look into."""
    accepted_at: datetime | None
    synthetic: bool

    @property
    def table_id(self) -> str:
        """Id; a template asks the table itself for its columns."""
        return self.table.id


def inputs_of(declared: Catalogue, compiled: Compiled, as_of: str | None) -> list[InputTable]:
    """The tables whose rows come to the measure."""
    moment = moment_of(as_of)
    found = []
    for name in base_tables(declared, compiled):
        batches = Batch.objects.filter(table=name, accepted__gt=0).order_by("-accepted_at")
        if moment is not None:
            batches = batches.filter(accepted_at__lte=moment)
        latest = tuple(batches[:_LATEST])
        with access.whole("measures"):
            every = batches.all()
            count, last = every.count(), every.values_list("accepted_at", flat=True).first()
        extent = synthetic.of_table(name, as_of)
        found.append(InputTable(load_tables()[name], count, latest, last, extent.any))
    return found
