"""Codes and names of the registers at a moment, as the doors' checks ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import polars as pl

from liantu.records import registers
from liantu.records.registers import storage
from liantu.records.tables.agreement import asked_of
from liantu.records.tables.declared import Table, load_tables

_SPLIT = r"[;；]"
_BRACKETS = r"[(（][^()（）]*[)）]"


class Names(Mapping[str, pl.DataFrame]):
    """Register → frame of ``code`` and ``name``, one row for each name a code has or had.

    Beside the present name stands what agreements of any table ask of the register. A register
    is read when it is first asked for. Codes that were merged into another record are known by
    their own names still: figures may stand under them.
    """

    def __init__(self, moment: datetime | None) -> None:
        self.moment = moment
        self._read: dict[str, pl.DataFrame] = {}

    def __getitem__(self, table_id: str) -> pl.DataFrame:
        if table_id not in self._read:
            declared = load_tables()[table_id]
            if declared.kind != "register":
                raise KeyError(table_id)
            self._read[table_id] = _names(declared, self.moment)
        return self._read[table_id]

    def __iter__(self) -> Iterator[str]:
        return (name for name, table in load_tables().items() if table.kind == "register")

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _names(declared: Table, moment: datetime | None) -> pl.DataFrame:
    code = declared.key[0]
    named = [name for name in ("name", "former_names") if name in declared.by_name]
    more = asked_of(declared.id, load_tables().values(), load_tables())
    versions = registers.model_of(declared.id).versions.all()
    rows = versions.in_force() if moment is None else versions.in_force_at(moment)
    kept = (rows.filter(deleted=False) | rows.exclude(merged_into="")).order_by()
    found = storage.frame_of(kept, [code, *named, *more]).rename({code: "code"})
    own = pl.col("name") if named else pl.lit(None, pl.String)
    parts = [found.select("code", own.alias("name"), *more)]
    if "former_names" in named:
        former = pl.col("former_names").str.replace_all(_BRACKETS, "")
        parts.append(
            found.drop_nulls("former_names")
            .select("code", name=former.str.replace_all(_SPLIT, "\n").str.split("\n"))
            .explode("name")
            .with_columns(pl.col("name").str.strip_chars())
            .filter(pl.col("name") != "")
        )
    return pl.concat(parts, how="diagonal")
