"""What targets of growth over several years have in common: path, gaps in the data, wording."""

from __future__ import annotations

from liantu.errors import Message
from liantu.methods import growth
from liantu.quantity.bound import Bound
from liantu.systems.targets.evidence import Evidence
from liantu.systems.targets.forms.case import Aim, Case, Outcome, bound, printed, span, step, wanted
from liantu.systems.targets.forms.yearly import Years
from liantu.systems.targets.state import Absence, Input, PathPoint, Step
from liantu.systems.targets.wording import amount, join, number, say, target_words


def without_years(case: Case, aim: Aim) -> Outcome:
    """No year of the period is known yet."""
    begun = bool(case.clock.years)
    key = "reason.never_ended" if case.clock.ended else "reason.never"
    years = case.clock.years or list(range(case.clock.start, case.clock.end + 1))
    lacking = [wanted(case, say("missing.what_years", name=case.name, years=span(years)))]
    if case.target.form == "relative" and case.reference is None:
        name = case.target.reference
        what = say("missing.what_years", name=Message(name, name), years=span(years))
        lacking.append(say("missing.figure", what=what).zh)
    absence: Absence = "not_reported" if begun else "not_due"
    return Outcome(
        verdict="cannot_tell",
        final=False,
        reason=join(
            [
                say(key, name=case.name, target=target_words(case.target), year=case.clock.end),
                *this_year(case),
            ]
        ),
        required=bound(aim.band),
        path=band_path(case, aim),
        measure="annual_average",
        steps=(goal_step(case, aim),) if case.target.form == "annual_average" else (),
        missing=tuple(lacking),
        rules=(case.rules.annual.id,),
        absence=absence,
        extra=index_path(case, aim),
        series=() if case.target.form == "relative" else None,
    )


def ratio(value: Bound, goal: float) -> tuple[float, float]:
    """A bound over a goal."""
    return value.low / goal, value.high / goal


def inputs_of(years: Years) -> tuple[Input, ...]:
    """Figures of the years known, as printed inputs."""
    return tuple(one for row in years.known if row.figure for one in row.figure.inputs)


def band_path(case: Case, aim: Aim) -> tuple[PathPoint, ...]:
    """The same band for every year of the period."""
    low, high = aim.band
    return tuple(PathPoint(year, low, high) for year in range(case.clock.start, case.clock.end + 1))


def index_path(case: Case, aim: Aim) -> dict[str, str]:
    """Required compound index by year, start of the period = 100."""
    if case.target.form != "annual_average":
        return {}
    rows = []
    for number_of_years in range(1, case.clock.length + 1):
        ends = [growth.index_of_average(rate, number_of_years) * 100 for rate in aim.band]
        rows.append(printed(bound(sorted(ends)), ""))
    return {"index_path": "、".join(rows)}


def goal_step(case: Case, aim: Aim) -> Step:
    """The index that the average aimed at leads to over the period."""
    ends = [growth.index_of_average(rate, case.clock.length) for rate in aim.band]
    low, high = (f"{value:.3f}" for value in ends)
    rates = "、".join(
        f"(1+{number(rate)}%)^{case.clock.length}" for rate in dict.fromkeys(aim.band)
    )
    return step("required_index", rates, f"×{low}" if low == high else f"×{low}–{high}")


def this_year(case: Case) -> list[Message]:
    """The cumulative figure of the year that is still running."""
    year = case.clock.last_year + 1
    part = case.evidence.part(year) if case.evidence and not case.clock.ended else None
    if part is None:
        return []
    period = Message(part.period, part.period_en)
    return [say("reason.this_year", period=period, value=amount(part.value, "%"))]


def assumed_years(evidence: Evidence | None, years: Years) -> list[Message]:
    """One sentence for each year that is known only in part."""
    if evidence is None:
        return []
    name = Message(evidence.indicator.zh, evidence.indicator.en)
    return [
        say(
            "reason.part_year",
            year=row.year,
            name=name,
            period=Message(row.figure.period, row.figure.period_en),
            to_date=amount(row.figure.value, "%"),
            full=amount(row.value, "%"),
        )
        for row in years.in_part
        if row.figure is not None
    ]


def missing_years(case: Case, *series: Years) -> tuple[str, ...]:
    """What each series lacks: whole years, or the rest of years known in part."""
    lacking = []
    names = [case.name]
    if case.evidence is not None:
        names = [Message(case.evidence.indicator.zh, case.evidence.indicator.en)]
    if case.reference is not None:
        names.append(Message(case.reference.indicator.zh, case.reference.indicator.en))
    for name, years in zip(names, series, strict=False):
        if years.unknown:
            lacking.append(
                wanted(case, say("missing.what_years", name=name, years=span(years.unknown)))
            )
        for row in years.in_part:
            assert row.figure is not None
            lacking.append(
                wanted(
                    case,
                    say(
                        "missing.what_full_year", name=name, year=row.year, period=row.figure.period
                    ),
                )
            )
    return tuple(lacking)
