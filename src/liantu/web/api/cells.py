"""Cells in JSON: figures in the stored unit, dates as ISO days, outlines as GeoJSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from liantu.errors import InvalidRecords, Message
from liantu.records.doors.corrections import value_of
from liantu.records.tables.declared import Column, Table
from liantu.systems.api.rules import api_rules

_NAMED = 10


def plain(column: Column, value: Any) -> Any:
    """A stored value as JSON has it."""
    if value is None:
        return None
    if column.type == "geometry":
        return json.loads(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def plain_row(
    declared: Table, row: Mapping[str, Any], names: Iterable[str] | None = None
) -> dict[str, Any]:
    """The declared cells of a row, or some of them."""
    chosen = declared.by_name if names is None else names
    return {name: plain(declared[name], row[name]) for name in chosen}


def read(declared: Table, given: Mapping[str, Any]) -> dict[str, Any]:
    """Cells that were sent, as the register holds them.

    Raises:
        InvalidRecords: columns that are none, or values that their columns cannot hold; all of
            them are named.
    """
    if len(given) > api_rules().most_columns:
        raise InvalidRecords(
            f"一次给出了 {len(given)} 列，最多 {api_rules().most_columns} 列。",
            f"{len(given)} columns were given at once; {api_rules().most_columns} at most.",
        )
    values: dict[str, Any] = {}
    problems: list[Message] = []
    for name, value in given.items():
        column = declared.by_name.get(name)
        if column is None:
            known = "、".join(declared.by_name)
            problems.append(Message(f"没有列“{name[:60]}”，应为 {known}。",
                                    f"There is no column {name[:60]!r}."))  # fmt: skip
            continue
        try:
            values[name] = _value(column, declared, value)
        except InvalidRecords as error:
            problems.append(error.message)
    if problems:
        shown = problems[:_NAMED]
        raise InvalidRecords(
            f"“{declared.zh}”有 {len(problems)} 处不合要求：" + " ".join(one.zh for one in shown),
            f"{len(problems)} cells do not fit {declared.id}: " + " ".join(one.en for one in shown),
            problems,
        )
    return values


def _value(column: Column, declared: Table, value: Any) -> Any:
    if value is None:
        return None
    text = _text(column, value)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _unfit(
            column, "含有无法保存的字符", "holds a character that cannot be kept"
        ) from error
    if "\x00" in text:
        raise _unfit(column, "含有空字符", "holds a null character")
    read_as = value_of(text, column, declared)
    if read_as is None:
        # “无”, “-” and blanks are empty cells in a file; JSON has a word of its own for that.
        raise _unfit(column, "是空白，要清空请写 null", "is blank; write null to empty the cell")
    return read_as


def _text(column: Column, value: Any) -> str:
    """The value as the doors read it from a cell of a file."""
    if isinstance(value, bool):
        if column.type != "boolean":
            raise _unfit(column, "是 true/false，应为别的类型", "is true or false; expected no")
        return "是" if value else "否"
    if isinstance(value, int | float):
        if not column.numeric:
            raise _unfit(column, "是数，应为带引号的文字", "is a number; expected a text")
        if not math.isfinite(value):
            raise _unfit(column, "不是有限的数", "is no finite number")
        return _digits(value)
    if isinstance(value, str):
        return value
    if column.type == "geometry" and isinstance(value, dict):
        # As the doors write it, so that the same outline is the same text.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise _unfit(column, "不是单个的值", "is no single value")


def _digits(value: float) -> str:
    """Every digit of a number and no exponent, which a cell of a file may not have."""
    text = f"{value:.17f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    short = repr(value)
    return short if "e" not in short and "E" not in short else text


def _unfit(column: Column, zh: str, en: str) -> InvalidRecords:
    return InvalidRecords(f"{column.zh} {column.name} {zh}。", f"{column.name} {en}.")
