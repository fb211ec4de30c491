"""Two editions of a plan side by side: what was added, dropped, changed, renamed, moved.

Serves the mid-term adjustment (中期调整: one period, other figures) and the next five years
(another period: the new baseline tells whether the old target was reached). Targets are
matched by what they measure (:mod:`liantu.plan.naming`), never by id, number or position.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.plan.audit.rules import Phrase, chosen_assumptions
from liantu.plan.audit.saying import clause_label, figure, gap_said, quantity, title, year_of
from liantu.plan.audit.statements import Plan, Statement
from liantu.plan.naming import fold
from liantu.plan.package import Clause, PlanPackage

ChangeKind = Literal["added", "removed", "changed", "renamed", "moved"]

_HEADED = ("chapter", "section", "item", "box")


class DiffRules(Declared):
    """``catalog/rules/diff.yaml``."""

    source: Source
    renamed_ratio: float
    retitled_ratio: float
    messages: dict[str, Phrase]
    words: dict[str, Phrase]


class Change(BaseModel):
    """One difference between two editions; ``old``/``new`` are what each says, in Chinese."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Literal["target", "clause"]
    change: ChangeKind
    indicator: str
    """Name in the new edition, or in the old one where it was dropped; a clause's title."""
    old: str = ""
    new: str = ""
    old_year: str = ""
    new_year: str = ""
    old_clause: str = ""
    new_clause: str = ""
    fields: str = ""
    """What differs, separated by blanks: value comparator form year unit nature baseline name."""
    old_id: str = ""
    new_id: str = ""
    message: str = ""
    message_en: str = ""


@cache
def diff_rules() -> DiffRules:
    """The rules, read once."""
    return read_declared(DiffRules, CATALOG / "rules" / "diff.yaml")


def diff(old: PlanPackage, new: PlanPackage) -> list[Change]:
    """Differences of two packages: targets in order of the new text, then clauses.

    What stayed as it was is left out. ``diff(p, p)`` is empty.
    """
    before, after = (_statements(package) for package in (old, new))
    pairs, dropped, added = _match(before, after)
    shift = new.meta.end_year - old.meta.end_year
    changes = [
        (there.start, change)
        for here, there in pairs
        if (change := _changed(here, there, shift)) is not None
    ]
    changes += [(item.start, _one_sided("added", item)) for item in added]
    tail = [_one_sided("removed", item) for item in dropped]
    ordered = [change for _, change in sorted(changes, key=lambda entry: entry[0])]
    return [*ordered, *tail, *_clauses(old.clauses, new.clauses)]


def _statements(package: PlanPackage) -> list[Statement]:
    return list(Plan(package, chosen_assumptions(None)).targets)


# ---------------------------------------------------------------------------- matching


def _match(
    old: Sequence[Statement], new: Sequence[Statement]
) -> tuple[list[tuple[Statement, Statement]], list[Statement], list[Statement]]:
    """Pairs of one indicator; each pass pairs what the stricter ones before it left over."""
    passes: tuple[Callable[[Statement], Hashable], ...] = (
        lambda item: (*_series(item), item.name.scope, item.form, item.clause),
        lambda item: (*_series(item), item.name.scope, item.form),
        lambda item: (*_series(item), item.name.scope),
        lambda item: (*_series(item), item.form),
        _series,
    )
    pairs: list[tuple[Statement, Statement]] = []
    left, right = list(old), list(new)
    for key in passes:
        found = list(_paired(left, right, key))
        pairs += found
        left = _without(left, (one for one, _ in found))
        right = _without(right, (other for _, other in found))
    renamed = list(_alike(left, right))
    left = _without(left, (one for one, _ in renamed))
    right = _without(right, (other for _, other in renamed))
    return pairs + renamed, left, right


def _series(item: Statement) -> tuple[Hashable, ...]:
    return item.name.key, item.base_unit


def _paired(
    left: Sequence[Statement], right: Sequence[Statement], key: Callable[[Statement], Hashable]
) -> Iterator[tuple[Statement, Statement]]:
    """Pair items of equal key; equal figures first, the rest in order of text."""
    groups: dict[Hashable, list[Statement]] = defaultdict(list)
    for item in right:
        groups[key(item)].append(item)
    for item in left:
        group = groups.get(key(item))
        if group:
            best = min(group, key=lambda other: (other.bound != item.bound, other.start))
            group.remove(best)
            yield item, best


