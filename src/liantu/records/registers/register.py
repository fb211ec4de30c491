"""One register: its declaration, its model, and the key by which its records are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from liantu.errors import InvalidDeclaration, InvalidRecords, Message, NotFound, UsageError
from liantu.records import models
from liantu.records.models import Recorded
from liantu.records.tables.declared import Table
from liantu.records.tables.declared import table as declared_table

Key = str | Sequence[Any]
"""A key as stored, or the values of its columns in their declared order."""

_NAMED = 10
_SEPARATOR = "|"


@dataclass(frozen=True)
class Register:
    """A declared register and the model that stores it."""

    table: Table
    model: type[Recorded]

    @property
    def columns(self) -> list[str]:
        """Declared columns in order."""
        return [column.name for column in self.table.columns]

    def key(self, key: Key) -> str:
        """The key as stored; several columns are joined by ``|``."""
        if isinstance(key, str):
            return key
        parts = [_text(value) for value in key]
        if len(parts) != len(self.table.key):
            raise UsageError(
                f"“{self.table.zh}”的键有 {len(self.table.key)} 列（{'、'.join(self.table.key)}），"
                f"所给 {len(parts)} 个值。请给全。",
                f"The key of {self.table.id} has {len(self.table.key)} columns"
                f" ({', '.join(self.table.key)}), {len(parts)} values were given. Give them all.",
            )
        return parts[0] if len(parts) == 1 else _SEPARATOR.join(_escaped(p) for p in parts)

    def key_expression(self) -> pl.Expr:
        """The same for a frame; null where a key column is empty."""
        parts = [pl.col(name).cast(pl.String) for name in self.table.key]
        if len(parts) == 1:
            return parts[0].alias("key")
        escaped = [
            part.str.replace_all("\\", "\\\\", literal=True).str.replace_all(
                _SEPARATOR, "\\" + _SEPARATOR, literal=True
            )
            for part in parts
        ]
        return pl.concat_str(escaped, separator=_SEPARATOR).alias("key")

    def frame(self, rows: pl.DataFrame | Sequence[Mapping[str, Any]]) -> pl.DataFrame:
        """Rows as a frame of declared types with their ``key``; columns left out stay out.

        Raises:
            UsageError: a column is not declared, or a key column is missing.
            InvalidRecords: a value is of another type, a key is empty or stands twice.
        """
        frame = rows if isinstance(rows, pl.DataFrame) else _from_rows(rows)
        self._check_columns(frame.columns)
        schema = self.table.dtypes
        try:
            frame = frame.select(
                pl.col(name).cast(schema[name]) for name in self.columns if name in frame.columns
            )
        except pl.exceptions.PolarsError as error:
            raise InvalidRecords(
                f"“{self.table.zh}”有数据类型不符：{error}。请先经导入检查。",
                f"Rows of {self.table.id} hold values of another type: {error}. Check the file"
                " at the door first.",
            ) from error
        frame = frame.with_columns(self.key_expression())
        self.check_cells(frame)
        return frame

    def _check_columns(self, given: Sequence[str]) -> None:
        unknown = [name for name in given if name not in self.table.by_name]
        missing = [name for name in self.table.key if name not in given]
        if unknown or missing:
            raise UsageError(
                f"“{self.table.zh}”的列不符：多出 {'、'.join(unknown) or '无'}，"
                f"缺少键列 {'、'.join(missing) or '无'}。应为 {'、'.join(self.columns)}。",
                f"Columns do not fit {self.table.id}: not declared {', '.join(unknown) or 'none'};"
                f" key columns missing {', '.join(missing) or 'none'}."
                f" Expected {', '.join(self.columns)}.",
            )

    def check_cells(self, frame: pl.DataFrame) -> None:
        """Refuse what the register cannot hold, whatever the door let through.

        Raises:
            InvalidRecords: a required cell is empty, a figure is not finite, a key stands twice.
        """
        required = {c.name for c in self.table.columns if c.required} | set(self.table.key)
        problems = [
            problem
            for name in frame.columns
            if name != "key"
            for problem in self._problems(frame, name, required=name in required)
        ]
        doubled = frame.filter(pl.col("key").is_duplicated())["key"].unique(maintain_order=True)
        problems += [
            Message(
                f"键 {key} 出现不止一次，应只出现一次。请删去重复行。",
                f"Key {key} stands more than once. Keep one row.",
            )
            for key in doubled.head(_NAMED)
        ]
        if problems:
            raise InvalidRecords(
                f"“{self.table.zh}”有 {len(problems)} 处不能入库：{problems[0].zh}",
                f"{len(problems)} problems keep rows out of {self.table.id}: {problems[0].en}",
                problems,
            )

    def _problems(self, frame: pl.DataFrame, name: str, *, required: bool) -> list[Message]:
        column = self.table[name]
        cells = frame[name]
        found = []
        if required and cells.null_count():
            found.append((cells.is_null(), "为空，应填写", "is empty and must be filled in"))
        if cells.dtype == pl.Float64:
            wrong = (~cells.is_finite()).fill_null(value=False)
            found.append((wrong, "不是有限的数", "is no finite number"))
        if cells.dtype == pl.String:
            wrong = cells.str.contains("\x00", literal=True).fill_null(value=False)
            found.append((wrong, "含有空字符", "holds a null character"))
        return [
            Message(
                f"{column.zh}{zh}（{key or '无键'}）。",
                f"{name} {en} ({key or 'no key'}).",
            )
            for mask, zh, en in found
            for key in frame["key"].filter(mask).head(_NAMED)
        ]


@cache
def register_of(table_id: str) -> Register:
    """The register of a declared table.

    Raises:
        NotFound: no such table.
        UsageError: the table is a series, which the lake keeps.
    """
    table = declared_table(table_id)
    if table.kind != "register":
        raise UsageError(
            f"“{table.zh}”是序列，不是登记表；请从数据湖读取。",
            f"{table_id} is a series, not a register; the lake keeps it.",
        )
    model = getattr(models, table.model, None) if table.model else None
    if model is None or not issubclass(model, Recorded):
        raise InvalidDeclaration(
            f"登记表 {table_id} 声明的模型“{table.model}”不存在。请改正其声明中的 model。",
            f"Register {table_id} names the model {table.model!r}, which does not exist."
            " Mend model in its declaration.",
        )
    return Register(table, model)


def model_of(table_id: str) -> type[Recorded]:
    """Django model that stores a register."""
    return register_of(table_id).model


def no_record(reg: Register, key: str) -> NotFound:
    """The error for a key that nobody filed."""
    return NotFound(
        f"“{reg.table.zh}”中没有 {key}。请核对代码，或先导入。",
        f"{reg.table.id} has no record {key}. Check the code, or import it first.",
    )


def _from_rows(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    try:
        return pl.DataFrame(
            {name: pl.Series(name, [row.get(name) for row in rows]) for name in names}
        )
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise InvalidRecords(
            f"同一列的值类型不一：{error}。", f"Values of one column are of several types: {error}."
        ) from error


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace(_SEPARATOR, "\\" + _SEPARATOR)
