"""The rows behind a count, to take away: csv, xlsx."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import polars as pl
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from liantu.records import access, synthetic
from liantu.records.doors.writing import neutral, synthetic_title, write_texts
from liantu.records.quality import listing
from liantu.records.tables.declared import load_tables
from liantu.web.pages.quality.asked import read_question

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TITLES = {"missing": "缺报", "late": "迟报", "wrong": "存疑", "empty": "空列", "sums": "总分不符",
          "todo": "催报"}  # fmt: skip


@require_safe
@cache_control(private=True, no_store=True)
def rows_file(request: HttpRequest, kind: str) -> FileResponse:
    """``/records/quality/rows.<csv|xlsx>?list=…``: the rows as narrowed by the address."""
    access.require("export")
    if kind not in TYPES:
        raise Http404(kind)
    question = read_question(request)
    name = question.measure or "todo"
    rows = listing.rows(question.report, name, question.narrowed)
    said = question.narrowed.table
    title = f"{TITLES[name]}-{load_tables()[said].zh if said else '全部'}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{kind}"
        write_list(rows, name, path, title)
        content = io.BytesIO(path.read_bytes())
    file_name = f"{title}-{timezone.localdate():%Y%m%d}.{kind}"
    return FileResponse(content, as_attachment=True, filename=file_name, content_type=TYPES[kind])


def write_list(rows: pl.DataFrame, name: str, path: Path, title: str = "") -> None:
    """Write the rows of a list as csv or xlsx, by the ending of ``path``.

    Raises:
        StorageFailed: it cannot be written.
    """
    figures = {
        header
        for column, header in listing.HEADERS[name].items()
        if rows.schema[column].is_numeric()
    }
    write_texts(_texts(rows, name), path, title or TITLES[name], figures, _above())


def _texts(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The columns of the list under their Chinese titles; no cell runs as a formula."""
    tables = {table.id: table.zh for table in load_tables().values()}
    told = []
    for column, header in listing.HEADERS[name].items():
        value = pl.col(column)
        if column == "table":
            value = value.replace(tables)
        text = value.cast(pl.String)
        told.append((text if rows.schema[column].is_numeric() else neutral(text)).alias(header))
    return rows.select(told)


def _above() -> str:
    """The label of synthetic data, where any of it is."""
    return synthetic_title() if synthetic.of_tables(load_tables()).any else ""
