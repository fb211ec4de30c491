"""What the plan leaves out: baselines, units, owners, sources, scopes; and its table's numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from liantu.plan.audit.agreement import clash, grouped
from liantu.plan.audit.rules import Phrase, UnsaidScope, finding, word
from liantu.plan.audit.saying import (
    clause_label,
    figure,
    figures,
    listed,
    names,
    quantity,
    title,
)
from liantu.plan.audit.statements import Plan, Statement
from liantu.plan.audit.stocks import starting_state
from liantu.plan.finding import Finding
from liantu.plan.naming import fold


def no_baseline(plan: Plan) -> Iterator[Finding]:
    """Levels that start nowhere: table rows one by one, prose in one line."""
    told = {item.number for item in plan.targets if item.number and item.baseline is not None}
    lacking = [
        item
        for item in plan.targets
        if _lacks_baseline(plan, item) and not (item.number and item.number in told)
    ]
    rows = [item for item in lacking if item.number]
    prose = [item for item in lacking if not item.number and _lacks_state(plan, item)]
    if rows:
        said = listed([_numbered(item) for item in rows], limit=plan.rules.thresholds.listed)
        yield finding("no_baseline_table", _ids(rows), count=str(len(rows)), names=said)
    if prose:
        yield finding("no_baseline_prose", _ids(prose), count=str(len(prose)), names=names(prose))


def _lacks_baseline(plan: Plan, item: Statement) -> bool:
    if item.form in plan.rules.needs_no_baseline or item.baseline is not None:
        return False
    if item.number:
        return True
    # 累计下降 is reported as such; a rise in per cent needs the base it is taken on.
    return item.form == "level" or (item.form == "increase" and item.name.measure != "reduction")


def _lacks_state(plan: Plan, item: Statement) -> bool:
    """True where neither table nor facts tell the start, under whatever scope."""
    if starting_state(plan, item) is not None or plan.baselines(item):
        return False
    if item.name.parts:
        return False
    namesakes = plan.by_key.get(item.name.key, ())
    if any(other.number for other in namesakes):
        return False  # Restates a table row, which is reported with the table.
    # 提升2.2个百分点达到50% tells the baseline by subtraction.
    return all(other.baseline is None and other.form != "points" for other in namesakes)


def no_unit(plan: Plan) -> Iterator[Finding]:
    """Figures without a unit, or with a magnitude in its place (4万亿)."""
    lacking = [
        item
        for item in plan.targets
        if item.stated
        and (
            item.unit.strip() in plan.rules.magnitudes
            or (not item.unit.strip() and not _is_unitless(plan, item))
        )
    ]
    if lacking:
        said = listed([_with_figure(item) for item in lacking], limit=plan.rules.thresholds.listed)
        yield finding("no_unit", _ids(lacking), count=str(len(lacking)), names=said)


def _is_unitless(plan: Plan, item: Statement) -> bool:
    written = fold(title(item))
    return any(word_ in written for word_ in plan.rules.unitless)


def no_owner(plan: Plan) -> Iterator[Finding]:
    """How many targets name nobody responsible."""
    lacking = [item for item in plan.targets if item.target and not item.target.owner]
    if lacking:
        yield finding(
            "no_owner", _ids(lacking), count=str(len(plan.targets)), missing=str(len(lacking))
        )


def no_data_source(plan: Plan) -> Iterator[Finding]:
    """Targets whose name maps to no indicator of the catalogue that was handed in."""
    known = plan.known_indicators
    if known is None:
        return
    lacking = [
        item for item in plan.targets if item.target and not known(title(item), item.target.scope)
    ]
    if lacking:
        yield finding(
            "no_data_source", _ids(lacking), count=str(len(lacking)), names=names(lacking)
        )


def set_elsewhere(plan: Plan) -> Iterator[Finding]:
    """Targets whose value another document sets, one finding for each document."""
    assigned = [item for item in plan.targets if item.form == "assigned" or not item.stated]
    for items in grouped(assigned, lambda item: (item.reference, _nature(item))):
        nature = _nature(items[0])
        yield finding(
            "set_elsewhere",
            _ids(items),
            count=str(len(items)),
            nature=word({"约束性": "binding", "预期性": "expected"}.get(nature, "unsaid_nature")),
            reference=items[0].reference or word("assigner"),
            names=listed([_numbered(item) for item in items], limit=plan.rules.thresholds.listed),
            bare=word("no_baselines" if _no_row_has_baseline(items) else "nothing"),
        )


def _no_row_has_baseline(items: Sequence[Statement]) -> bool:
    rows = [item for item in items if item.number]
    return bool(rows) and all(item.baseline is None for item in rows)


def _nature(item: Statement) -> str:
    return item.target.nature if item.target else ""


def scope_unsaid(plan: Plan) -> Iterator[Finding]:
    """Names that count different registers unless the text says which."""
    for rule in plan.rules.unsaid_scopes:
        concerned = [item for item in plan.targets if _leaves_open(rule, item)]
        for same in grouped(concerned, lambda item: item.name.key):
            values = figures(same)
            yield finding(
                "scope_unsaid",
                _ids(same),
                indicator=title(same[0]),
                value=values,
                clauses=_clauses(same),
                note=Phrase(zh=rule.zh, en=rule.en),
            )


def _leaves_open(rule: UnsaidScope, item: Statement) -> bool:
    if not item.stated or item.term(rule.dimension):
        return False
    if rule.requires and item.term(rule.requires.dimension) != rule.requires.term:
        return False
    return re.search(rule.pattern, item.name.key) is not None


def scope_restated(plan: Plan) -> Iterator[Finding]:
    """One indicator restated under differently worded scope, figures in accord."""
    pieces: list[Phrase] = []
    items: list[str] = []
    for group in plan.by_key.values():
        if not plan.comparable(group[0]):
            continue
        for same in grouped(group, lambda item: (item.base_unit, item.year)):
            wordings: dict[tuple[tuple[str, str], ...], Statement] = {}
            for item in same:
                wordings.setdefault(item.name.scope, item)
            stated = list(wordings.values())
            if len(stated) > 1 and _one_series(stated):
                pieces.append(listed([_at(item) for item in stated], separator="and"))
                items += [item.id for item in stated]
    if pieces:
        said = listed(pieces, separator="semicolon", limit=plan.rules.thresholds.listed)
        yield finding("scope_restated", tuple(items), names=said)


def _one_series(stated: Sequence[Statement]) -> bool:
    """Scope worded differently, yet not two registers (国家级 beside 省级)."""
    levels = {item.term("level") for item in stated}
    coverages = {item.term("coverage") for item in stated}
    if len(levels - {""}) > 1 or len(coverages - {""}) > 1:
        return False
    first, *rest = stated
    return all(
        first.form != other.form
        or not first.stated
        or not other.stated
        or clash(first, other) != "conflict_scope"
        for other in rest
    )


def baseline_not_comparable(plan: Plan) -> Iterator[Finding]:
    """An average growth whose baseline cell holds the growth of one year."""
    rows = [
        item
        for item in plan.targets
        if item.form == "annual_average"
        and item.baseline is not None
        and not _is_level_s_baseline(plan, item)
    ]
    if rows:
        said = listed([_base_and_aim(item) for item in rows], limit=plan.rules.thresholds.listed)
        yield finding("baseline_not_comparable", _ids(rows), count=str(len(rows)), names=said)


def _is_level_s_baseline(plan: Plan, item: Statement) -> bool:
    """The row gives level and growth, and its one baseline is the level's."""
    levels = plan.by_key.get(item.name.key.removesuffix(":growth"), ())
    return any(
        level.form == "level" and level.clause == item.clause and level.baseline is not None
        for level in levels
    )


