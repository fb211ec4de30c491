"""``/api/v1/observations``: published figures as JSON and as SDMX-CSV."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from liantu.records import ledger, registers
from liantu.records.figures import sdmx
from liantu.records.figures.observation import Observation
from liantu.systems.api.answering import answer, paged, slice_of
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Moment, Offset, Words
from liantu.systems.api.schemas import Listed
from liantu.web.pages.registers.recorded import recorded_by
from liantu.web.pages.sources import fits, read_asked

router = Router()


class SourceSaid(Schema):
    """Where a figure was published."""

    title: str
    url: str
    trust: str
    published: str


class PeriodSaid(Schema):
    """The stretch of time of a figure, or the moment."""

    kind: str
    start: str
    end: str
    written: str


class ObservationSaid(Schema):
    """One published figure; ``low`` and ``high`` are what it may be, in base units."""

    id: str
    indicator: str
    name: str
    scope: list[str]
    area: str
    period: PeriodSaid
    value: float
    unit: str
    low: float | None
    high: float | None
    qualifier: str
    status: str
    source: SourceSaid
    note: str
    definition: str
    not_comparable: str
    unmapped: str


class ObservationList(Listed):
    """Published figures of a vintage."""

    vintage: str
    items: list[ObservationSaid]


def said(one: Observation) -> ObservationSaid:
    """A figure as the API says it."""
    finite = [None if abs(end) == float("inf") else end
              for end in (one.measured.low, one.measured.high)]  # fmt: skip
    period = one.period
    return ObservationSaid(
        id=one.id,
        indicator=one.indicator,
        name=one.name,
        scope=list(one.scope),
        area=one.area,
        period=PeriodSaid(
            kind=period.kind,
            start=period.start.isoformat(),
            end=period.end.isoformat(),
            written=period.written or period.label,
        ),
        value=one.value,
        unit=one.unit,
        low=finite[0],
        high=finite[1],
        qualifier=one.qualifier,
        status=one.status,
        source=SourceSaid(
            title=one.source.title,
            url=one.source.url,
            trust=one.source.trust,
            published=one.source.published,
        ),
        note=one.note,
        definition=one.definition,
        not_comparable=one.not_comparable,
        unmapped=one.unmapped,
    )


def _asked(
    request: HttpRequest, indicator: str, area: str
) -> tuple[str | None, Sequence[Observation]]:
    """The figures that the address asks for, by the same filters as the page of sources."""
    moment = recorded_by(request.GET)
    kept = {name: request.GET.get(name, "") for name in ("q", "mapping", "trust")}
    asked = read_asked(kept)
    found = [
        one
        for one in ledger.observations(moment)
        if fits(one, asked)
        and (not indicator or one.indicator == indicator)
        and (not area or one.area == area)
    ]
    return moment, found


@operation(router, "GET", "", ObservationList, refuses=(404,))
def list_observations(
    request: HttpRequest,
    q: Words = "",
    mapping: Words = "",
    trust: Words = "",
    indicator: Words = "",
    area: Words = "",
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> ObservationList:
    """Published figures, mapped or not, each with its source."""
    moment, found = _asked(request, indicator, area)
    return ObservationList(
        vintage=ledger.vintage_id(moment),
        items=[said(one) for one in slice_of(found, limit, offset)],
        **paged(request, len(found), limit, offset),
    )


@operation(router, "GET", "/sdmx.csv", None, refuses=(404,), media=sdmx.MEDIA.partition(";")[0])
def get_sdmx(
    request: HttpRequest,
    q: Words = "",
    mapping: Words = "",
    trust: Words = "",
    indicator: Words = "",
    area: Words = "",
    as_of: Moment = "",
    vintage: Moment = "",
) -> HttpResponse:
    """The same figures, all of them, as SDMX-CSV 2.0; the door reads the file back."""
    moment, found = _asked(request, indicator, area)
    text = sdmx.write_sdmx(found, _codes(moment))
    headers = {"Content-Disposition": 'attachment; filename="observations.sdmx.csv"'}
    return answer(request, text, media=sdmx.MEDIA, headers=headers)


def _codes(moment: str | None) -> dict[str, str]:
    """Name of an area → its code, where the register knows one area of that name."""
    rows = registers.read("areas", moment, ["name", "area_code"]).unique()
    alone = rows.filter(~rows["name"].is_duplicated())
    return dict(alone.select("name", "area_code").rows())
