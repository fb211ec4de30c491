"""Files made before a column was added import as they did, and leave the new column alone."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from liantu.records import intake, registers
from liantu.records.doors.writing import write_table
from liantu.records.sample.city import City
from liantu.records.tables.declared import load_tables

ADDED = {
    "areas": ("document_id",),
    "area_changes": ("document_id",),
    "chains": ("office_id", "chief_id", "contact_id", "document_id"),
    "industry_concordance": ("basis", "trust", "document_id"),
    "measures": ("document_id", "contact_id"),
    "parcels": ("document_id",),
    "parks": ("document_id",),
    "products": ("node_id",),
    "projects": ("node_id", "document_id", "office_id", "contact_id"),
    "supply_links": ("node_id", "document_id"),
    "titles": ("document_id",),
}
"""Columns that the first release did not have."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table_id", ADDED)
def test_a_file_without_the_added_columns_changes_none_of_them(
    table_id: str, small: City, tmp_path: Path
) -> None:
    declared = load_tables()[table_id]
    rows = small.registers[table_id].head(20)
    full = rows.with_columns(
        pl.lit("X-1").alias(name) for name in ADDED[table_id] if not declared[name].choices
    )
    first, before = tmp_path / "full.csv", tmp_path / "before.csv"
    write_table(full, declared, first)
    write_table(rows.drop(ADDED[table_id], strict=False), declared, before)

    intake.commit(intake.prepare(first, table_id), by="now")
    receipt = intake.commit(intake.prepare(before, table_id), by="before")

    assert (receipt.new, receipt.changed, receipt.rejected) == (0, 0, 0)
    assert receipt.unchanged == rows.height
    stored = registers.read(table_id)
    for name in ADDED[table_id]:
        if not declared[name].choices:
            assert stored[name].to_list() == ["X-1"] * rows.height
