"""The progress light: one of five, from verdict, pace and the age of the evidence."""

from __future__ import annotations

from liantu.methods import progress
from liantu.systems.targets.forms.case import Case, Outcome
from liantu.systems.targets.state import Light

_CLASSES: tuple[Light, ...] = ("normal", "watch", "behind")


def light_of(outcome: Outcome, case: Case) -> tuple[Light, str]:
    """The light, and the id of the rule that kept it from being judged by pace.

    Met is done, not met is behind. Before the end the pace is classed, where its whole interval
    lies in one class and the evidence is not stale. After the end without a verdict, and in
    every other case, nobody can tell.
    """
    clock, rules = case.clock, case.rules
    if outcome.verdict == "meets":
        return "done", ""
    if outcome.verdict == "fails":
        return "behind", ""
    if clock.ended or outcome.pace is None or outcome.at is None:
        return "unknown", ""
    if clock.last_year - outcome.at > rules.stale.years:
        return "unknown", rules.stale.id
    cuts = case.pace_rule(outcome.measure).cuts
    found = progress.classify(*outcome.pace, cuts)
    return ("unknown", "") if found == progress.STRADDLES else (_CLASSES[found], "")