def shared_number(plan: Plan) -> Iterator[Finding]:
    """Two series under one number of the indicator table."""
    rows = [item for item in plan.targets if item.number]
    total = len({_digits(item.number) for item in rows})
    for same in grouped(rows, lambda item: (item.clause, _digits(item.number))):
        if len(same) > 1 and len({item.number for item in same}) > 1:
            yield finding(
                "shared_number",
                _ids(same),
                number=_digits(same[0].number),
                count=str(len(same)),
                names=names(same),
                total=str(total),
                series=str(len(rows)),
            )


def table_numbering(plan: Plan) -> Iterator[Finding]:
    """Numbers of an indicator table that repeat or are missing."""
    rows = [item for item in plan.targets if _digits(item.number)]
    for table in grouped(rows, lambda item: item.clause):
        # A row that gives level and growth stands twice under its number.
        levels = {(item.number, item.name.key) for item in table if item.form == "level"}
        counted = Counter(
            item.number
            for item in table
            if item.form == "level"
            or (item.number, item.name.key.removesuffix(":growth")) not in levels
        )
        repeated = sorted(name for name, times in counted.items() if times > 1)
        held = {int(_digits(item.number)) for item in table}
        missing = [str(n) for n in range(1, max(held)) if n not in held]
        problems = []
        if repeated:
            problems.append(word("duplicate_number", numbers=_plain(repeated)))
        if missing:
            problems.append(word("missing_number", numbers=_plain(missing)))
        if problems:
            concerned = [item for item in table if item.number in repeated] or table[:1]
            yield finding("table_numbering", _ids(concerned), problem=listed(problems))


def _digits(text: str) -> str:
    matched = re.match(r"\d+", text)
    return matched.group() if matched else ""


def _plain(values: Sequence[str]) -> Phrase:
    return listed([Phrase(zh=value, en=value) for value in values])


def _numbered(item: Statement) -> Phrase:
    name = title(item)
    shown = f"{item.number} {name}" if item.number else name
    return Phrase(zh=shown, en=shown)


def _with_figure(item: Statement) -> Phrase:
    value, place = figure(item), clause_label(item.clause)
    return Phrase(
        zh=f"{title(item)}{value.zh}（{place.zh}）", en=f"{title(item)} {value.en} ({place.en})"
    )


def _at(item: Statement) -> Phrase:
    place = clause_label(item.clause)
    return Phrase(zh=f"“{title(item)}”（{place.zh}）", en=f"“{title(item)}” ({place.en})")


def _base_and_aim(item: Statement) -> Phrase:
    assert item.baseline is not None
    base, aim = quantity(item.baseline, item), figure(item)
    name = _numbered(item)
    return word("base_and_aim", name=name, year=str(item.baseline_year or ""), base=base, aim=aim)


def _clauses(items: Sequence[Statement]) -> Phrase:
    return listed([clause_label(name) for name in dict.fromkeys(item.clause for item in items)])


def _ids(items: Sequence[Statement]) -> tuple[str, ...]:
    return tuple(item.id for item in items)
