"""Values to take away: csv and xlsx, marked where they are synthetic, no cell a formula."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone

from liantu.indicators.catalogue import Catalogue
from liantu.records import access, synthetic
from liantu.records.doors.writing import neutral, synthetic_title, write_texts
from liantu.systems.indicators import held
from liantu.systems.indicators.asked import read_one, unknown
from liantu.systems.indicators.one import One, compiled_of, look
from liantu.systems.indicators.present import base_tables
from liantu.systems.indicators.series import Point
from liantu.words import words

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LISTS = ("trend", "groups")
_DIGITS = 12


def one_file(request: HttpRequest, measure_id: str, kind: str) -> FileResponse:
    """``/indicators/<id>/values.<csv|xlsx>?list=trend|groups``: what the page's tables show."""
    access.require("export")
    declared, _ = held.catalogue()
    compiled = compiled_of(declared, measure_id)
    listed = request.GET.get("list", "trend")
    if compiled is None or kind not in TYPES:
        raise Http404(kind)
    if listed not in LISTS:
        raise unknown("list", listed, "、".join(LISTS))
    one = look(declared, compiled, read_one(request.GET, compiled), "zh")
    rows = _trend(one) if listed == "trend" else _groups(declared, one)
    tables = base_tables(declared, compiled)
    title = f"{one.measure.zh}-{'走势' if listed == 'trend' else declared.dimensions[one.by].zh}"
    return send(rows, title, kind, synthetic.of_tables(tables, one.asked.as_of).any)


def _trend(one: One) -> list[dict[str, Any]]:
    return [{**_head(one, point.span.label), **figures_of(point.row), **_said(point)}
            for point in one.points]  # fmt: skip


def _said(point: Point) -> dict[str, Any]:
    said = point.beside
    return {
        "公布数": said.published.value.low if said and said.published.value.is_exact else None,
        "公布数来源": said.published.observation.source.title if said else "",
        "差额": said.difference if said else None,
        "口径变动": point.broken,
    }


def _groups(declared: Catalogue, one: One) -> list[dict[str, Any]]:
    assert one.at is not None
    dimension = declared.dimensions[one.by]
    return [
        {**_head(one, one.at.label), dimension.zh: place.name, f"{dimension.zh}代码": place.group,
         "位次": place.rank, **figures_of(place.row)}
        for place in one.places
    ]  # fmt: skip


def _head(one: One, period: str) -> dict[str, Any]:
    measure = one.measure
    return {"指标编号": measure.id, "指标": measure.zh, "计量单位": measure.unit, "期间": period}


def figures_of(row: Any) -> dict[str, Any]:
    """Cells of a row of the frame of values; empty where there is none."""
    value = row.get("value")
    coverage = row.get("coverage")
    absence = row.get("absence")
    return {
        "数值": None if value is None else float(f"{value:.{_DIGITS}g}"),
        "无数值原因": words().say(f"indicators.absence.{absence}", "zh") if absence else "",
        "单位数": row.get("units"),
        "应报单位数": row.get("expected"),
        "覆盖率": None if coverage is None else round(coverage, 6),
        "存疑单位数": row.get("flagged"),
    }


def send(rows: Sequence[dict[str, Any]], title: str, kind: str, is_synthetic: bool) -> FileResponse:
    """A table as a file; every column in the order of the first row.

    Raises:
        StorageFailed: it cannot be written.
    """
    frame = pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()
    figures = {name for name, dtype in frame.schema.items() if dtype.is_numeric()}
    texts = frame.select(
        pl.col(name).cast(pl.String)
        if name in figures
        else neutral(pl.col(name).cast(pl.String)).alias(name)
        for name in frame.columns
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"values.{kind}"
        write_texts(texts, path, title[:31], figures, synthetic_title() if is_synthetic else "")
        content = io.BytesIO(path.read_bytes())
    name = f"{title}-{timezone.localdate():%Y%m%d}.{kind}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=TYPES[kind])
