"""Columns and values as people write them: by name, by Chinese header, with a unit in brackets."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from typing import Any

from liantu.errors import NotFound, UsageError
from liantu.records.doors.corrections import value_of
from liantu.records.doors.mapping import Mapping, Match
from liantu.records.doors.matching import match_headers
from liantu.records.tables.declared import Column, Table


def column_named(declared: Table, said: str) -> tuple[Column, str | None]:
    """The column that a header means, and the unit of its figures.

    A column's own name means the stored unit (``land_mu``); a Chinese header without a unit the
    one shown on templates, as in a file.

    Raises:
        NotFound: the table has no such column.
    """
    (match,) = match_headers(declared, [(said,)])
    if not match.column:
        known = "、".join(f"{column.zh} {column.name}" for column in declared.columns)
        raise NotFound(
            f"表“{declared.zh}”没有列“{said}”。应为：{known}。",
            f"Table {declared.id} has no column {said!r}. Expected one of"
            f" {', '.join(declared.by_name)}.",
        )
    return declared[match.column], match.unit


def value_said(declared: Table, said: str, text: str) -> tuple[str, Any]:
    """Column and value of ``said=text``, in the stored unit; an empty text is null.

    Raises:
        NotFound: no such column.
        InvalidRecords: the column cannot hold the text.
    """
    column, unit = column_named(declared, said)
    return column.name, value_of(text, column, declared, unit)


def written(value: Any) -> str:
    """A value as a correction keeps it, in the stored unit; null is empty."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def filled(declared: Table, fill: MappingOf[str, str]) -> dict[str, str]:
    """Columns that the whole file has one value of, by the columns' own names.

    Raises:
        NotFound: no such column.
    """
    return {column_named(declared, said)[0].name: text for said, text in fill.items()}


def matched(declared: Table, pairs: Iterable[tuple[str, str]]) -> Mapping:
    """A mapping from headers of a file and what they mean: ``实缴`` → ``税收（万元）``.

    ``-`` or nothing says that the header is to be left aside.

    Raises:
        NotFound: no such column.
        UsageError: a header is empty or stands twice.
    """
    matches: dict[str, Match] = {}
    for header, said in pairs:
        if not header.strip() or header in matches:
            raise UsageError(
                f"列对应“{header}={said}”的表头为空或重复。",
                f"The header of {header}={said} is empty or written twice.",
            )
        if said.strip() in ("", "-"):
            matches[header] = Match(header, "")
            continue
        column, unit = column_named(declared, said)
        named = unit if unit and _says_unit(said) else None
        matches[header] = Match(header, column.name, named)
    return Mapping(declared.id, tuple(matches.values()))


def _says_unit(said: str) -> bool:
    return any(bracket in said for bracket in "（(/")
