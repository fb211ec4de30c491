"""Periods of which there are records: what a page opens with, what its trend runs through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.declared import PeriodKind
from liantu.indicators.time import KINDS, Span, of_kind, span
from liantu.indicators.values import WHOLE, Values
from liantu.records import access
from liantu.records.lake.publishing import visible
from liantu.records.moments import moment_of
from liantu.records.tables.declared import load_tables
from liantu.systems.indicators.rules import indicator_rules

_DECEMBER = 12
_CANDIDATES = 3
"""Latest periods looked at for one that is covered well enough to open with."""


@dataclass(frozen=True)
class Present:
    """Months (year, month) of which a table has records, by table; of registers up to the day."""

    months: dict[str, list[tuple[int, int]]]
    day: date

    def of(self, declared: Catalogue, compiled: Compiled, kind: PeriodKind) -> list[Span]:
        """Periods of a kind of which a measure may have values, in order."""
        found: set[Span] = set()
        able = [one for one in bases(declared, compiled) if kind in one.periods]
        for name in dict.fromkeys(one.measure.of for one in able):
            if load_tables()[name].grain:
                found |= set(of_kind(kind, self.months.get(name, [])))
            else:
                found |= set(_until(self.day, kind))
        return sorted(found)


def present(tables: Iterable[str], as_of: str | None = None) -> Present:
    """What there is, as of a vintage.

    Raises:
        NotFound, UsageError: no such vintage.
    """
    moment = moment_of(as_of)
    day = timezone.localtime(moment).date() if moment else timezone.localdate()
    with access.whole("measures"):
        return Present({name: _months(name, moment) for name in sorted(set(tables))}, day)


def _months(table: str, moment: datetime | None) -> list[tuple[int, int]]:
    declared = load_tables()[table]
    if not declared.grain:
        return []
    codes = {code for file in visible(table, moment) for code in file.periods}
    ends = {span(code) for code in codes}
    return sorted({(one.year, one.months[-1]) for one in ends})


def base_tables(declared: Catalogue, compiled: Compiled) -> tuple[str, ...]:
    """Tables whose rows come to the measure, through all that it is derived from."""
    return tuple(dict.fromkeys(one.measure.of for one in bases(declared, compiled)))


def bases(declared: Catalogue, compiled: Compiled) -> list[Compiled]:
    """Measures of rows that a measure comes from; itself, where it is one."""
    if compiled.derived is None:
        return [compiled]
    found = (bases(declared, declared.compiled[one]) for one in compiled.derived.inputs)
    return list({one.measure.id: one for each in found for one in each}.values())


def _until(day: date, kind: PeriodKind) -> list[Span]:
    """Periods of a kind that ended by a day: registers say how things stood at their end."""
    months = [(day.year - back // 12, 12 - back % 12) for back in range(12 * 6)]
    spans = {one for one in of_kind(kind, months) if one.end <= day}
    return sorted(spans)


def preferred(compiled: Compiled) -> PeriodKind:
    """The kind of period that a page of the measure opens with."""
    order = (*indicator_rules().prefer[compiled.measure.kind], *KINDS)
    return next(kind for kind in order if kind in compiled.periods)


def opens_with(declared: Catalogue, compiled: Compiled, there: Present) -> PeriodKind:
    """The preferred kind; the year, where the latest months are those to December.

    January to December is the year itself, and years have more to be compared with.
    """
    kind = preferred(compiled)
    if kind != "ytd" or "year" not in compiled.periods:
        return kind
    spans = there.of(declared, compiled, kind)
    return "year" if spans and spans[-1].number == _DECEMBER else kind


def drawn(spans: list[Span], kind: PeriodKind) -> list[Span]:
    """Those of a measure's periods that one page speaks of.

    Of ytd, the latest months and the same months of earlier years.
    """
    most = getattr(indicator_rules().drawn, kind)
    if kind != "ytd":
        return spans[-most:]
    latest = spans[-_CANDIDATES:]
    years = {one.back(back) for one in latest for back in range(most)}
    return sorted(years & set(spans))


def candidates(spans: list[Span]) -> list[Span]:
    """The latest few, of which one is opened with."""
    return spans[-_CANDIDATES:]


def opening(found: Values, measure: str, spans: list[Span]) -> Span | None:
    """The latest period with a value that is covered well enough; else the latest with any."""
    rows = {row["period"]: row for row in found.of(measure, WHOLE).iter_rows(named=True)}
    least = indicator_rules().shown_from
    valued = [one for one in spans if rows.get(one.code, {}).get("value") is not None]
    covered = [
        one for one in valued
        if (cover := rows[one.code]["coverage"]) is None or cover >= least
    ]  # fmt: skip
    best = covered or valued
    return best[-1] if best else None
