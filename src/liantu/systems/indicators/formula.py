"""A formula in readable form: its text, with columns, measures and functions explained."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.records.tables.declared import Column, Table, load_tables
from liantu.words import Language, words

_TOKEN = re.compile(r"'[^']*'|[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)?|[^'A-Za-z_]+")


@dataclass(frozen=True)
class Part:
    """A stretch of a formula: ``code`` as written, ``said`` in words where it has any.

    ``table`` or ``measure`` is what a name leads to.
    """

    kind: Literal["text", "column", "measure", "function"]
    code: str
    said: str = ""
    table: str = ""
    measure: str = ""


def parts(declared: Catalogue, compiled: Compiled, text: str, language: Language) -> list[Part]:
    """The stretches of a formula or condition, in order; together they are the text."""
    table = load_tables().get(compiled.measure.of)
    return [_part(declared, table, code, language) for code in _TOKEN.findall(text)]


def _part(declared: Catalogue, table: Table | None, code: str, language: Language) -> Part:
    if not re.match(r"[A-Za-z_]", code):
        return Part("text", code)
    if table is None and code in declared.measures:
        measure = declared.measures[code]
        return Part("measure", code, measure.en if language == "en" else measure.zh, measure=code)
    if table is not None and (found := _column(table, code)) is not None:
        owner, column = found
        return Part("column", code, _named(column, language), table=owner.id)
    key = f"indicators.function.{code.lower()}"
    if words().known(key):
        return Part("function", code, words().say(key, language))
    return Part("text", code)


def _column(table: Table, code: str) -> tuple[Table, Column] | None:
    """The column that a name means in a formula of a table, and the table that declares it."""
    first, _, second = code.partition(".")
    if not second:
        return (table, table[first]) if first in table.by_name else None
    by_column = table.by_name.get(first)
    register = by_column.references if by_column is not None else first
    owner = load_tables().get(register)
    if owner is None or second not in owner.by_name:
        return None
    return owner, owner[second]


def _named(column: Column, language: Language) -> str:
    if language == "en":
        return column.en
    return column.zh
