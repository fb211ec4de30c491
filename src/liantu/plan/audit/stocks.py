"""Stocks, flows and where they start: baselines, gross entries, works, size classes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from liantu.plan.audit.agreement import distinct, grouped
from liantu.plan.audit.rules import Phrase, finding, step, word
from liantu.plan.audit.saying import (
    clause_label,
    figure,
    listed,
    number,
    percent,
    quantity,
    title,
    year_of,
)
from liantu.plan.audit.statements import Plan, Statement
from liantu.plan.finding import Finding, Step
from liantu.plan.naming import compare_scopes


def baseline_at_target(plan: Plan) -> Iterator[Finding]:
    """Levels that were reached before the plan began."""
    for group in plan.by_key.values():
        levels = [
            item
            for item in group
            if item.family == "level"
            and item.stated
            and item.name.measure not in ("growth", "reduction")
            and plan.comparable(item)
        ]
        reported: set[tuple[int | None, float]] = set()
        for item in levels:
            state = starting_state(plan, item)
            if state is None or (item.year, item.printed) in reported:
                continue
            verdict = _verdict(state.value, state.is_floor, item)
            if verdict is not None:
                reported.add((item.year, item.printed))
                yield _baseline_finding(plan, item, state, verdict)


@dataclass(frozen=True)
class StartingState:
    """Where a level stood before the plan, in base units."""

    value: float
    told: Statement
    """The statement that tells it: a table row, or a fact."""
    is_floor: bool
    """True where the text gives it as at least so much."""

    @property
    def year(self) -> int | None:
        """The year it speaks of, None where the text does not say."""
        return self.told.year if self.told.target is None else self.told.baseline_year


def starting_state(plan: Plan, item: Statement) -> StartingState | None:
    """Where a level stood before the plan: value, where it is told, and whether it is a floor.

    The row's own baseline goes first, then the baseline of the same series in another clause,
    then a fact of the same name and unit.
    """
    for other in (item, *plan.by_key.get(item.name.key, ())):
        if (
            other.baseline is not None
            and other.form == "level"
            and other.base_unit == item.base_unit
            and compare_scopes(other.name.scope, item.name.scope) == "same"
        ):
            return StartingState(other.baseline, other, is_floor=False)
    for fact in plan.baselines(item):
        if compare_scopes(fact.name.scope, item.name.scope) == "same":
            return StartingState(fact.printed, fact, is_floor=fact.comparator in (">=", ">"))
    return None


def _verdict(baseline: float, floor: bool, item: Statement) -> str | None:
    """``already_beyond``, ``already_at``, ``any_increase`` or None where a way remains."""
    at = math.isclose(baseline, item.printed, rel_tol=1e-9)
    if item.comparator == "=":
        return "already_at" if at and not floor else None
    if item.comparator in (">=", ">", "range"):
        if item.comparator == "range":
            at = math.isclose(baseline, item.floor, rel_tol=1e-9)
        if at:
            return "any_increase" if item.comparator == ">" else "already_at"
        return "already_beyond" if baseline > item.floor and item.comparator != "range" else None
    if item.comparator in ("<=", "<"):
        if at:
            return "any_increase" if item.comparator == "<" else "already_at"
        return "already_beyond" if baseline < item.ceiling else None
    return None


def _baseline_finding(plan: Plan, item: Statement, state: StartingState, verdict: str) -> Finding:
    value, told = state.value, state.told
    base, asked, said = quantity(value, item), figure(item), word(verdict)
    places = clause_label(told.clause), clause_label(item.clause)
    written = number(value / item.scale), number(item.printed / item.scale)
    return finding(
        "baseline_at_target",
        (item.id, told.id),
        steps=(
            step("share_of_target", f"{written[0]} ÷ {written[1]}", percent(value / item.printed)),
        )
        if item.printed
        else (),
        indicator=title(item),
        year=str(state.year or plan.base_year()),
        baseline=base,
        baseline_clause=places[0],
        target_clause=places[1],
        target_year=year_of(item),
        target=asked,
        verdict=said,
    )


def gross_against_net(plan: Plan) -> Iterator[Finding]:
    """Entries asked for beside the net change of the stock they enter."""
    for group in plan.by_key.values():
        levels = [
            item
            for item in group
            if item.family == "level" and item.baseline is not None and item.stated
        ]
        entries = [item for item in group if item.family == "additions" and item.stated]
        for level in distinct(levels)[:1]:
            fitting = [
                item
                for item in entries
                if item.base_unit == level.base_unit
                and item.year == level.year
                and compare_scopes(item.name.scope, level.name.scope) != "scope_differs"
            ]
            for same in grouped(fitting, lambda item: round(item.printed, 9)):
                found = _gross_finding(level, same)
                if found:
                    yield found


def _gross_finding(level: Statement, entries: Sequence[Statement]) -> Finding | None:
    """None where entries equal the net change: nothing leaves, nothing contradicts."""
    assert level.baseline is not None
    net, gross = level.printed - level.baseline, entries[0].printed
    left = gross - net
    if net <= 0 or math.isclose(gross, net, rel_tol=1e-9):
        return None
    if left < 0 and entries[0].comparator in (">=", ">"):
        return None
    texts = {
        "baseline": quantity(level.baseline, level),
        "level": quantity(level.printed, level),
        "net": quantity(net, level),
        "gross": quantity(gross, entries[0]),
        "exits": quantity(abs(left), level),
        "level_clause": clause_label(level.clause),
        "scope": word("scope_differs")
        if any(item.name.scope != level.name.scope for item in entries)
        else Phrase(zh="", en=""),
        "gross_clause": listed(
            [clause_label(clause) for clause in dict.fromkeys(item.clause for item in entries)]
        ),
    }
    plain = [number(value / level.scale) for value in (level.printed, level.baseline, gross, net)]
    return finding(
        "gross_against_net" if left > 0 else "gross_below_net",
        (level.id, *(item.id for item in entries)),
        steps=(
            step("net", f"{plain[0]} − {plain[1]}", texts["net"].zh),
            step("exits", f"{plain[2]} − {plain[3]}", texts["exits"].zh)
            if left > 0
            else step("missing", f"{plain[3]} − {plain[2]}", texts["exits"].zh),
        ),
        indicator=title(level),
        texts=texts,
    )


def completions_above_starts(plan: Plan) -> Iterator[Finding]:
    """More works finished in a period than begun in it."""
    works = plan.rules.works
    for facts in grouped(
        [fact for fact in plan.facts if fact.stated],
        lambda fact: (fact.clause, fact.year, fact.base_unit),
    ):
        begun = {_work(fact, works.started): fact for fact in facts}
        ended = {_work(fact, works.completed): fact for fact in facts}
        whole = {fact.name.key: fact for fact in facts}
        for work in [name for name in begun if name and name in ended]:
            start, end, total = begun[work], ended[work], whole.get(work)
            if end.floor > start.ceiling:
                covers = total is not None and total.printed >= end.printed
                yield _works_finding(start, end, total if covers else None)


def _work(fact: Statement, words: Sequence[str]) -> str:
    """What was begun or finished, empty where the fact is about neither: …项目开工数 → …项目."""
    for word_ in words:
        if word_ in fact.name.key:
            return fact.name.key.replace(word_, "", 1)
    return ""


def _works_finding(start: Statement, end: Statement, total: Statement | None) -> Finding:
    excess = end.printed - start.printed
    texts = {
        "started": quantity(start.printed, start),
        "completed": quantity(end.printed, end),
        "excess": quantity(excess, end),
        "clause": clause_label(start.clause),
        "carried": Phrase(zh="", en=""),
    }
    plain = [number(item.printed / start.scale) for item in (end, start)]
    steps: list[Step] = [step("difference", f"{plain[0]} − {plain[1]}", texts["excess"].zh)]
    items = [start.id, end.id]
    if total is not None:
        into, left = total.printed - start.printed, total.printed - end.printed
        known = {
            "total": quantity(total.printed, total),
            "into": quantity(into, total),
            "left": quantity(left, total),
        }
        texts["carried"] = word("carried_known", **known)
        whole = number(total.printed / start.scale)
        steps.append(step("carried_in", f"{whole} − {plain[1]}", known["into"].zh))
        steps.append(step("carried_out", f"{whole} − {plain[0]}", known["left"].zh))
        items.insert(0, total.id)
    span = "–".join(str(year) for year in (start.span_start, start.year) if year)
    return finding(
        "completions_above_starts", tuple(items), steps=tuple(steps), period=span, texts=texts
    )


def nesting_unsaid(plan: Plan) -> Iterator[Finding]:
    """Counts by size class side by side, the higher not said to lie within the lower."""
    ladder = plan.rules.size_ladder
    classed = []
    for item in plan.targets:
        held = next((name for name in ladder if name in item.name.key), "")
        if held and item.family == "level" and item.stated and _is_count(item):
            classed.append((item, held, item.name.key.replace(held, "", 1)))
    rest_of = {item.id: rest for item, _, rest in classed}
    class_of = {item.id: held for item, held, _ in classed}
    for members in grouped(
        [item for item, _, _ in classed],
        lambda item: (item.clause, item.year, rest_of[item.id]),
    ):
        rungs: dict[str, Statement] = {}
        for item in members:
            rungs.setdefault(class_of[item.id], item)
        steps = sorted(rungs.values(), key=lambda item: ladder.index(class_of[item.id]))
        if len(steps) > 1 and _may_nest(steps) and len(rest_of[steps[0].id]) > 1:
            lowest, thing = steps[-1], rest_of[steps[-1].id]
            elsewhere = [
                item
                for item, held, rest in classed
                if held == class_of[lowest.id] and rest == thing and item.clause != lowest.clause
            ]
            yield _nesting_finding(steps, elsewhere, class_of[lowest.id], thing)


def _may_nest(rungs: Sequence[Statement]) -> bool:
    """A class that holds the higher one counts at least as many: 10 above, 3 below cannot nest."""
    counts = [item.printed for item in rungs]
    return counts == sorted(counts)


def _nesting_finding(
    rungs: Sequence[Statement], elsewhere: Sequence[Statement], size: str, thing: str
) -> Finding:
    lowest = rungs[-1]
    total = sum(item.printed for item in rungs)
    figures = listed([_titled(item) for item in sorted(rungs, key=lambda item: item.start)])
    other = Phrase(zh="", en="")
    if elsewhere:
        place, value = clause_label(elsewhere[0].clause), figure(elsewhere[0])
        other = word(
            "elsewhere",
            clause=place,
            indicator=title(elsewhere[0]),
            value=value,
        )
    texts = {
        "clauses": clause_label(lowest.clause),
        "figures": figures,
        "nested": quantity(lowest.printed, lowest),
        "disjoint": quantity(total, lowest),
        "elsewhere": other,
    }
    expression = " + ".join(number(item.printed / lowest.scale) for item in rungs)
    return finding(
        "nesting_unsaid",
        (*(item.id for item in rungs), *(item.id for item in elsewhere)),
        steps=(
            step("nested", number(lowest.printed / lowest.scale), texts["nested"].zh),
            step("disjoint", expression, texts["disjoint"].zh),
        ),
        thing=word("and_above", size=size, thing=thing),
        texts=texts,
    )


def _titled(item: Statement) -> Phrase:
    value = figure(item)
    return Phrase(zh=f"{title(item)}{value.zh}", en=f"{title(item)} {value.en}")


def _is_count(item: Statement) -> bool:
    return item.base_unit == "1" and item.name.measure == "amount"
