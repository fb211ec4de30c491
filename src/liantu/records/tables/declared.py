"""The tables of records, declared once: columns, units, keys, ranges, cross-checks, meaning.

``catalog/tables/*.yaml``, one table a file. Import, templates, storage, pages and reference
read these declarations; none of them names a column of its own.

Values in a frame (:attr:`Column.dtype`): texts, codes, enums and references are strings, shares
run 0–1, amounts stand in the base unit of the column, dates are dates, geometry is GeoJSON text.
A period is its short code: ``2025``, ``2025Q1`` or ``2025-03``, which sorts within one grain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, Self

import polars as pl
from pydantic import Field, model_validator

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import InvalidDeclaration, Message, NoSuchColumn, NotFound
from liantu.quantity.unit import parse_unit
from liantu.records.tables.agreement import Agreement, check_agreements
from liantu.records.tables.belonging import Belonging, Open

FOLDER = CATALOG / "tables"
_FIGURES = CATALOG / "observations" / "table.yaml"

ColumnType = Literal[
    "text",
    "code",
    "integer",
    "number",
    "money",
    "share",
    "date",
    "period",
    "boolean",
    "enum",
    "geometry",
    "reference",
]
Grain = Literal["month", "quarter", "year"]
NUMERIC: frozenset[str] = frozenset({"integer", "number", "money", "share"})

_DTYPES: dict[str, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "money": pl.Float64(),
    "share": pl.Float64(),
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}


class Choice(Declared):
    """One code of an enum; ``aliases`` are other ways in which files write it."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


class Column(Declared):
    """One column of a table."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    type: ColumnType
    unit: str = ""
    """Unit as stored; empty for plain figures. Shares are stored 0–1."""
    shown_unit: str = ""
    """Unit on templates, in exports and in a file that names none; empty: as stored."""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    """Bounds in the stored unit, both included."""
    over_time: Literal["", "sum", "last", "mean", "none"] = ""
    """How a unit's figures of several periods come to one of a longer period; empty: by its type,
    see :attr:`over_periods`."""
    not_future: bool = False
    """Dates and periods: a day after the check is a mistake."""
    pattern: str = ""
    """Regular expression that a text or code must match as a whole."""
    check: str = ""
    """Name of a declared check of single values (``credit_code``)."""
    choices: tuple[Choice, ...] = ()
    references: str = ""
    """Id of the register that this column points into."""
    names: str = ""
    """This column is the name filed beside the code in column ``names``."""
    personal: Literal["", "phone", "identity", "name"] = ""
    """Kind of personal data, masked for roles that may not see them; empty: none."""
    aliases: tuple[str, ...] = ()
    """Other header texts for this column, without their units."""
    example: str = ""
    """How a template shows it filled in; empty: by its type."""
    meaning_zh: str = ""
    meaning_en: str = ""

    @property
    def dtype(self) -> pl.DataType:
        """Type of the column in a frame."""
        return _DTYPES.get(self.type, pl.String())

    @property
    def numeric(self) -> bool:
        """Does the column hold figures?"""
        return self.type in NUMERIC

    @property
    def over_periods(self) -> Literal["sum", "last", "mean", "none"]:
        """``over_time``; not said: figures add up, shares do not come to one, others are the last.

        A share of a quarter cannot be told from those of its months without their wholes.
        """
        if self.over_time:
            return self.over_time
        if self.type == "share":
            return "none"
        return "sum" if self.numeric else "last"

    @property
    def written_unit(self) -> str:
        """Unit of a figure in a file whose header names none."""
        return self.shown_unit or self.unit

    @property
    def header(self) -> str:
        """Header on templates and in exports, with its unit: ``营业收入（万元）``."""
        unit = self.written_unit if self.numeric else ""
        return f"{self.zh}（{unit}）" if unit else self.zh

    def factor(self, unit: str) -> float:
        """One ``unit`` in the stored unit of this column; a share without unit is 0–1.

        Raises:
            InvalidQuantity: no known unit.
            InvalidDeclaration: a unit of another dimension (a figure in 亩 for an amount in 元).
        """
        there = parse_unit(unit)
        if self.type == "share":
            stored = 1.0 if there.dimension == "plain" else 100.0
            if there.dimension in ("plain", "percent"):
                return there.factor / stored
        here = parse_unit(self.unit)
        if there.dimension != here.dimension:
            raise InvalidDeclaration(
                f"列“{self.zh}”的单位“{unit}”与所存单位“{self.unit or '无'}”不是同一类量。"
                "请改用同类单位。",
                f"Unit {unit!r} of column {self.name} is no measure of what is stored in"
                f" {self.unit or 'plain figures'!r}. Use a unit of the same kind.",
            )
        return float(there.ratio / here.ratio)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.type == "enum") != bool(self.choices):
            raise ValueError("choices belong to the type enum, and an enum needs them")
        if self.type == "reference" and not self.references:
            raise ValueError("a reference names the register it points into")
        if self.type == "money" and not self.unit:
            raise ValueError("money needs a unit")
        if self.pattern:
            re.compile(self.pattern)
        return self


class CrossCheck(Declared):
    """A statement about several columns of one row that must hold.

    ``expression`` is SQL over the columns; where it comes to null (a figure is missing) nothing
    is said. ``columns`` are the cells marked when it fails.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    expression: str
    columns: tuple[str, ...] = Field(min_length=1)
    severity: Literal["error", "warning"]
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class UnitSlip(Declared):
    """When figures of one column are suspected to stand in another unit (元 for 万元).

    ``ratio`` is an SQL expression over the columns; the row is suspected where it leaves
    ``low``..``high``, and the unit is named where the ratio times ``factor`` or divided by it
    falls back inside. ``history`` compares with the firm's own earlier figures instead.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    column: str
    ratio: str = ""
    history: bool = False
    low: float = Field(gt=0)
    high: float = Field(gt=0)
    factor: float = Field(default=10_000, gt=1)
    severity: Literal["error", "warning"] = "warning"
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.ratio) == self.history:
            raise ValueError("either a ratio or the history, not both")
        return self


class OneWay(Declared):
    """A relation between two columns that cannot hold in both directions.

    Rows of one file of which one says A → B and the other B → A, with the same values in
    ``within``, are both marked; which of them is right the file cannot tell.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    from_: str = Field(alias="from")
    to: str
    within: tuple[str, ...] = ()
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Within(Declared):
    """A shape that should lie in the area that its row names.

    ``area`` is a reference into a register with a boundary; an area without one is not asked.
    ``tolerance_m``: metres by which two surveys of one line may differ.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    column: str
    area: str
    tolerance_m: float = Field(ge=0)
    severity: Literal["error", "warning"] = "warning"


class Jump(Declared):
    """A change against the same entity's figure one period before that is not plausible."""

    column: str
    low: float = Field(ge=0)
    high: float = Field(gt=0)
    floor: float = 0
    """Figures smaller than this, in the stored unit, jump as they like."""


