"""Tags that print declared tables and their columns in the reader's language."""

from __future__ import annotations

from datetime import datetime

from django import template

from liantu.records.tables.declared import Column, Table
from liantu.systems.language import language
from liantu.web.pages.registers.shown import ordered_tables

register = template.Library()
_CREDIT_CODE = "统一社会信用代码"
"""Term of the standard, of which no part is left out."""


@register.filter
def table_name(table: Table) -> str:
    """``企业`` or ``Firms``."""
    return table.en if language() == "en" else table.zh


@register.filter
def table_owner(table: Table) -> str:
    """The office that files the table."""
    return table.owner_en if language() == "en" else table.owner


@register.filter
def table_meaning(table: Table) -> str:
    """What the table holds, in one sentence."""
    return table.meaning_en if language() == "en" else table.meaning_zh


@register.filter
def column_name(column: Column) -> str:
    """Name of a column without its unit."""
    return column.en if language() == "en" else column.zh


@register.filter
def column_label(column: Column) -> str:
    """Name of a column where the cell shows what a code stands for, so that it need not say so."""
    name = column_name(column)
    if column.type != "reference" or name == _CREDIT_CODE:
        return name
    return name.removesuffix("信用代码").removesuffix("代码").removesuffix(" code") or name


@register.simple_tag
def tables_of(kind: str) -> list[Table]:
    """Declared tables of a kind, for the navigation."""
    return [table for table in ordered_tables() if table.kind == kind]


@register.filter
def table_key(table: Table) -> str:
    """Id of a table; templates cannot ask for it themselves, since a table is asked for columns."""
    return table.id


@register.filter
def column_meaning(column: Column) -> str:
    """What a column means; empty where the declaration leaves it to the name."""
    return column.meaning_en if language() == "en" else column.meaning_zh


@register.filter
def count(value: int) -> str:
    """A count with its thousands parted."""
    return f"{value:,}"


@register.filter
def isoformat(moment: datetime) -> str:
    """A moment to its last digit, for addresses."""
    return moment.isoformat()


@register.filter
def words_of(text: str) -> list[str]:
    """A text as its words, to loop over."""
    return text.split()
