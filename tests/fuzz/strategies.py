"""Files as hypothesis makes them: headers of a declared table, cells plausible and hostile."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import xlsxwriter
from hypothesis import strategies as st

from liantu.records.tables.declared import Column, Table, load_tables

TABLES = load_tables()
CODES = ["91000100000000001U", "910001000000000026", "91000100000000001A", "915101000000000000"]
HOSTILE = [
    "", " ", "　", "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "'=1", "合计", "小计：",
    "注：见附表", "示例", "—", "无", "N/A", "#DIV/0!", "#N/A", "nan", "inf", "-inf", "1e308",
    "1e-400", "1,234", "1,2,3", "１２３４", "−5", "(5)", "5²", "5万元", "12%", "120%", "5亿",
    "0x10", "1_000", "5" * 400, "甲" * 4001, "2025-02-30", "2099-01", "1899-12-31",
    "0000-00-00", "2025Q5", "2025年13月", "二〇二五年三月", "45747", "P\u200b1", "\u202e1P",
    "\ufeffP1", "a\x00b", "a\x07b", "a\nb", "a\rb", "a\tb", "a\"b", "\"", "'", "\\",
    "\U00020000\U0002ffff", "\ud7ff\ue000", "é", "e\u0301", "ﷺ", "☃", "|", "·was", "_row",
    "key", "{0}", "{limit}", "%s", '{"type":"Point","coordinates":[104,30]}',
    '{"type":"Point","coordinates":[1e9,30]}', '{"type":"Polygon","coordinates":[]}',
    '{"type":"Point"}', '{"a":' * 200, "true", "是", "TRUE",
]  # fmt: skip
_DTYPES = [
    pl.String, pl.Int64, pl.Int8, pl.UInt64, pl.Int128, pl.Float32, pl.Float64, pl.Boolean, pl.Date,
    pl.Datetime("us"), pl.Datetime("ms", "Asia/Shanghai"), pl.Time, pl.Duration, pl.Binary,
    pl.Categorical, pl.Decimal(20, 4), pl.List(pl.Int64), pl.Struct({"a": pl.Int64}), pl.Null,
]  # fmt: skip


def plausible(column: Column) -> st.SearchStrategy[Any]:
    """Cells that mostly fit a column."""
    if column.check == "credit_code" or column.references == "firms":
        return st.sampled_from(CODES)
    if column.choices:
        return st.sampled_from([choice.zh for choice in column.choices])
    if column.type == "period":
        return st.sampled_from(["2024-03", "2024Q1", "2024", "2024年3月", "2024-04", "2023Q4"])
    if column.type == "date":
        return st.sampled_from(["2024-03-31", "2024/3/1", "2024年3月1日", "20240301"])
    if column.type == "boolean":
        return st.sampled_from(["是", "否"])
    if column.type == "integer":
        return st.integers(-5, 3000)
    if column.numeric:
        return st.floats(-10, 1e7, allow_nan=False) | st.integers(0, 100)
    if column.type == "geometry":
        return st.just('{"type":"Point","coordinates":[104.1,30.6]}')
    if column.pattern:
        return st.from_regex(re.compile(column.pattern, re.ASCII), fullmatch=True)
    return st.sampled_from(["510104", "P1", "1234", "c1", "甲", "某机械有限公司", "A", "2017"])


def anything(column: Column) -> st.SearchStrategy[Any]:
    """Plausible or not."""
    return (
        plausible(column) | st.sampled_from(HOSTILE) | st.text(max_size=8) | st.floats() | st.none()
    )


@dataclass(frozen=True)
class Drawn:
    """A table and rows for it."""

    table: Table
    headers: list[str]
    columns: list[Column | None]
    rows: list[list[Any]]


@st.composite
def rows_of_a_table(draw: st.DrawFn, most: int = 8) -> Drawn:
    """Any table; the columns of its key and some others, in any order, named in any way."""
    table = TABLES[draw(st.sampled_from(sorted(TABLES)))]
    needed = [column for column in table.columns if column.required]
    others = draw(st.lists(st.sampled_from(table.columns), max_size=6, unique_by=lambda c: c.name))
    chosen: list[Column | None] = list({c.name: c for c in [*needed, *others]}.values())
    chosen += draw(st.lists(st.none(), max_size=2))
    chosen = draw(st.permutations(chosen))
    headers = [draw(_header(column)) for column in chosen]
    rows = [
        st.tuples(*(make(column) if column else st.text(max_size=5) for column in chosen))
        for make in (plausible, plausible, anything)
    ]
    a_row = st.one_of(*rows)
    return Drawn(
        table, headers, list(chosen), [list(r) for r in draw(st.lists(a_row, max_size=most))]
    )


def _header(column: Column | None) -> st.SearchStrategy[str]:
    if column is None:
        return st.text(max_size=6) | st.sampled_from(
            ["", "_row", "key", "列1", "原行号", "累计", "x#2"]
        )
    said = [column.header, column.name, column.zh, *column.aliases]
    return (
        st.sampled_from(said)
        | st.just(column.header)
        | st.sampled_from(said).map(lambda s: f" {s}＊")
    )


def quoted(cell: Any, separator: str) -> str:
    """A cell as RFC 4180 has it."""
    text = "" if cell is None else str(cell)
    if any(mark in text for mark in (separator, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


@st.composite
def csv_files(draw: st.DrawFn) -> tuple[Drawn, bytes]:
    """Text in any of the encodings, separators and line ends that offices use."""
    drawn = draw(rows_of_a_table())
    separator = draw(st.sampled_from(",,,\t;|"))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [
        *draw(st.sampled_from([[], [["某市月报"]], [["单位：万元"], []]])),
        drawn.headers,
        *drawn.rows,
    ]
    text = "".join(separator.join(quoted(c, separator) for c in line) + end for line in lines)
    encoding = draw(
        st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
    )
    return drawn, text.encode(encoding, "replace")


@st.composite
def workbooks(draw: st.DrawFn) -> tuple[Drawn, bytes]:
    """Workbooks with formulas, merged and hidden cells, dates, percentages, further sheets."""
    drawn = draw(rows_of_a_table())
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False,
               "nan_inf_to_errors": True, "date_1904": draw(st.booleans())}  # fmt: skip
    with xlsxwriter.Workbook(memory, options) as book:
        page = book.add_worksheet(draw(st.sampled_from(["Sheet1", drawn.table.zh[:31]])))
        formats = [
            book.add_format({"num_format": said}) for said in ("0.00%", "yyyy-mm-dd", "@", "#,##0")
        ]
        top, left = draw(st.integers(0, 3)), draw(st.integers(0, 3))
        page.write_row(top, left, drawn.headers)
        for at, row in enumerate(drawn.rows, start=top + 1):
            for column, cell in enumerate(row, start=left):
                _write(draw, page, at, column, cell, formats)
        if draw(st.booleans()):
            page.merge_range(top + 2, left, top + 3, left + 1, draw(st.sampled_from(HOSTILE)))
        if draw(st.booleans()):
            page.set_row(top + 1, None, None, {"hidden": True})
        if draw(st.booleans()):
            book.add_worksheet().hide()
        if draw(st.booleans()):
            page.write(top + draw(st.integers(0, 40)), left + draw(st.integers(0, 12)), "远处")
    return drawn, memory.getvalue()


def _write(
    draw: st.DrawFn, page: Any, row: int, column: int, cell: Any, formats: list[Any]
) -> None:
    style = draw(st.sampled_from([None, None, None, *formats]))
    if draw(st.integers(0, 30)) == 0:
        page.write_formula(row, column, "=1/0", style, draw(st.sampled_from(["#DIV/0!", 5, ""])))
    elif isinstance(cell, str):
        page.write_string(row, column, cell, style)
    elif cell is not None:
        page.write(row, column, cell, style)


@st.composite
def parquet_files(draw: st.DrawFn) -> tuple[Drawn, bytes]:
    """Typed columns of every type that parquet has, whether or not it fits."""
    drawn = draw(rows_of_a_table())
    series = []
    for at, name in enumerate(dict.fromkeys(drawn.headers)):
        values = [row[drawn.headers.index(name)] for row in drawn.rows]
        kind = draw(st.sampled_from([pl.String, pl.String, *_DTYPES]))
        series.append(_typed(name or f"·{at}", values, kind))
    memory = io.BytesIO()
    frame = pl.DataFrame(series)
    frame.write_parquet(
        memory, compression=draw(st.sampled_from(["zstd", "snappy", "uncompressed"]))
    )
    return drawn, memory.getvalue()


_AS = {
    pl.List: [[1, None]], pl.Struct: [{"a": 1}], pl.Date: [date(2024, 3, 1), date(9999, 12, 31)],
    pl.Time: [datetime(2024, 3, 1, tzinfo=UTC).time()], pl.Binary: [b"\xff\x00", b"abc"],
    pl.Duration: [datetime(2024, 3, 2, tzinfo=UTC) - datetime(2024, 3, 1, tzinfo=UTC)],
}  # fmt: skip


def _typed(name: str, values: list[Any], kind: Any) -> pl.Series:
    base = kind if isinstance(kind, type) else type(kind)
    if base is pl.Datetime:
        zone = ZoneInfo("Asia/Shanghai") if kind.time_zone else None
        made = [datetime(2024, 3, 31, 23, 30, tzinfo=zone)] * len(values)
        return pl.Series(name, made).cast(kind)
    if base in _AS:
        return pl.Series(name, (_AS[base] * len(values))[: len(values)], dtype=kind)
    texts = pl.Series(name, [None if v is None else _clean(v) for v in values], dtype=pl.String)
    if base is pl.Boolean:
        return texts == "是"
    return texts if base is pl.String else texts.cast(kind, strict=False)


def _clean(value: Any) -> str:
    return str(value).encode("utf-8", "replace").decode()


@st.composite
def broken(draw: st.DrawFn, whole: st.SearchStrategy[tuple[Drawn, bytes]]) -> tuple[Drawn, bytes]:
    """A file with some of its bytes exchanged, left out, or cut off."""
    drawn, data = draw(whole)
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(changed) - 1, 0)))
        width = draw(st.integers(0, 8))
        changed[at : at + width] = draw(st.binary(max_size=8))
    cut = draw(st.integers(0, 3))
    return drawn, bytes(changed[: len(changed) // 2] if cut == 0 else changed)


@st.composite
def workbooks_broken_inside(draw: st.DrawFn) -> tuple[Drawn, bytes]:
    """A whole archive, parts of which hold damaged XML."""
    drawn, data = draw(workbooks())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            part = bytearray(old.read(item))
            if draw(st.integers(0, 4)) == 0 and part:
                at = draw(st.integers(0, len(part) - 1))
                part[at : at + draw(st.integers(0, 6))] = draw(
                    st.sampled_from(
                        [b"", b"<", b">", b'"', b"&#0;", b"</c>", b"XFD1048576", b"<c><v>1</v></c>"]
                    )
                    | st.binary(max_size=6)
                )
            new.writestr(item.filename, bytes(part))
    return drawn, out.getvalue()
