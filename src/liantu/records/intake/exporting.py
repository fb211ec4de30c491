"""Tables out of the records as files that the doors read back unchanged."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from pathlib import Path

import polars as pl

from liantu.errors import UsageError
from liantu.records import access, audit, ledger, registers, synthetic
from liantu.records.doors.writing import write_table
from liantu.records.figures.observations_file import write_observations
from liantu.records.intake.corrections import corrections
from liantu.records.intake.guessing import OBSERVATIONS
from liantu.records.intake.naming import value_said
from liantu.records.lake.reading import read
from liantu.records.tables.declared import Table, table


def rows_of(
    table_id: str, *, as_of: str | None = None, where: MappingOf[str, str] | None = None
) -> pl.DataFrame:
    """Rows of a declared table as of a vintage, in order of their key.

    Args:
        as_of: id of a batch, or an ISO date or time; now by default.
        where: column or header → text that it must equal, figures in the unit of the header;
            an empty text means that the cell is empty.

    Raises:
        NotFound: no such table, column or batch.
        InvalidRecords: a text that the column cannot hold.
    """
    declared = table(table_id)
    kept = [_equals(declared, name, text) for name, text in (where or {}).items()]
    if declared.kind == "register":
        rows = registers.read(declared.id, as_of).lazy()
    else:
        rows = read(declared, as_of)
    return rows.filter(*kept).sort(declared.key).collect()


def export(
    table_id: str,
    path: Path,
    *,
    as_of: str | None = None,
    where: MappingOf[str, str] | None = None,
) -> int:
    """Write rows of a declared table as csv, xlsx or parquet, or published figures; how many.

    The file imports again unchanged: figures stand in the stored unit, which the header names,
    and text that a spreadsheet could run is marked. It says where its data are synthetic and
    which corrections its rows have in them.

    Raises:
        NotFound, InvalidRecords: as :func:`rows_of`.
        Refused: whoever acts takes nothing out.
        UsageError: another kind of file, or more rows than a sheet holds.
    """
    access.require("export")
    if table_id == OBSERVATIONS:
        return _told(table_id, _export_figures(path, as_of, where))
    declared = table(table_id)
    rows = rows_of(table_id, as_of=as_of, where=where)
    write_table(
        rows, declared, path,
        synthetic=synthetic.of_table(declared.id, as_of).any,
        corrected=_corrected(declared, rows),
    )  # fmt: skip
    return _told(table_id, rows.height)


def _told(table_id: str, rows: int) -> int:
    audit.note(audit.Act.EXPORTED, kind=table_id, details={"rows": rows})
    return rows


def _export_figures(path: Path, as_of: str | None, where: MappingOf[str, str] | None) -> int:
    if where:
        raise UsageError(
            "公布数据整体导出，不能加 --where。", "Published figures are exported whole."
        )
    figures = ledger.observations(as_of)
    write_observations(figures, path)
    return len(figures)


def count_of(table_id: str, *, as_of: str | None = None) -> int:
    """Records of a declared table as of a vintage."""
    declared = table(table_id)
    if declared.kind == "register":
        return registers.at(declared.id, as_of).count()
    return int(read(declared, as_of).select(pl.len()).collect().item())


def _corrected(declared: Table, rows: pl.DataFrame) -> pl.Series | None:
    """Which corrections the rows have in them; None where the table has none in force."""
    with access.whole("corrections"):
        kept = corrections(declared.id)
    if not kept:
        return None
    said: dict[tuple[str, ...], str] = {}
    for each in kept:
        key = each.correction.key
        said[key] = f"{said[key]} " if key in said else ""
        said[key] += f"#{each.id} {declared[each.correction.column].zh}"
    keys = rows.select(pl.col(name).cast(pl.String) for name in declared.key).rows()
    return pl.Series([said.get(key) for key in keys], dtype=pl.String)


def _equals(declared: Table, said: str, text: str) -> pl.Expr:
    name, value = value_said(declared, said, text)
    return pl.col(name).is_null() if value is None else pl.col(name) == pl.lit(value)