def _alike(
    left: Sequence[Statement], right: Sequence[Statement]
) -> Iterator[tuple[Statement, Statement]]:
    """Renamed indicators: the most alike names of one unit and form, best first."""
    ratio = diff_rules().renamed_ratio
    scored = [
        (-_likeness(one.name.key, other.name.key, ratio), one.start, other.start, one, other)
        for one in left
        for other in right
        if one.base_unit == other.base_unit and one.form == other.form
    ]
    taken: set[str] = set()
    for score, _, _, one, other in sorted(scored, key=lambda entry: entry[:3]):
        if -score >= ratio and f"<{one.id}" not in taken and f">{other.id}" not in taken:
            taken |= {f"<{one.id}", f">{other.id}"}
            yield one, other


def _likeness(one: str, other: str, enough: float) -> float:
    """difflib ratio of two names, 0 where a quick bound shows that it is below ``enough``."""
    first, second = sorted((one, other))
    matcher = SequenceMatcher(a=first, b=second, autojunk=False)
    if matcher.real_quick_ratio() < enough or matcher.quick_ratio() < enough:
        return 0.0
    return matcher.ratio()


def _without(items: Iterable[Statement], gone: Iterable[Statement]) -> list[Statement]:
    ids = {item.id for item in gone}
    return [item for item in items if item.id not in ids]


# ---------------------------------------------------------------------------- saying


def _changed(old: Statement, new: Statement, shift: int) -> Change | None:
    """None where nothing but the period moved on, by as much as the plan did."""
    fields = _fields(old, new, shift)
    moved = old.clause != new.clause
    if not fields and not moved:
        return None
    kind: ChangeKind = "renamed" if "name" in fields else "changed" if fields else "moved"
    texts = {
        "indicator": _plain(title(new)),
        "old_name": _plain(title(old)),
        "old": figure(old),
        "new": figure(new),
        "old_year": _plain(year_of(old)),
        "new_year": _plain(year_of(new)),
        "old_clause": clause_label(old.clause),
        "new_clause": clause_label(new.clause),
        "gap": _gap(old, new),
        "outcome": _outcome(old, new),
    }
    message = _said(diff_rules().messages[kind], texts)
    return Change(
        what="target",
        change=kind,
        indicator=title(new),
        old=texts["old"].zh,
        new=texts["new"].zh,
        old_year=year_of(old),
        new_year=year_of(new),
        old_clause=old.clause,
        new_clause=new.clause,
        fields=" ".join(fields),
        old_id=old.id,
        new_id=new.id,
        message=message.zh,
        message_en=message.en,
    )


def _fields(old: Statement, new: Statement, shift: int) -> list[str]:
    """Which parts differ; a year that moved with the period is no difference."""
    nature = [item.target.nature if item.target else "" for item in (old, new)]
    differs = {
        "value": not _same_value(old, new),
        "comparator": old.comparator != new.comparator,
        "form": old.form != new.form,
        "year": (old.year or 0) + shift != (new.year or 0),
        "nature": nature[0] != nature[1],
        "baseline": shift == 0 and old.baseline != new.baseline,
        "scope": old.name.scope != new.name.scope,
        "name": old.name.key != new.name.key,
    }
    return [name for name, holds in differs.items() if holds]


def _same_value(old: Statement, new: Statement) -> bool:
    pairs = ((old.bound.low, new.bound.low), (old.bound.high, new.bound.high))
    finite = [(a, b) for a, b in pairs if math.isfinite(a) and math.isfinite(b)]
    if not finite:
        return old.bound == new.bound
    return all(math.isclose(a, b, rel_tol=1e-9) for a, b in finite)


def _gap(old: Statement, new: Statement) -> Phrase:
    words = diff_rules().words
    comparable = old.form == new.form and old.stated and new.stated
    if not comparable or "range" in (old.comparator, new.comparator) or _same_value(old, new):
        return words["nothing"]
    gap = new.printed - old.printed
    said = gap_said(abs(gap), new)
    return _said(words["gap_up" if gap > 0 else "gap_down"], {"gap": said})