class Table(Declared):
    """One declared table of records."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    kind: Literal["register", "series", "figures"]
    """register: one row a thing, in the ledger · series: one row a thing and period, in the lake
    · figures: published figures as written, in the lake; they have a door of their own."""
    grain: Grain | None = None
    key: tuple[str, ...] = Field(min_length=1)
    model: str = ""
    """Django model of a register, by name; empty: reference lists, kept in the lake."""
    columns: tuple[Column, ...] = Field(min_length=1)
    checks: tuple[CrossCheck, ...] = ()
    slips: tuple[UnitSlip, ...] = ()
    jumps: tuple[Jump, ...] = ()
    one_way: tuple[OneWay, ...] = ()
    within: tuple[Within, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    scope: Open | Belonging
    """Whose its rows are: who may read and write them."""
    owner: str
    """Which office files it."""
    owner_en: str
    due_days: int | None = None
    """Days after the end of the period by which it is due."""
    meaning_zh: str
    meaning_en: str
    aliases: tuple[str, ...] = ()
    """Names of sheets and files that hold this table."""
    source: Source

    @property
    def by_name(self) -> dict[str, Column]:
        """Columns by name, in order."""
        return {column.name: column for column in self.columns}

    def __getitem__(self, name: str) -> Column:
        try:
            return self.by_name[name]
        except KeyError:
            raise NoSuchColumn(
                f"表“{self.zh}”没有列 {name}。应为 {'、'.join(self.by_name)}。",
                f"Table {self.id} has no column {name}. Expected one of {', '.join(self.by_name)}.",
            ) from None

    @property
    def dtypes(self) -> dict[str, pl.DataType]:
        """Schema of a frame of this table."""
        return {column.name: column.dtype for column in self.columns}

    @property
    def entity(self) -> tuple[str, ...]:
        """The key without the period: whose figures they are."""
        return tuple(name for name in self.key if self.by_name[name].type != "period")

    @property
    def period(self) -> str | None:
        """Name of the period column of a series."""
        return next((name for name in self.key if self.by_name[name].type == "period"), None)

    @property
    def references(self) -> Iterator[tuple[Column, str]]:
        """Columns that point into a register, with its id."""
        return ((column, column.references) for column in self.columns if column.references)

    @property
    def sentences(self) -> dict[str, Message]:
        """What the rules of several columns say when they fail, by their ids."""
        said: dict[str, Message] = {}
        for rules in (self.checks, self.slips, self.one_way, self.agreements):
            said |= {rule.id: Message(rule.zh, rule.en) for rule in rules}
        return said

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [column.name for column in self.columns]
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise ValueError(f"columns written twice: {', '.join(sorted(doubled))}")
        said = [(name, "key") for name in self.key]
        said += [(name, check.id) for check in self.checks for name in check.columns]
        said += [(slip.column, slip.id) for slip in self.slips]
        said += [(jump.column, "jumps") for jump in self.jumps]
        said += [(name, w.id) for w in self.one_way for name in (w.from_, w.to, *w.within)]
        said += [(name, w.id) for w in self.within for name in (w.column, w.area)]
        said += [(name, rule.id) for rule in self.agreements for name in rule.cells]
        said += [(column.names, column.name) for column in self.columns if column.names]
        belongs = () if isinstance(self.scope, str) else self.scope.columns
        said += [(name, "scope") for name in belongs if "." not in name]
        missing = [f"{name} ({where})" for name, where in said if name not in names]
        if missing:
            raise ValueError(f"columns that do not exist: {', '.join(missing)}")
        if (self.kind == "series") != (self.grain is not None):
            raise ValueError("a series has a grain, another table has none")
        if self.kind == "series" and self.period is None:
            raise ValueError("a series has a period in its key")
        if self.kind == "series" and self.due_days is None:
            raise ValueError("a series says when it is due")
        if (self.jumps or any(slip.history for slip in self.slips)) and self.kind != "series":
            raise ValueError("only a series can be compared with its history")
        return self


@cache
def load_tables(folder: Path = FOLDER) -> dict[str, Table]:
    """All tables that the doors serve, by id.

    Raises:
        InvalidDeclaration: a file is wrong, named otherwise than its table, or a reference
            points into a register that is not declared.
    """
    tables: dict[str, Table] = {}
    for path in sorted(folder.glob("*.yaml")):
        table = read_declared(Table, path)
        if table.id != path.stem:
            raise InvalidDeclaration(
                f"目录文件 {path.name} 声明的表是 {table.id}。文件名应与表的 id 相同。",
                f"Catalogue file {path.name} declares table {table.id}. Name the file after it.",
            )
        tables[table.id] = table
    _check_references(tables)
    check_agreements(tables)
    return tables


@cache
def figures_table() -> Table:
    """The table of published figures, which is none of :func:`load_tables`.

    Its rows are kept as written: their periods are texts, no row replaces another, and another
    door (:mod:`liantu.records.figures`) reads them. The lake holds it beside the series.
    """
    return read_declared(Table, _FIGURES)


def table(table_id: str) -> Table:
    """One declared table.

    Raises:
        NotFound: no such table.
    """
    tables = load_tables()
    if table_id not in tables:
        raise NotFound(
            f"没有名为“{table_id}”的数据表。应为 {'、'.join(tables)} 之一。",
            f"There is no table {table_id!r}. Expected one of {', '.join(tables)}.",
        )
    return tables[table_id]


def _check_references(tables: dict[str, Table]) -> None:
    wrong = [
        f"{table.id}.{column.name} → {target}"
        for table in tables.values()
        for column, target in table.references
        if target not in tables or tables[target].kind != "register"
    ]
    if wrong:
        raise InvalidDeclaration(
            f"引用的登记表不存在：{'；'.join(wrong)}。请改正 references。",
            f"References into registers that are not declared: {'; '.join(wrong)}. Mend them.",
        )
