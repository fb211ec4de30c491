"""A list as the address asks for it: conditions, words, order, columns, page, recorded time.

``state=open&area_code=510112&capital_cny.min=500&q=…&sort=-capital_cny&page=2``. Figures stand
in the unit that the column shows. Everything is checked; what is not understood is named, never
passed over in silence, since a link that drops a filter shows other rows than were meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from liantu.errors import UsageError
from liantu.records import registers
from liantu.records.moments import moment_of
from liantu.records.rolls import Condition, Empty, OneOf, StartsWith, Within
from liantu.records.tables.declared import Column, Grain, Table
from liantu.records.tables.declared import table as declared_table
from liantu.web.pages.registers.areas import below
from liantu.web.pages.registers.entered import read_cell
from liantu.web.pages.registers.recorded import recorded_by
from liantu.web.pages.registers.shown import can_be_filtered, shown_of

EMPTY = "~"
"""Value of a filter that asks for cells nobody filled in."""
OWN = frozenset({"q", "sort", "page", "columns", "density", "vintage", "as_of", "from"})
"""Parameters of the address that are no filters."""
PAGE = 50
_WORDS, _LONGEST = 8, 100
_LAST_PAGE = 10**9
_MOST_VALUES = 200
"""Of one filter: more than anybody ticks. Keys merged into a record come with its own."""
_SIDES = ("min", "max")


@dataclass(frozen=True)
class Filter:
    """One filter that is set, with the texts it was set by."""

    column: Column
    name: str
    """Parameter of the address: the column, with ``.min`` or ``.max`` for a bound."""
    values: tuple[str, ...]
    condition: Condition


@dataclass(frozen=True)
class Asked:
    """A checked request for a list."""

    table: Table
    filters: tuple[Filter, ...]
    q: str
    sort: str
    """Column, with a leading ``-`` for descending; empty is the order of keys."""
    page: int
    columns: tuple[str, ...]
    dense: bool
    vintage: str | None
    moment: datetime | None

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.q.split())

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(item.condition for item in self.filters)

    @property
    def narrowed(self) -> bool:
        return bool(self.filters or self.q)

    @property
    def sort_column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def said(self, name: str) -> str:
        """The first text by which a filter is set, for its field."""
        return next((item.values[0] for item in self.filters if item.name == name), "")


def read_asked(
    table: Table, query: QueryDict, sortable: Iterable[str], *, stored: bool = False
) -> Asked:
    """Check the parameters of the address.

    Args:
        stored: figures stand in the unit that is stored, not in that of the header.

    Raises:
        UsageError: a filter, column, order or page that does not exist, or a value that cannot
            be read, each named.
        NotFound: no such vintage.
    """
    if any("\x00" in value for name in query for value in query.getlist(name)):
        raise _wrong("", "", "不含空字符的文字", "texts without null characters")
    names = [name for name in query if name not in OWN]
    vintage = recorded_by(query)
    filters = [_filter(table, name, query.getlist(name), vintage, stored=stored) for name in names]
    q = query.get("q", "").strip()
    if len(q) > _LONGEST or len(q.split()) > _WORDS:
        raise _wrong("q", q, f"不超过 {_LONGEST} 字、{_WORDS} 个词",
                     f"at most {_LONGEST} characters in {_WORDS} words")  # fmt: skip
    return Asked(
        table=table,
        filters=tuple(item for item in filters if item is not None),
        q=q,
        sort=_sort(query.get("sort", ""), list(sortable)),
        page=_page(query.get("page", "1")),
        columns=_columns(table, query.getlist("columns")),
        dense=query.get("density", "") == "dense",
        vintage=vintage,
        moment=moment_of(vintage),
    )


def _filter(
    table: Table, name: str, given: list[str], as_of: str | None, *, stored: bool
) -> Filter | None:
    column_name, _, side = name.partition(".")
    column = table.by_name.get(column_name)
    bounded = side in _SIDES and column is not None and is_range(column)
    if column is None or not can_be_filtered(column) or (side and not bounded):
        known = [c.name for c in table.columns if can_be_filtered(c)]
        raise _wrong(name, "", f"{'、'.join(known)}（区间加 .min 或 .max）",
                     f"{', '.join(known)} (ranges with .min or .max)")  # fmt: skip
    values = tuple(value.strip() for value in given if value.strip())
    if not values:
        return None
    if len(values) > _MOST_VALUES:
        raise _wrong(name, "", f"不超过 {_MOST_VALUES} 个值", f"at most {_MOST_VALUES} values")
    if values == (EMPTY,):
        return Filter(column, name, values, Empty(column.name))
    if bounded:
        bound: Any = read_cell(column, values[0], table.grain, stored=stored)
        low, high = (bound, None) if side == "min" else (None, bound)
        return Filter(column, name, values[:1], Within(column.name, low, high))
    return Filter(column, name, values, _exactly(column, values, table.grain, as_of, stored=stored))


def is_range(column: Column) -> bool:
    """Is the column filtered between two bounds?"""
    return column.numeric or column.type in ("date", "period")


def _exactly(
    column: Column, values: tuple[str, ...], grain: Grain | None, as_of: str | None, *, stored: bool
) -> Condition:
    if column.type == "reference":
        if column.references == "areas":
            return OneOf(column.name, tuple(sorted(below(values))))
        if len(values) == 1:
            return _of_one(column, values[0], as_of)
        return OneOf(column.name, values)
    read = (read_cell(column, value, grain, stored=stored) for value in values)
    return OneOf(column.name, tuple(read))


def _of_one(column: Column, code: str, as_of: str | None) -> Condition:
    """Rows of one record, under its own key and those merged into it; else codes that begin so."""
    if len(declared_table(column.references).key) == 1:
        keys = registers.keys_of(column.references, code, as_of)
        if len(keys) > 1 or registers.at(column.references, as_of).filter(key=code).exists():
            return OneOf(column.name, keys)
    return StartsWith(column.name, code)


def _sort(text: str, sortable: list[str]) -> str:
    if text and text.removeprefix("-") not in sortable:
        raise _wrong("sort", text, "、".join(sortable), ", ".join(sortable))
    return text


def _page(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:12]) <= _LAST_PAGE:
        raise _wrong("page", text, "1、2、3 …", "1, 2, 3 …")
    return int(text[:12])


def _columns(table: Table, given: list[str]) -> tuple[str, ...]:
    names = [name for text in given for name in text.split(",") if name]
    known = [column.name for column in table.columns if column.type != "geometry"]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise _wrong("columns", "、".join(unknown), "、".join(known), ", ".join(known))
    if not names:
        return shown_of(table).shown
    return tuple(name for name in known if name in names)


def _wrong(name: str, value: str, zh: str, en: str) -> UsageError:
    found_zh = f"的值“{value[:40]}”无法识别" if value else "无法识别"
    found_en = f" has the unknown value {value[:40]!r}" if value else " is not known"
    return UsageError(
        f"参数 {name[:60]} {found_zh}，应为：{zh}。请改正地址，或从列表页重新筛选。",
        f"Parameter {name[:60]}{found_en}; expected: {en}. Mend the address, or filter anew"
        " from the list.",
    )