def _outcome(old: Statement, new: Statement) -> Phrase:
    """Does the new plan's baseline, of the old target's year, reach the old target?"""
    words = diff_rules().words
    fits = (
        new.baseline is not None
        and old.form == new.form == "level"
        and new.baseline_year == old.year
        and old.stated
    )
    if not fits or old.comparator in ("~", "range"):
        return words["nothing"]
    assert new.baseline is not None
    if old.comparator in ("<=", "<"):
        reached = old.bound.high >= new.baseline
    else:
        reached = new.baseline >= old.printed
    if old.comparator in (">", "<") and math.isclose(new.baseline, old.printed):
        reached = False
    texts = {"year": _plain(str(new.baseline_year)), "baseline": quantity(new.baseline, new)}
    return _said(words["reached" if reached else "not_reached"], texts)


def _one_sided(kind: Literal["added", "removed"], item: Statement) -> Change:
    side = "new" if kind == "added" else "old"
    value = figure(item)
    texts = {
        "indicator": _plain(title(item)),
        side: value,
        f"{side}_year": _plain(year_of(item)),
        f"{side}_clause": clause_label(item.clause),
    }
    message = _said(diff_rules().messages[kind], texts)
    fields = {
        side: value.zh,
        f"{side}_year": year_of(item),
        f"{side}_clause": item.clause,
        f"{side}_id": item.id,
    }
    return Change(
        what="target",
        change=kind,
        indicator=title(item),
        message=message.zh,
        message_en=message.en,
        **fields,
    )


# ---------------------------------------------------------------------------- clauses


def _clauses(old: Sequence[Clause], new: Sequence[Clause]) -> list[Change]:
    """Headed clauses matched by kind and title, then by likeness of title."""
    left = [clause for clause in old if clause.kind in _HEADED and clause.title]
    right = [clause for clause in new if clause.kind in _HEADED and clause.title]
    pairs, left, right = _paired_clauses(left, right)
    changes = [
        _clause_change("changed", one, other)
        for one, other in pairs
        if fold(one.title) != fold(other.title)
    ]
    changes += [_clause_change("added", None, clause) for clause in right]
    return changes + [_clause_change("removed", clause, None) for clause in left]


def _paired_clauses(
    left: list[Clause], right: list[Clause]
) -> tuple[list[tuple[Clause, Clause]], list[Clause], list[Clause]]:
    pairs: list[tuple[Clause, Clause]] = []
    by_title: dict[tuple[str, str], list[Clause]] = defaultdict(list)
    for clause in right:
        by_title[clause.kind, fold(clause.title)].append(clause)
    rest: list[Clause] = []
    for clause in left:
        same = by_title[clause.kind, fold(clause.title)]
        if same:
            pairs.append((clause, same.pop(0)))
        else:
            rest.append(clause)
    unpaired = {id(clause) for group in by_title.values() for clause in group}
    free = [clause for clause in right if id(clause) in unpaired]
    dropped: list[Clause] = []
    enough = diff_rules().retitled_ratio
    for clause in rest:
        scored = [
            (_likeness(fold(clause.title), fold(other.title), enough), -order, other)
            for order, other in enumerate(free)
            if other.kind == clause.kind
        ]
        best = max(scored, key=lambda entry: entry[:2], default=None)
        if best is not None and best[0] >= enough:
            pairs.append((clause, best[2]))
            free.remove(best[2])
        else:
            dropped.append(clause)
    return sorted(pairs, key=lambda pair: pair[1].start), dropped, free


def _clause_change(
    kind: Literal["added", "removed", "changed"], old: Clause | None, new: Clause | None
) -> Change:
    shown = new or old
    assert shown is not None
    texts = {
        "indicator": _plain(shown.title),
        "old_name": _plain(old.title if old else ""),
        "old_clause": clause_label(old.clause) if old else _plain(""),
        "new_clause": clause_label(new.clause) if new else _plain(""),
    }
    message = _said(diff_rules().messages[f"clause_{kind}"], texts)
    return Change(
        what="clause",
        change=kind,
        indicator=shown.title,
        old=old.title if old else "",
        new=new.title if new else "",
        old_clause=old.clause if old else "",
        new_clause=new.clause if new else "",
        old_id=old.id if old else "",
        new_id=new.id if new else "",
        message=message.zh,
        message_en=message.en,
    )


def _plain(text: str) -> Phrase:
    return Phrase(zh=text, en=text)


def _said(template: Phrase, texts: dict[str, Phrase]) -> Phrase:
    return Phrase(
        zh=template.zh.format(**{name: text.zh for name, text in texts.items()}),
        en=template.en.format(**{name: text.en for name, text in texts.items()}),
    )
