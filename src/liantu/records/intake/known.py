"""What is known so far, as far as a file needs it: rows under its keys, its firms' past, names.

Nothing is read before a file asks for it, and then only the periods, keys and columns that it
concerns: a month of a million firms is not compared with all months before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from liantu.records import registers
from liantu.records.doors.check import Known, Registers
from liantu.records.doors.within import BOUNDARY
from liantu.records.lake.publishing import visible
from liantu.records.lake.reading import read_until
from liantu.records.models.recorded import Versions
from liantu.records.registers import storage
from liantu.records.tables.agreement import asked_of
from liantu.records.tables.declared import Table, load_tables

_BEFORE = 12
"""Periods before a file's first that show what is usual for an entity."""
_LOOKED_UP = 20_000
"""Codes and names looked up one by one; for more, the register is read whole."""
_WORTH = 10
"""How many times as large as the look-up a register must be for it to be worth while."""
_CHUNK = 900
_OTHERS = ("former_names", "other_names")
"""Columns of a register that list further names, separated by semicolons."""
_SPLIT = r"[;；]"
_BRACKETS = r"[(（][^()（）]*[)）]"


# Rows under the keys of a file ----------------------------------------------------------------


def rows_under(declared: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The records in force that have a key of ``rows``, in the dtypes of the table."""
    if declared.kind == "register":
        return _records_under(declared, rows)
    key, period = list(declared.key), str(declared.period)
    asked = rows.select(key).drop_nulls()
    periods = set(asked[period].unique())
    if not any(periods.intersection(file.periods) for file in visible(declared.id)):
        return pl.DataFrame(schema=declared.dtypes)
    return (
        read_until(declared, None)
        .filter(pl.col(period).is_in(sorted(periods)))
        .join(asked.lazy(), on=key, how="semi")
        .collect()
    )


def _records_under(declared: Table, rows: pl.DataFrame) -> pl.DataFrame:
    reg = registers.register_of(declared.id)
    keys = rows.select(reg.key_expression()).to_series().drop_nulls().unique()
    stored = storage.in_force(reg.model, ["key", "deleted", *reg.columns], keys)
    return stored.filter(~pl.col("deleted")).select(
        pl.col(name).cast(dtype) for name, dtype in declared.dtypes.items()
    )


def merged_away(declared: Table, rows: pl.DataFrame) -> dict[str, str]:
    """Keys of ``rows`` that were merged into another record → the record that stands for them."""
    if declared.kind != "register":
        return {}
    ends = registers.merged(declared.id)
    if not ends:
        return {}
    reg = registers.register_of(declared.id)
    keys = rows.select(reg.key_expression()).to_series().drop_nulls()
    return {key: ends[key] for key in keys.filter(keys.is_in(list(ends)))}


# The past of a file's entities ----------------------------------------------------------------


def past_of(declared: Table) -> Known | None:
    """Gives a file's entities as filed in the periods around it; None where nothing asks."""
    columns = [slip.column for slip in declared.slips if slip.history]
    columns += [jump.column for jump in declared.jumps]
    if declared.period is None or not columns:
        return None
    wanted = [*declared.key, *dict.fromkeys(columns)]

    def read(rows: pl.DataFrame) -> pl.DataFrame | None:
        """Only what stands within :data:`_BEFORE` periods, of the columns compared."""
        period, entity = str(declared.period), list(declared.entity)
        mine = rows[period].drop_nulls()
        filed = sorted({p for file in visible(declared.id) for p in file.periods if p})
        if mine.is_empty() or not filed:
            return None
        first = max(bisect_left(filed, str(mine.min())) - _BEFORE, 0)
        after = bisect_right(filed, str(mine.max())) + 1
        return (
            read_until(declared, None)
            .filter(pl.col(period).is_in(filed[first:after]))
            .select(wanted)
            .join(rows.lazy().select(entity).unique(), on=entity, how="semi")
            .collect()
        )

    return read


# Codes and names of registers ------------------------------------------------------------------


def names_for(declared: Table) -> Registers:
    """Gives the registers that the rows of a file refer to, as far as they do."""
    return lambda rows: Names(declared, rows)


class Names(Mapping[str, pl.DataFrame]):
    """Register → its codes, each with the names it has or had; read when it is asked for.

    Of a large register only what ``rows`` of a table name is read, by code and by name. Codes
    that were merged into another record are known under their own names still.
    """

    def __init__(self, declared: Table | None = None, rows: pl.DataFrame | None = None) -> None:
        self._declared = declared
        self._rows = rows
        self._read: dict[str, pl.DataFrame] = {}

    def __getitem__(self, table_id: str) -> pl.DataFrame:
        if table_id not in self._read:
            register = load_tables()[table_id]
            if register.kind != "register":
                raise KeyError(table_id)
            asked = self._asked(register)
            mine = [self._declared] if self._declared else []
            more = asked_of(table_id, mine, load_tables())
            self._read[table_id] = (
                names_of_register(register, more)
                if asked is None
                else _names_of(register, *asked, more)
            )
        return self._read[table_id]

    def __iter__(self) -> Iterator[str]:
        return (name for name, table in load_tables().items() if table.kind == "register")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _asked(self, register: Table) -> tuple[list[str], list[str]] | None:
        """Codes and names to look up; None where reading the whole register is cheaper."""
        if self._declared is None or self._rows is None or len(register.key) > 1:
            return None
        own = self._declared.id == register.id
        columns = {c.name for c, target in self._declared.references if target == register.id}
        columns |= {register.key[0]} if own else set()
        named = [c.name for c in self._declared.columns if c.names in columns]
        named += ["name"] if own and "name" in self._declared.by_name else []
        codes, names = self._distinct(columns), self._distinct(named)
        if len(codes) + len(names) > _LOOKED_UP:
            return None
        if registers.at(register.id).count() < _WORTH * (len(codes) + len(names) + 1):
            return None
        return codes, names

    def _distinct(self, columns: Iterable[str]) -> list[str]:
        found: set[str] = set()
        for name in columns:
            found.update(self._rows[name].drop_nulls().unique() if self._rows is not None else ())
        return sorted(found)


def names_of_register(declared: Table, more: Sequence[str] = ()) -> pl.DataFrame:
    """``code`` and ``name``, one row for each name a code has or had; ``more`` columns beside."""
    found = storage.frame_of(_standing(declared), _columns(declared, more))
    return _named(declared, found, more)


def _names_of(
    declared: Table, codes: list[str], names: list[str], more: Sequence[str]
) -> pl.DataFrame:
    """The same, of these codes, of whoever bears these names, and of all with former names."""
    rows, columns = _standing(declared), _columns(declared, more)
    # One record, whatever was asked: a register that knows none of the codes is not an empty one.
    found = [storage.frame_of(rows[:1], columns)]
    for field, asked in (("key", codes), ("name", names if "name" in columns else [])):
        for start in range(0, len(asked), _CHUNK):
            part = asked[start : start + _CHUNK]
            found.append(storage.frame_of(rows.filter(**{f"{field}__in": part}), columns))
    found += [
        storage.frame_of(rows.filter(**{f"{other}__isnull": False}), columns)
        for other in _OTHERS
        if other in columns
    ]
    return _named(declared, pl.concat(found).unique(), more)


def _standing(declared: Table) -> Versions:
    """Records in force and those merged into others."""
    versions: Versions = registers.model_of(declared.id).versions.in_force().order_by()
    return versions.filter(deleted=False) | versions.exclude(merged_into="")


def _columns(declared: Table, more: Sequence[str]) -> list[str]:
    named = [name for name in ("name", *_OTHERS) if name in declared.by_name]
    ground = [BOUNDARY] if _is_ground(declared) else []
    return list(dict.fromkeys([declared.key[0], *named, *ground, *more]))


def _is_ground(declared: Table) -> bool:
    """Do other tables say that their shapes lie in the areas of this one?"""
    return BOUNDARY in declared.by_name and any(
        table[rule.area].references == declared.id
        for table in load_tables().values()
        for rule in table.within
    )


def _named(declared: Table, found: pl.DataFrame, more: Sequence[str]) -> pl.DataFrame:
    """Codes beside each of their names; what else was asked for beside the present one."""
    found = found.rename({declared.key[0]: "code"})
    own = pl.col("name") if "name" in found.columns else pl.lit(None, pl.String)
    beside = [name for name in found.columns if name == BOUNDARY or name in more]
    parts = [found.select("code", own.alias("name"), *beside)]
    for other in (name for name in _OTHERS if name in found.columns):
        listed = pl.col(other).str.replace_all(_BRACKETS, "").str.replace_all(_SPLIT, "\n")
        parts.append(
            found.filter(pl.col(other).is_not_null())
            .select("code", name=listed.str.split("\n"))
            .explode("name")
            .with_columns(pl.col("name").str.strip_chars())
            .filter(pl.col("name") != "")
        )
    return pl.concat(parts, how="diagonal")
