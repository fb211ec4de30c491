"""A growth and a share that cannot both hold: s0 × ((1+g_part)/(1+g_whole))^n against s1."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from liantu.plan.audit.agreement import same_figure
from liantu.plan.audit.rules import Phrase, finding, step, word
from liantu.plan.audit.saying import (
    clause_label,
    figure,
    number,
    percent,
    title,
)
from liantu.plan.audit.statements import Plan, Statement
from liantu.plan.audit.stocks import StartingState, starting_state
from liantu.plan.finding import Finding, Step
from liantu.plan.naming import compare_scopes, read_name

_SHARE = re.compile(r"^(?P<part>.+)占(?P<whole>.+)比重$")
_NOTHING = Phrase(zh="", en="")


@dataclass(frozen=True)
class _ShareCase:
    """A share with baseline and target, and the growth of its numerator."""

    share: Statement
    growth: Statement
    reference: str
    """Name of the denominator."""
    start: float
    years: int
    whole_growth: float
    drift: float
    known: bool
    """True where the denominator's growth is the plan's own or was set by the caller."""

    def share_at(self, growth: float, whole_growth: float | None = None) -> float:
        """Share at the end: s0 × ((1+g_part)(1+drift)/(1+g_whole))^n."""
        whole = self.whole_growth if whole_growth is None else whole_growth
        return self.start * ((1 + growth) * (1 + self.drift) / (1 + whole)) ** self.years

    @property
    def required_factor(self) -> float:
        """Yearly factor that lifts the share from baseline to target."""
        return float((self.share.printed / self.start) ** (1 / self.years))

    @property
    def required_growth(self) -> float:
        """Growth of the numerator that reaches the target share."""
        return (1 + self.whole_growth) * self.required_factor / (1 + self.drift) - 1


def growth_against_share(plan: Plan) -> Iterator[Finding]:
    """Growth of a part that does not carry its share of a whole to the stated share."""
    seen: set[tuple[str, str]] = set()
    for share in sorted(plan.targets, key=lambda item: item.baseline is None):
        matched = _SHARE.match(share.name.key)
        if not matched or share.form != "level" or not share.stated:
            continue
        state = starting_state(plan, share)
        if state is None or state.value <= 0 or share.printed <= 0:
            continue
        relative = _growths(plan, matched, share, "relative")
        average = _growths(plan, matched, share, "annual_average")
        for growth in relative[:1] or average[:1]:
            case = _case(plan, share, growth, matched["whole"], state)
            mark = (share.name.key, growth.id)
            if case is not None and mark not in seen:
                seen.add(mark)
                yield from _judge_share(plan, case, average if relative else [])


def _growths(plan: Plan, matched: re.Match[str], share: Statement, form: str) -> list[Statement]:
    """Growth statements of the numerator, of one form and of the share's year."""
    found = []
    for part in (matched["part"], f"{matched['part']}增加值"):
        for item in plan.by_key.get(f"{part}:growth", ()):
            if item.form != form or not item.stated or item.year != share.year:
                continue
            # Coverage may differ: growth is published for 规上 where the share is of 全口径.
            if item.term("level") != share.term("level"):
                continue
            if form == "relative" and _plain_key(item.reference) != matched["whole"]:
                continue
            found.append(item)
    return found


def _plain_key(name: str) -> str:
    return read_name(name).key.removesuffix(":growth")


def _case(
    plan: Plan,
    share: Statement,
    growth: Statement,
    whole: str,
    state: StartingState,
) -> _ShareCase | None:
    """None where the denominator's growth is neither stated nor an assumption."""
    since = state.year or plan.base_year()
    years = (share.year or plan.package.meta.end_year) - since
    own = plan.own_growth(whole)
    if years < 1 or (whole != "GDP" and own is None):
        return None
    return _ShareCase(
        share=share,
        growth=growth,
        reference=whole,
        start=state.value,
        years=years,
        whole_growth=plan.reference_growth(whole),
        drift=plan.assumptions["price_drift"],
        known=own is not None or "gdp_growth" in plan.given,
    )


def _judge_share(plan: Plan, case: _ShareCase, bands: list[Statement]) -> Iterator[Finding]:
    """Not reached: even the most the growth statement promises stays below the share.

    A margin over the denominator depends little on the denominator's own growth, so the
    assumed growth decides. An average growth depends on it one for one, so without a known
    figure it must fail over the whole range of growth rates tried.
    """
    limits = plan.rules.thresholds
    tolerance = limits.share_points
    growth = case.growth
    if growth.form == "relative":
        reached = case.share_at(case.whole_growth + growth.printed / 100)
        if reached < case.share.floor - tolerance:
            yield _share_finding("share_not_reached", plan, case, reached, bands)
        return
    tried = (case.whole_growth,) if case.known else (limits.gdp_growth_low, limits.gdp_growth_high)
    # Both figures are printed to their last digit: 7% may be 7.4%, 26% may be 26.4%.
    low, high = (growth.floor - growth.slack) / 100, (growth.ceiling + growth.slack) / 100
    tolerance = max(tolerance, case.share.slack)
    most = [case.share_at(high, whole) for whole in tried] if math.isfinite(high) else [math.inf]
    least = [case.share_at(low, whole) for whole in tried] if math.isfinite(low) else [-math.inf]
    if max(most) < case.share.floor - tolerance:
        yield _share_finding("share_not_reached", plan, case, _at_most(case), bands)
    elif min(least) > case.share.ceiling + tolerance:
        yield _share_finding("share_overshot", plan, case, _at_least(case), bands)


