"""Tags that print declared tables and their columns in the reader's language."""

from __future__ import annotations

from django import template

from liantu.records.tables.declared import Column, Table
from liantu.systems.language import language

register = template.Library()


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
def column_meaning(column: Column) -> str:
    """What a column means; empty where the declaration leaves it to the name."""
    return column.meaning_en if language() == "en" else column.meaning_zh


@register.filter
def count(value: int) -> str:
    """A count with its thousands parted."""
    return f"{value:,}"
