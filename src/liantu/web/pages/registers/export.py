"""The rows of a list to take away: csv and xlsx that import again unchanged."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from liantu.errors import UsageError
from liantu.records import access, synthetic
from liantu.records.doors.writing import as_texts, synthetic_title, write_table
from liantu.records.tables.declared import table as declared_table
from liantu.web.pages.registers.asked import Asked, read_asked
from liantu.web.pages.registers.rows import every, sortable

_MOST_ROWS = 100_000
"""Rows of an xlsx that is written while somebody waits."""
_LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOM = b"\xef\xbb\xbf"
"""Makes spreadsheet programs read Chinese as UTF-8."""


@require_safe
@cache_control(private=True, no_store=True)
def rows_file(request: HttpRequest, table_id: str, kind: str) -> HttpResponseBase:
    """All rows of the list as filtered and sorted, with all their columns."""
    access.require("export")
    table = declared_table(table_id)
    asked = read_asked(table, request.GET, sortable(table))
    name = f"{table.zh}-{timezone.localdate():%Y%m%d}.{kind}"
    if kind == "csv":
        response = StreamingHttpResponse(_csv(asked), content_type="text/csv; charset=utf-8")
        header = content_disposition_header(as_attachment=True, filename=name)
        response.headers["Content-Disposition"] = header or "attachment"
        return response
    if kind == "xlsx":
        content = io.BytesIO(_xlsx(asked))
        return FileResponse(content, as_attachment=True, filename=name, content_type=_XLSX)
    raise Http404(kind)


def _is_synthetic(asked: Asked) -> bool:
    return synthetic.of_table(asked.table.id, asked.vintage).any


def _csv(asked: Asked) -> Iterator[bytes]:
    yield _BOM
    empty = pl.DataFrame(schema=asked.table.dtypes)
    if _is_synthetic(asked):
        yield _line(synthetic_title())
    yield as_texts(empty, asked.table).write_csv(line_terminator="\r\n").encode()
    for piece in every(asked):
        texts = as_texts(piece, asked.table)
        yield texts.write_csv(include_header=False, line_terminator="\r\n").encode()


def _line(text: str) -> bytes:
    return ('"' + text.replace('"', '""') + '"\r\n').encode()


def _xlsx(asked: Asked) -> bytes:
    pieces: list[pl.DataFrame] = []
    rows = 0
    for piece in every(asked):
        rows += piece.height
        if rows > _MOST_ROWS:
            raise _too_much(f"超过 {_MOST_ROWS:,} 行", f"more than {_MOST_ROWS:,} rows")
        pieces.append(piece)
    frame = pl.concat(pieces) if pieces else pl.DataFrame(schema=asked.table.dtypes)
    texts = frame.select(pl.col(pl.String).str.len_chars().max())
    if texts.width and any((longest or 0) > _LONGEST_CELL for longest in texts.row(0)):
        raise _too_much(
            "有单元格过长（边界图形）", "a cell too long for a spreadsheet (a boundary)"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        write_table(frame, asked.table, path, synthetic=_is_synthetic(asked))
        return path.read_bytes()


def _too_much(zh: str, en: str) -> UsageError:
    return UsageError(
        f"所选数据{zh}，不便存为 xlsx。请缩小筛选范围，或改下载 csv。",
        f"What was chosen has {en}. Narrow the filters, or download csv.",
    )
