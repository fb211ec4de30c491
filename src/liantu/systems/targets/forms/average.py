"""Targets of average growth over the period: ``annual_average``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from liantu.errors import Message
from liantu.methods import growth
from liantu.quantity.bound import Bound, Verdict
from liantu.systems.targets.evidence import Figure
from liantu.systems.targets.forms.case import Aim, Case, Outcome, bound, printed, span, step
from liantu.systems.targets.forms.span_of_years import (
    band_path,
    goal_step,
    index_path,
    inputs_of,
    missing_years,
    ratio,
    this_year,
    without_years,
)
from liantu.systems.targets.forms.yearly import YearGrowth, Years, chain, years_of
from liantu.systems.targets.state import Step
from liantu.systems.targets.wording import amount, join, number, say, target_words


def annual_average(case: Case) -> Outcome:
    """The geometric mean of the yearly growth rates over the whole period."""
    aim = Aim.of(case.target, downward=False, tolerance=case.rules.approximate.share)
    if case.evidence is None or not case.clock.years:
        return without_years(case, aim)
    found = _Compounded(case, aim, years_of(case, case.evidence, case.clock.years))
    if not found.years.known and found.published is None:
        return without_years(case, aim)
    settled = found.verdict != "cannot_tell"
    years, average = found.years, found.average
    return Outcome(
        verdict=found.verdict,
        final=settled,
        reason=found.reason(),
        attained=average,
        at=found.at,
        period=span([row.year for row in years.rows]),
        required=bound(aim.band),
        progress=found.progress,
        pace=None if average is None or aim.goal <= 0 or aim.downward else ratio(average, aim.goal),
        measure="annual_average",
        run_rate=found.run_rate(),
        inputs=inputs_of(years) + (found.published.inputs if found.published else ()),
        steps=found.steps(),
        path=band_path(case, aim),
        missing=() if settled and not years.in_part else missing_years(case, years),
        rules=(case.rules.annual.id, *years.rules, case.pace_rule("annual_average").id),
        absence="not_reported" if years.unknown and case.clock.ended and not settled else "",
        extra=index_path(case, aim),
    )


@dataclass(frozen=True)
class _BreakEven:
    """What the missing months of the one year known in part must have grown to reach the aim."""

    row: YearGrowth
    figure: Figure
    full: float
    rest: float


@dataclass(frozen=True)
class _Compounded:
    """Yearly growth compounded, and what follows for the target."""

    case: Case
    aim: Aim
    years: Years

    @cached_property
    def published(self) -> Figure | None:
        """An average over exactly these years, published as such; it comes before our own."""
        clock = self.case.clock
        if self.case.average is None or not clock.ended:
            return None
        for one in self.case.average.figures:
            seen = one.observation.period if one.observation else None
            if seen and (seen.start.year, seen.year) == (clock.start, clock.end):
                return one
        return None

    @cached_property
    def average(self) -> Bound | None:
        """Average so far; None where a year without figure leaves it without any bound."""
        if self.published is not None:
            return self.published.value
        if self.years.unknown:
            return None
        return bound(growth.average_growth(self.years.low, self.years.high))

    @property
    def verdict(self) -> Verdict:
        if not self.case.clock.ended or self.average is None:
            return "cannot_tell"
        return self.aim.judge(self.average)

    @property
    def at(self) -> float | None:
        known = [row.figure.at for row in self.years.rows if row.figure is not None]
        return max(known, default=float(self.case.clock.end))

    @property
    def progress(self) -> Bound | None:
        """Share of the way in compound growth: log of the index over log of the goal."""
        goal = self._index_of_goal()
        low, high = self.years.index
        if self.years.unknown or goal <= 1 or low <= 0:
            return None
        return Bound(math.log(low) / math.log(goal), math.log(high) / math.log(goal))

    @cached_property
    def need(self) -> tuple[list[int], Bound] | None:
        """The years without figure, gone or to come, and the average growth they must bring."""
        clock = self.case.clock
        open_years = self.years.unknown + list(range(clock.last_year + 1, clock.end + 1))
        if not open_years or self.published is not None:
            return None
        ends = growth.growth_needed(*self.years.index, self.aim.goal, clock.length, len(open_years))
        return open_years, bound(ends)

    @cached_property
    def break_even(self) -> _BreakEven | None:
        """Only where the period has ended and one single year is known in part."""
        years = self.years
        if not self.case.clock.ended or years.unknown or len(years.in_part) != 1:
            return None
        row = years.in_part[0]
        others = [one for one in years.rows if one is not row]
        low, high = growth.compound_index(
            [one.value.low for one in others], [one.value.high for one in others]
        )
        if low <= 0 or row.figure is None:
            return None
        full = (self._index_of_goal() / math.sqrt(low * high) - 1) * 100
        rest = growth.rest_of_year_growth(full, row.figure.value.mid, row.figure.months)
        return _BreakEven(row, row.figure, full, rest)

    def _index_of_goal(self) -> float:
        return growth.index_of_average(self.aim.goal, self.case.clock.length)

    def _index_text(self) -> str:
        low, high = (f"{value:.4f}" for value in self.years.index)
        return low if low == high else f"{low}–{high}"

    # Arithmetic -----------------------------------------------------------------------------

    def steps(self) -> tuple[Step, ...]:
        lines = [*self.years.steps, goal_step(self.case, self.aim)]
        index, known = self._index_text(), self.years.known
        covered = span([row.year for row in known])
        if known:
            lines.append(step("index", chain(known), f"×{index}", years=covered))
        if self.published is None and self.average is not None:
            formula = f"({index})^(1/{len(self.years.rows)}) − 1"
            lines.append(step("average", formula, printed(self.average, "%")))
        if self.need is not None:
            years, growth_needed = self.need
            formula = f"({self._index_of_goal():.4f} ÷ {index})^(1/{len(years)}) − 1"
            lines.append(step("need", formula, printed(growth_needed, "%"), years=span(years)))
        if self.case.clock.ended and self.average is not None:
            goal = printed(Bound.exact(self.aim.goal), "%")
            formula = f"{printed(self.average, '%')} {self.aim.sign} {goal}"
            verdict = say(f"verdict.{self.verdict}").zh
            lines.append(step("judge", formula, verdict, period=covered))
        return (*lines, *self._break_even_step())

    def _break_even_step(self) -> tuple[Step, ...]:
        found = self.break_even
        if found is None:
            return ()
        months, to_date = found.figure.months, printed(found.figure.value, "%")
        formula = f"({number(found.full)}%×12 − {to_date}×{months}) ÷ {12 - months}"
        return (step("break_even", formula, f"{number(found.rest)}%", year=found.row.year),)

    # Words ----------------------------------------------------------------------------------

    def run_rate(self) -> Message:
        if self.need is None or self.case.clock.ended:
            return Message("", "")
        key = "run_rate.average_at_most" if self.aim.downward else "run_rate.average"
        return say(key, years=span(self.need[0]), need=amount(self.need[1], "%"))

    def reason(self) -> Message:
        figures = self._figures()
        if not self.case.clock.ended:
            return join([say(f"reason.{self._so_far()}", **figures), *this_year(self.case)])
        if self.average is None:
            return say(f"reason.average_unknown_years{self._which_need()}", **figures)
        sentences = [say(f"reason.average_{self.verdict}", **figures), *self._part_year()]
        edge = self.aim.band[1]
        beyond = self.verdict == "meets" and self.average.low > edge
        if beyond and self.case.target.comparator == "range":
            sentences.append(say("reason.beyond_band", edge=amount(Bound.exact(edge), "%")))
        return join(sentences)

    def _which_need(self) -> str:
        """Words for one figure needed, for an interval of it, or for one not to be exceeded."""
        if self.aim.downward:
            return "_at_most"
        return "" if self.need is not None and self.need[1].is_exact else "_range"

    def _so_far(self) -> str:
        if self.years.unknown:
            return "average_gaps_so_far" + ("_at_most" if self.aim.downward else "")
        return "average_so_far_at_most" if self.aim.downward else "average_so_far"

    def _figures(self) -> dict[str, object]:
        figures: dict[str, object] = {
            "name": self.case.name,
            "target": target_words(self.case.target),
            "years": span([row.year for row in self.years.rows]),
            "known": span([row.year for row in self.years.known]),
            "unknown": span(self.years.unknown),
            "goal": amount(Bound.exact(self.aim.goal), "%"),
        }
        if self.average is not None:
            figures["average"] = amount(self.average, "%")
        if self.need is not None:
            years, needed = self.need
            ends = (needed.low, needed.high) if self.aim.downward else (needed.high, needed.low)
            figures |= {
                "open": span(years),
                "need": amount(needed, "%"),
                "sure": amount(Bound.exact(ends[0]), "%"),
                "never": amount(Bound.exact(ends[1]), "%"),
            }
        return figures

    def _part_year(self) -> list[Message]:
        found = self.break_even
        if found is None or self.published is not None:
            return []
        sentence = say(
            "reason.average_part_year",
            year=found.row.year,
            period=Message(found.figure.period, found.figure.period_en),
            to_date=amount(found.figure.value, "%"),
            full=amount(found.row.value, "%"),
            rest=amount(Bound.exact(found.rest), "%"),
            needed=amount(Bound.exact(found.full), "%"),
        )
        return [sentence]
