"""Cells as pages print them: figures in the unit of their header, codes with their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liantu.records import registers
from liantu.records.registers import Register, register_of
from liantu.records.tables.declared import Column, Table, table
from liantu.systems.language import language
from liantu.web.pages.registers.shown import shown_of
from liantu.words import words

_CLIPPED = 60
_MOST_DECIMALS = 2
_NAMED = 900
Names = Mapping[str, Mapping[str, str]]
"""Register → code → name."""


def header_unit(column: Column) -> str:
    """Unit that stands in the header."""
    return column.written_unit if column.numeric else ""


def figure(column: Column, value: float) -> float:
    """A stored figure in the unit of its header."""
    unit = header_unit(column)
    return value / column.factor(unit) if unit else value


def decimals(column: Column, values: Iterable[Any]) -> int:
    """How many decimals a column needs so that all its figures stand at one precision."""
    if not column.numeric or column.type == "integer":
        return 0
    shown = [figure(column, value) for value in values if value is not None]
    for places in range(_MOST_DECIMALS):
        if all(abs(value - round(value, places)) < 1e-9 * max(1, abs(value)) for value in shown):
            return places
    return _MOST_DECIMALS


def number_text(column: Column, value: float, places: int) -> str:
    """A figure with its thousands parted, at the precision of its column; − for a minus."""
    if column.type == "integer" and not column.unit:
        return str(value)  # a year or a rank, not an amount
    return f"{figure(column, value):,.{places}f}".replace("-", "−")


def exact_text(column: Column, value: Any) -> str:
    """A figure with all its digits, in the stored unit."""
    return f"{value:,.15g} {column.unit}".strip().replace("-", "−")


def plain_text(column: Column, value: Any) -> str:
    """A cell as text, for comparisons and fields; empty where there is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words().say("cell.yes" if value else "cell.no", language())
    if column.numeric:
        unit = header_unit(column)
        text = f"{figure(column, value):,.10g}".replace("-", "−")
        return f"{text} {unit}".strip() if unit else text
    if column.type == "enum":
        return choice_text(column, value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def choice_text(column: Column, code: str) -> str:
    """Words of a coded value; a code that is declared no more is shown as it is."""
    for choice in column.choices:
        if choice.code == code:
            return choice.en if language() == "en" else choice.zh
    return code


def absent() -> SafeString:
    """A cell nobody filled in."""
    return format_html(
        '<span class="absent" title="{}">—</span>', words().say("cell.absent", language())
    )


def cell(column: Column, value: Any, names: Names, places: int) -> str | SafeString:
    """One cell of a list or record."""
    if value is None:
        return absent()
    if column.type == "reference":
        return reference(column, value, names)
    if column.numeric:
        return format_html(
            '<span title="{}">{}</span>',
            exact_text(column, value),
            number_text(column, value, places),
        )
    text = plain_text(column, value)
    if len(text) > _CLIPPED:
        return format_html('<span title="{}">{}…</span>', text[:1000], text[:_CLIPPED])
    return text


def reference(column: Column, code: str, names: Names) -> SafeString | str:
    """A code with the name of what it stands for, leading there where its key is one column."""
    name = names.get(column.references, {}).get(code, "")
    target = table(column.references)
    shown = format_html('{} <small class="muted">{}</small>', name, code) if name else code
    if not name:
        return shown
    if len(target.key) == 1:
        address = reverse("record", args=(target.id, code))
    else:
        address = reverse("record-code", args=(target.id, code))
    return format_html('<a href="{}">{}</a>', address, shown)


def names_for(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], as_of: str | None = None
) -> dict[str, dict[str, str]]:
    """Names of everything that these cells refer to, as of a moment: one question a register."""
    wanted: dict[str, set[str]] = {}
    rows = list(rows)
    for column in columns:
        if column.type == "reference":
            found = {row[column.name] for row in rows if row.get(column.name)}
            wanted.setdefault(column.references, set()).update(found)
    return {target: names_of(target, codes, as_of) for target, codes in wanted.items()}


def names_of(table_id: str, codes: Iterable[str], as_of: str | None = None) -> dict[str, str]:
    """Names of records by the first column of their key, as of a moment."""
    reg = register_of(table_id)
    title = shown_of(reg.table).title[0]
    code = reg.table.key[0]
    column = "key" if len(reg.table.key) == 1 else code
    listed = sorted(codes)
    found: dict[str, str] = {}
    for start in range(0, len(listed), _NAMED):
        part = listed[start : start + _NAMED]
        rows = registers.at(table_id, as_of).filter(**{f"{column}__in": part})
        found |= {str(key): str(name) for key, name in rows.values_list(code, title) if name}
    return found


def title_of(reg: Register | Table, values: Mapping[str, Any], key: str) -> str:
    """What a record is called; its key where it has no name."""
    declared = reg.table if isinstance(reg, Register) else reg
    parts = [str(values[name]) for name in shown_of(declared).title if values.get(name)]
    return " · ".join(parts) or key
