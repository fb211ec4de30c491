"""Fields by which a list is narrowed, made from the declaration of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from liantu.records import registers
from liantu.records.models import LakeFile
from liantu.records.tables.declared import Column, Table
from liantu.records.tables.declared import table as declared_table
from liantu.systems.language import language
from liantu.web.pages.registers.asked import EMPTY, OWN, Asked, is_range
from liantu.web.pages.registers.cells import choice_text, header_unit, names_of
from liantu.web.pages.registers.shown import can_be_filtered, shown_of
from liantu.web.templatetags.tables import column_label
from liantu.words import words

_MOST_OPTIONS = 400
"""Beyond it a drop-down is no help, and the code is typed."""


@dataclass(frozen=True)
class Field:
    """One filter as the form shows it."""

    column: Column
    kind: str
    """``select``, ``text`` or ``range``."""
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    low: str = ""
    high: str = ""
    unit: str = ""
    input_type: str = "text"


@dataclass(frozen=True)
class Chip:
    """A filter that is set, in words, with the address of the list without it."""

    text: str
    without: str


def fields(asked: Asked) -> tuple[list[Field], list[Field]]:
    """Filters shown at once, and those behind “more”."""
    table = asked.table
    first = shown_of(table).filters
    made = {c.name: _field(asked, c) for c in table.columns if can_be_filtered(c)}
    front = [made[name] for name in first if name in made and made[name].kind != "range"]
    shown = {item.column.name for item in front}
    return front, [item for name, item in made.items() if name not in shown]


def _field(asked: Asked, column: Column) -> Field:
    if column.type == "period":
        return Field(column, "select", asked.said(column.name), _periods(asked.table))
    if is_range(column):
        return Field(
            column,
            "range",
            low=asked.said(f"{column.name}.min"),
            high=asked.said(f"{column.name}.max"),
            unit=header_unit(column),
            input_type="date" if column.type == "date" else "text",
        )
    options = _options(column, asked.vintage)
    kind = "select" if options else "text"
    return Field(column, kind, asked.said(column.name), (*options, *_empty(column, options)))


def _empty(column: Column, options: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    unsaid = options and not column.required
    return ((EMPTY, words().say("list.empty_cell", language())),) if unsaid else ()


def _options(column: Column, as_of: str | None) -> tuple[tuple[str, str], ...]:
    if column.type == "enum":
        return tuple((choice.code, choice_text(column, choice.code)) for choice in column.choices)
    if column.type == "boolean":
        said = words().say
        return (("是", said("cell.yes", language())), ("否", said("cell.no", language())))
    return reference_options(column.references, as_of)


def reference_options(table_id: str, as_of: str | None = None) -> tuple[tuple[str, str], ...]:
    """Codes and names of a short register; none of a long one, whose codes are typed.

    Args:
        table_id: the register.
        as_of: its state at a moment; now by default.
    """
    target = declared_table(table_id)
    title, code = shown_of(target).title[0], target.key[0]
    # In no order, which the ledger would first bring the whole register into: a long one's reading
    # ends with the first row too many.
    rows = registers.at(table_id, as_of).order_by().values_list("key", code, title)
    listed = list(rows[: _MOST_OPTIONS + 1])
    if len(listed) > _MOST_OPTIONS:
        return ()
    named = {str(one): f"{name or ''} {one}".strip() for _, one, name in sorted(listed)}
    return tuple(named.items())


def _periods(table: Table) -> tuple[tuple[str, str], ...]:
    found = {
        period
        for periods in LakeFile.objects.filter(table=table.id).values_list("periods", flat=True)
        for period in periods
    }
    return tuple((period, period) for period in sorted(found, reverse=True))


def chips(asked: Asked, query: QueryDict) -> list[Chip]:
    """Every filter that is set, to be read and to be dropped."""
    found = [
        Chip(_in_words(item, asked.vintage), _without(query, item.name)) for item in asked.filters
    ]
    if asked.q:
        said = words().say("list.chip_search", language(), q=asked.q)
        found.insert(0, Chip(said, _without(query, "q")))
    return found


def _in_words(item: Any, as_of: str | None) -> str:
    column: Column = item.column
    name = column_label(column)
    _, _, side = item.name.partition(".")
    if item.values == (EMPTY,):
        return words().say("list.chip_empty", language(), name=name)
    if side:
        sign = "≥" if side == "min" else "≤"
        return f"{name} {sign} {item.values[0]} {header_unit(column)}".strip()
    return f"{name}：{'、'.join(_value_words(column, value, as_of) for value in item.values)}"


def _value_words(column: Column, value: str, as_of: str | None) -> str:
    if column.type == "enum":
        return choice_text(column, value)
    if column.type == "reference":
        name = names_of(column.references, [value], as_of).get(value)
        return f"{name}（{value}）" if name else value
    return value


def _without(query: QueryDict, name: str) -> str:
    rest = query.copy()
    rest.pop(name, None)
    rest.pop("page", None)
    return f"?{rest.urlencode()}"


def carried(query: QueryDict, *, but: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Parameters that a form beside the filters carries along."""
    return [
        (name, value)
        for name in query
        for value in query.getlist(name)
        if value and name not in but and name != "page"
    ]


def other_parameters() -> frozenset[str]:
    """Parameters that the filter form has fields for, or that begin anew."""
    return OWN - {"sort", "density", "vintage", "as_of"}
