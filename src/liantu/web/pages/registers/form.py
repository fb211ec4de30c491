"""The form of a record, made from its declaration: what was entered, read and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from liantu.errors import Message
from liantu.records.registers import Register
from liantu.records.registers.judging import judge, judge_links
from liantu.records.tables.declared import Column
from liantu.systems.language import language
from liantu.web.pages.registers.cells import choice_text, figure, header_unit, plain_text
from liantu.web.pages.registers.entered import read_texts
from liantu.web.pages.registers.filters import reference_options
from liantu.words import words

PREFIX = "cell."
"""Before the name of a column in a form, apart from the form's own fields."""
_LONG = 60


@dataclass(frozen=True)
class Field:
    """One cell of the form."""

    column: Column
    text: str
    """As entered, or as stored."""
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    locked: bool = False
    """Belongs to the key and cannot be edited."""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    theirs: str | None = None
    """What somebody else has stored meanwhile, where it differs from what is entered."""
    their_author: str = ""

    @property
    def name(self) -> str:
        return PREFIX + self.column.name


@dataclass(frozen=True)
class Entered:
    """A form that was sent: texts, the values read from them, what is wrong and what is odd."""

    texts: Mapping[str, str]
    values: Mapping[str, Any]
    """Column → value of those that could be read."""
    errors: Mapping[str, list[Message]] = field(default_factory=dict)
    warnings: Mapping[str, list[Message]] = field(default_factory=dict)


def entry_text(column: Column, value: Any) -> str:
    """A stored cell as the text of its field, in the unit of the field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.numeric:
        return f"{figure(column, value):.15g}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def texts_of(reg: Register, values: Mapping[str, Any]) -> dict[str, str]:
    """Texts of all fields for a record as stored."""
    return {c.name: entry_text(c, values.get(c.name)) for c in reg.table.columns}


def read_form(
    reg: Register, posted: Mapping[str, str], before: Mapping[str, Any] | None
) -> Entered:
    """Read and judge the fields of a form.

    Args:
        reg: the register.
        posted: what was sent, by name of field.
        before: the cells that the form was filled with; None for a new record. A field left as
            it was keeps its value exactly, whatever its text rounds to.
    """
    given = {
        c.name: posted[PREFIX + c.name].replace("\r\n", "\n").strip()
        for c in reg.table.columns
        if PREFIX + c.name in posted
    }
    was = texts_of(reg, before) if before is not None else {}
    values: dict[str, Any] = {}
    errors: dict[str, list[Message]] = {}
    for name, text in given.items():
        if before is not None and text == was[name]:
            values[name] = before[name]
            continue
        value, problems = read_texts(reg.table[name], text)
        if problems:
            errors[name] = problems
        else:
            values[name] = value
    changed = [name for name in values if before is None or values[name] != before[name]]
    return _judged(reg, Entered(given, values, errors), before, changed)


def _judged(
    reg: Register, entered: Entered, before: Mapping[str, Any] | None, changed: Sequence[str]
) -> Entered:
    whole = dict.fromkeys(reg.columns) | dict(before or {}) | dict(entered.values)
    row = pl.DataFrame([whole], schema=reg.table.dtypes)
    unread = set(entered.errors)
    found = [judge(reg.table, row, changed), judge_links(reg, row, changed)]
    errors = {name: list(said) for name, said in entered.errors.items()}
    warnings: dict[str, list[Message]] = {}
    for verdict in found:
        for name, message in verdict.errors:
            if name not in unread:
                errors.setdefault(name, []).append(message)
        for name, message in verdict.warnings:
            warnings.setdefault(name, []).append(message)
    if before is not None:
        # What was wrong before and was not touched does not stand in the way of mending the rest.
        errors = {name: said for name, said in errors.items() if name in changed or name in unread}
    return replace(entered, errors=errors, warnings=warnings)


def fields(reg: Register, entered: Entered, *, new: bool) -> list[Field]:
    """The fields of the form with what was entered and what was found."""
    return [_field(column, entered, new=new) for column in reg.table.columns
            if new or column.name not in reg.table.key]  # fmt: skip


def _field(column: Column, entered: Entered, *, new: bool) -> Field:
    text = entered.texts.get(column.name, "")
    options = _options(column, text)
    return Field(
        column,
        text,
        _kind(column, text, bool(options)),
        options,
        header_unit(column),
        errors=_say(entered.errors.get(column.name, ())),
        warnings=_say(entered.warnings.get(column.name, ())),
    )


def _kind(column: Column, text: str, listed: bool) -> str:
    if listed:
        return "select"
    if column.type == "date":
        return "date"
    if column.type == "geometry" or len(text) > _LONG or "\n" in text:
        return "long"
    return "figure" if column.numeric else "text"


def _options(column: Column, text: str) -> tuple[tuple[str, str], ...]:
    """Choices of a drop-down; what is stored stays choosable, declared or not."""
    if column.type == "enum":
        found = tuple((c.code, choice_text(column, c.code)) for c in column.choices)
    elif column.type == "boolean":
        said = words().say
        found = (("是", said("cell.yes", language())), ("否", said("cell.no", language())))
    elif column.type == "reference":
        found = reference_options(column.references)
    else:
        return ()
    if text and found and text not in dict(found):
        found = ((text, text), *found)
    return found


def _say(messages: Sequence[Message]) -> tuple[str, ...]:
    return tuple(message.en if language() == "en" else message.zh for message in messages)


def beside(field_: Field, theirs: Any, author: str) -> Field:
    """The field with what somebody else has stored meanwhile beside it."""
    stored = entry_text(field_.column, theirs)
    if stored == field_.text:
        return field_
    shown = plain_text(field_.column, theirs) or words().say("cell.absent", language())
    return replace(field_, theirs=shown, their_author=author)
