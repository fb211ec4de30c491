"""``/api/v1/indicators``: measures and their values, as JSON, SDMX-CSV and SDMX-ML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path

from liantu.errors import NothingToCompute
from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.declared import Measure
from liantu.indicators.time import Span, spans
from liantu.indicators.values import WHOLE, Grouping
from liantu.records import synthetic
from liantu.systems.api.answering import answer, paged, slice_of
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Moment, Offset, Words
from liantu.systems.api.schemas import Listed, Said
from liantu.systems.indicators import held, sdmx
from liantu.systems.indicators.asked import recorded_by, unknown
from liantu.systems.indicators.one import compiled_of
from liantu.systems.indicators.present import base_tables, drawn, opens_with, present

router = Router()
Id = Annotated[str, Path(max_length=80)]
ROOT = "/api/v1/indicators"


class MeasureSaid(Schema):
    """One measure as declared; ``formula`` is empty where no record can yield it."""

    id: str
    zh: str
    en: str
    unit: str
    direction: str
    kind: str
    topic: str
    of: str
    formula: str
    where: str
    by: list[str]
    periods: list[str]
    missing: str
    indicator: str
    definition: str
    definition_en: str
    needs: Said | None
    href: str
    values: str | None


class MeasureList(Listed):
    """Measures in the order of the catalogue."""

    items: list[MeasureSaid]


class ValueSaid(Schema):
    """One value, in the measure's unit; where there is none, ``absence`` says why.

    ``group`` is null for the whole city, and empty for rows that do not say theirs.
    """

    period: str
    group: str | None
    group_zh: str
    group_en: str
    value: float | None
    absence: str
    units: int | None
    expected: int | None
    coverage: float | None
    flagged: int | None
    broken: bool


class ValueList(Listed):
    """Values of one measure by period and group, with what they were made from."""

    indicator: str
    unit: str
    by: str
    vintage: str
    rules: str
    inputs: str
    synthetic: bool
    items: list[ValueSaid]


@dataclass(frozen=True)
class _Found:
    """Rows of a question."""

    declared: Catalogue
    compiled: Compiled
    by: str
    as_of: str | None
    held: held.Held | None
    synthetic: bool

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Of the frame of values: the whole city's, then the groups'."""
        if self.held is None:
            return []
        found = self.held.values.of(self.compiled.measure.id, WHOLE)
        rows = list(found.iter_rows(named=True))
        if self.by:
            rows += self.held.values.of(self.compiled.measure.id, (self.by,)).iter_rows(named=True)
        return rows


def _find(request: HttpRequest, measure_id: str, period: str, by: str) -> _Found:
    declared, _ = held.catalogue()
    compiled = compiled_of(declared, measure_id)
    if compiled is None:
        needs = declared.measures[measure_id].needs
        raise NothingToCompute(
            f"指标“{measure_id}”没有公式：{needs.zh if needs else ''}",
            f"Indicator {measure_id!r} has no formula: {needs.en if needs else ''}",
        )
    if by and by not in compiled.by:
        raise unknown("by", by, "、".join(compiled.by))
    as_of = recorded_by(request.GET)
    wanted = _spans(declared, compiled, period, as_of)
    groupings: tuple[Grouping, ...] = (WHOLE, (by,)) if by else (WHOLE,)
    part = ((measure_id,), tuple(wanted))
    made = held.values(declared, [part], groupings, as_of) if wanted else None
    extent = synthetic.of_tables(base_tables(declared, compiled), as_of)
    return _Found(declared, compiled, by, as_of, made, extent.any)


def _spans(declared: Catalogue, compiled: Compiled, period: str, as_of: str | None) -> list[Span]:
    if period:
        found = spans(period)
        for one in found:
            if one.kind not in compiled.periods:
                raise unknown("period", one.code, "、".join(compiled.periods))
        return found
    there = present(base_tables(declared, compiled), as_of)
    kind = opens_with(declared, compiled, there)
    return drawn(there.of(declared, compiled, kind), kind)


def _said(declared: Catalogue, one: Measure) -> MeasureSaid:
    compiled = declared.compiled.get(one.id)
    names = ("id", "zh", "en", "unit", "direction", "kind", "topic", "of", "formula", "where",
             "missing", "indicator", "definition", "definition_en")  # fmt: skip
    return MeasureSaid(
        **{name: getattr(one, name) for name in names},
        by=list(compiled.by) if compiled else [],
        periods=list(compiled.periods) if compiled else [],
        needs=Said(zh=f"{one.needs.from_}：{one.needs.zh}",
                   en=f"{one.needs.from_en}: {one.needs.en}") if one.needs else None,
        href=f"{ROOT}/{one.id}",
        values=f"{ROOT}/{one.id}/values" if compiled else None,
    )  # fmt: skip


