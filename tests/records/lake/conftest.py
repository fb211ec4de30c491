"""A lake of its own for every test, and rows to put in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import transaction

from liantu.records.lake.merging import Mode, merge
from liantu.records.lake.publishing import publish
from liantu.records.lake.staging import stage
from liantu.records.models import Batch
from liantu.records.moments import next_moment
from liantu.records.tables.declared import Table, table

FIRM_MONTH = table("firm_month")
Row = dict[str, object]
Bring = Callable[..., str]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Home of the program for this test."""
    settings.HOME = tmp_path
    return tmp_path


def rows(*cells: tuple[str, str, float | None], column: str = "revenue_cny") -> pl.DataFrame:
    """Rows of firm_month: firm, month, one figure."""
    return pl.DataFrame(
        cells, schema={"credit_code": pl.String, "period": pl.String, column: pl.Float64},
        orient="row",
    )  # fmt: skip


def bring_rows(frame: pl.DataFrame, declared: Table = FIRM_MONTH, mode: Mode = "update") -> str:
    """Merge, stage and publish rows as one batch; its vintage."""
    merged = merge(declared, frame, mode)
    staged = [stage(declared, merged.frame)] if merged.frame.height else []
    with transaction.atomic():
        batch = Batch.objects.create(
            accepted_at=next_moment(),
            file_name="x",
            sha256=f"{Batch.objects.count():064d}",
            table=declared.id,
            accepted=merged.frame.height,
            duplicates=merged.unchanged,
            rejected=0,
        )
        publish(staged, batch)
    return str(batch.pk)


@pytest.fixture
def bring(db: None) -> Bring:
    """:func:`bring_rows` on a test's database."""
    return bring_rows