def _at_most(case: _ShareCase) -> float:
    return case.share_at(_promised(case.growth))


def _at_least(case: _ShareCase) -> float:
    return case.share_at(case.growth.floor / 100)


def _share_finding(
    rule: str, plan: Plan, case: _ShareCase, reached: float, bands: list[Statement]
) -> Finding:
    share, growth = case.share, case.growth
    names = ("gdp_growth", "price_drift") if case.reference == "GDP" else ("price_drift",)
    differs = compare_scopes(growth.name.scope, share.name.scope) != "same"
    return finding(
        rule,
        (growth.id, *_restatements(plan, share), *(band.id for band in bands)),
        steps=_share_steps(plan, case, reached, bands),
        assumptions=plan.used(*names, reference=case.reference),
        growth_clause=clause_label(growth.clause),
        growth=title(growth),
        growth_value=figure(growth),
        share_clause=clause_label(share.clause),
        share=title(share),
        baseline=f"{number(case.start)}%",
        target=figure(share),
        reference=case.reference,
        assumed=_assumed(case),
        years=str(case.years),
        implied=f"{number(reached, 2)}%",
        required_growth=percent(case.required_growth),
        required_points=f"{number((case.required_growth - case.whole_growth) * 100, 2)}",
        scope=word("scope_proxy") if differs else _NOTHING,
        band=_band_said(case, bands[0]) if bands else _NOTHING,
    )


def _assumed(case: _ShareCase) -> Phrase | str:
    growth = percent(case.whole_growth)
    if not case.drift:
        return growth
    return word("assumed_with_drift", growth=growth, drift=percent(case.drift))


def _restatements(plan: Plan, share: Statement) -> list[str]:
    """The share and what repeats its figure in other clauses."""
    again = [
        item.id
        for item in plan.by_key.get(share.name.key, ())
        if item.id != share.id and item.form == "level" and same_figure(item, share)
    ]
    return [share.id, *again]


def _share_steps(
    plan: Plan, case: _ShareCase, reached: float, bands: list[Statement]
) -> tuple[Step, ...]:
    growth, n = case.growth, case.years
    relative = growth.form == "relative"
    part = case.whole_growth + growth.printed / 100 if relative else _promised(growth)
    prices = f" × {number(1 + case.drift)}" if case.drift else ""
    upper = (
        f"(1 + {percent(case.whole_growth)} + {percent(growth.printed / 100)})"
        if relative
        else f"(1 + {percent(part)})"
    )
    factor = (1 + part) * (1 + case.drift) / (1 + case.whole_growth)
    start, aim = number(case.start), number(case.share.printed)
    steps = [
        step("factor", f"{upper}{prices} ÷ (1 + {percent(case.whole_growth)})", number(factor, 6)),
        step("implied_share", f"{start}% × {number(factor, 6)}^{n}", f"{number(reached, 2)}%"),
        step("required_factor", f"({aim} ÷ {start})^(1/{n})", number(case.required_factor, 6)),
        step(
            "required_growth",
            f"(1 + {percent(case.whole_growth)}) × {number(case.required_factor, 6)}"
            + (f" ÷ {number(1 + case.drift)}" if case.drift else "")
            + " − 1",
            percent(case.required_growth),
        ),
        step(
            "required_points",
            f"{percent(case.required_growth)} − {percent(case.whole_growth)}",
            f"{number((case.required_growth - case.whole_growth) * 100, 2)}",
        ),
    ]
    if case.reference == "GDP":
        steps += _sensitivity(plan, case, growth, relative)
    steps += [_band_step(case, band) for band in bands[:1]]
    return tuple(steps)


def _sensitivity(plan: Plan, case: _ShareCase, growth: Statement, relative: bool) -> list[Step]:
    limits = plan.rules.thresholds
    steps = []
    for whole in (limits.gdp_growth_low, limits.gdp_growth_high):
        part = whole + growth.printed / 100 if relative else _promised(growth)
        at = case.share_at(part, whole)
        steps.append(step("sensitivity", f"{case.reference} {percent(whole)}", f"{number(at, 2)}%"))
    return steps


def _promised(growth: Statement) -> float:
    """The most a growth statement promises, or its floor where it has no upper end."""
    return (growth.ceiling if math.isfinite(growth.ceiling) else growth.floor) / 100


def _band_step(case: _ShareCase, band: Statement) -> Step:
    ends = [end for end in (band.bound.low, band.bound.high) if math.isfinite(end)]
    shares = [f"{number(case.share_at(end / 100), 2)}%" for end in ends]
    return step(
        "band",
        " / ".join(dict.fromkeys(f"{number(end)}%" for end in ends)),
        " / ".join(dict.fromkeys(shares)),
    )


def _band_said(case: _ShareCase, band: Statement) -> Phrase:
    """Does the average growth that the plan also states reach the share?"""
    low, high = (case.share_at(end / 100) for end in (band.floor, _promised(band) * 100))
    aim = case.share.floor
    name = "band_suffices" if low >= aim else "band_covers" if high >= aim else "band_fails"
    value = figure(band)
    return word(
        name,
        clause=clause_label(band.clause),
        band=Phrase(zh=value.zh.removeprefix("年均"), en=value.en.partition(" a year")[0]),
    )