@operation(router, "GET", "", MeasureList)
def list_indicators(
    request: HttpRequest, q: Words = "", topic: Words = "",
    limit: Limit = PAGE_ROWS, offset: Offset = 0,
) -> MeasureList:  # fmt: skip
    """Every measure, as the page of the catalogue lists them."""
    declared, _ = held.catalogue()
    asked = q.lower().split()
    found = [
        one for one in declared.measures.values()
        if (not topic or one.topic == topic)
        and all(word in f"{one.id} {one.zh} {one.en} {one.definition}".lower() for word in asked)
    ]  # fmt: skip
    items = [_said(declared, one) for one in slice_of(found, limit, offset)]
    return MeasureList(items=items, **paged(request, len(found), limit, offset))


@operation(router, "GET", "/structure.xml", None, media=sdmx.XML.partition(";")[0])
def get_indicator_structure(request: HttpRequest) -> HttpResponse:
    """Code lists, data structure and data flow of the values, as SDMX-ML 2.1."""
    declared, _ = held.catalogue()
    headers = {"Content-Disposition": 'attachment; filename="measures.structure.xml"'}
    text = sdmx.structure(declared, _PREPARED)
    return answer(request, text, media=sdmx.XML, headers=headers)


_PREPARED = "2026-11-26T00:00:00"
"""Of the structure itself, not of the answer: the same structure, the same ETag."""


@operation(router, "GET", "/{measure_id}", MeasureSaid, refuses=(404,))
def get_indicator(request: HttpRequest, measure_id: Id) -> MeasureSaid:
    """One measure as declared."""
    declared, _ = held.catalogue()
    compiled_of(declared, measure_id)
    return _said(declared, declared.measures[measure_id])


@operation(router, "GET", "/{measure_id}/values", ValueList, refuses=(404, 409, 422))
def list_indicator_values(
    request: HttpRequest, measure_id: Id, period: Words = "", by: Words = "",
    as_of: Moment = "", vintage: Moment = "", limit: Limit = PAGE_ROWS, offset: Offset = 0,
) -> ValueList:  # fmt: skip
    """Values by period and group: the whole city's and, of the groups, what is the caller's."""
    found = _find(request, measure_id, period, by)
    names = found.held.names.get(by, {}) if found.held else {}
    rows = found.rows
    items = [_value(row, by, names) for row in slice_of(rows, limit, offset)]
    return ValueList(
        indicator=measure_id,
        unit=found.compiled.measure.unit,
        by=by,
        vintage=found.as_of or "",
        rules=found.declared.digest([measure_id]),
        inputs=found.held.stamp if found.held else "",
        synthetic=found.synthetic,
        items=items,
        **paged(request, len(rows), limit, offset),
    )


def _value(row: dict[str, Any], by: str, names: dict[str, tuple[str, str]]) -> ValueSaid:
    group = row.get(by) if by else None
    said = ("", "") if group is None else names.get(group, (group, group))
    value = row["value"]
    return ValueSaid(
        period=row["period"], group=group, group_zh=said[0], group_en=said[1],
        value=None if value is None else float(f"{value:.12g}"),
        absence=row["absence"] or "", broken=bool(row["broken"]),
        **{name: row[name] for name in ("units", "expected", "coverage", "flagged")},
    )  # fmt: skip


@operation(
    router, "GET", "/{measure_id}/values.sdmx.csv", None, refuses=(404, 409, 422),
    media=sdmx.CSV.partition(";")[0],
)  # fmt: skip
def get_indicator_sdmx(
    request: HttpRequest, measure_id: Id, period: Words = "", by: Words = "",
    as_of: Moment = "", vintage: Moment = "",
) -> HttpResponse:  # fmt: skip
    """The same values, all of them, as SDMX-CSV 2.0."""
    found = _find(request, measure_id, period, by)
    text = sdmx.write_csv(found.rows, found.declared, by, synthetic=found.synthetic)
    headers = {"Content-Disposition": f'attachment; filename="{measure_id}.sdmx.csv"'}
    return answer(request, text, media=sdmx.CSV, headers=headers)
