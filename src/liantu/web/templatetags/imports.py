"""Tags of the import pages: messages, headers and problems in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template

from liantu.errors import Message
from liantu.records.tables.declared import Choice, Column, Table
from liantu.systems.language import language

register = template.Library()
_PERIODS = {"month": "2025-03", "quarter": "2025Q1", "year": "2025"}


@register.filter
def said(message: Message | tuple[str, str] | list[str] | None) -> str:
    """A message in the reader's language; also a pair of Chinese and English."""
    if message is None:
        return ""
    zh, en = (message.zh, message.en) if isinstance(message, Message) else message
    return en if language() == "en" else zh


@register.filter
def column_header(column: Column) -> str:
    """Name of a column with the unit that people write it in."""
    if language() != "en":
        return column.header
    unit = column.written_unit if column.numeric else ""
    return f"{column.en} ({unit})" if unit else column.en


@register.filter
def file_size(size: int) -> str:
    """Bytes as kB or MB."""
    if size < 1024 * 1024:
        return f"{max(size / 1024, 0.1):.1f} kB"
    return f"{size / 1024 / 1024:.1f} MB"


@register.filter
def value_in(column: Column, values: dict[str, str]) -> str:
    """What a table of values by column holds for this one."""
    return values.get(column.name, "")


@register.filter
def choice_name(choice: Choice) -> str:
    """A coded value in words."""
    return choice.en if language() == "en" else choice.zh


@register.filter
def example_of(column: Column, table: Table) -> str:
    """How a value of the column is written, where that is not plain."""
    if column.type == "period":
        return _PERIODS[table.grain or "year"]
    return {"date": "2025-03-31", "boolean": "是"}.get(column.type, "")


@register.filter
def column_of(name: str, table: Table) -> str:
    """Name of a column of a table; a column that is no longer declared is shown by its id."""
    column = table.by_name.get(name)
    if column is None:
        return name
    return column.en if language() == "en" else column.zh


@register.filter
def key_in(name: str, form: Mapping[str, str]) -> str:
    """What a form said of a column of the key."""
    return form.get(f"key-{name}", "")


@register.filter
def rows_to_store(result: dict[str, int]) -> int:
    """Rows of a check that would be stored."""
    return result["new"] + result["changed"]


@register.filter
def numeric_at(columns: Sequence[Column], at: int) -> bool:
    """Does the column at a place hold figures?"""
    return columns[at].numeric
