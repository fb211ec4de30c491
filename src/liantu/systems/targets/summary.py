"""A board at a glance: targets grouped, counted and compared with the quarter before.

Counting and sorting only; every state was computed by the evaluation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from liantu.plan.package import Clause, PlanPackage, Target
from liantu.plan.targets.lexicon import target_words
from liantu.systems.targets.board import Board
from liantu.systems.targets.state import Light, TargetState
from liantu.words import Language

LIGHTS: tuple[Light, ...] = ("done", "normal", "watch", "behind", "unknown")
"""In the order in which they are always listed."""
_RANK: dict[Light, int] = {"done": 0, "normal": 1, "watch": 2, "behind": 3}


@dataclass(frozen=True)
class Watched:
    """A target beside its state."""

    target: Target
    state: TargetState


@dataclass(frozen=True)
class Tally:
    """How many targets show each light."""

    counts: dict[Light, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def in_order(self) -> list[tuple[Light, int]]:
        return [(light, self.counts.get(light, 0)) for light in LIGHTS]

    @property
    def without_figures(self) -> int:
        return self.counts.get("unknown", 0)


@dataclass(frozen=True)
class Group:
    """Targets of one category of the indicator table, or of one chapter's prose."""

    label: str
    from_table: bool
    watched: tuple[Watched, ...]

    @cached_property
    def tally(self) -> Tally:
        """Lights of the group's targets."""
        return tally(self.watched)


@dataclass(frozen=True)
class Chapter:
    """One entry of the left navigation."""

    clause: Clause
    tally: Tally


@dataclass(frozen=True)
class Turn:
    """A target whose light is not what it was at the previous quarter end."""

    watched: Watched
    before: Light

    @property
    def better(self) -> bool | None:
        """None where one of the two lights is no judgement."""
        now = self.watched.state.light
        if now not in _RANK or self.before not in _RANK:
            return None
        return _RANK[now] < _RANK[self.before]


def watched(board: Board) -> tuple[Watched, ...]:
    """Every target with its state, in the order of the plan."""
    states = {state.target_id: state for state in board.states}
    return tuple(Watched(target, states[target.id]) for target in board.package.targets)


def tally(rows: Iterable[Watched]) -> Tally:
    """Count the lights of some targets."""
    return Tally(dict(Counter(row.state.light for row in rows)))


def headline(rows: Sequence[Watched]) -> tuple[Watched, ...]:
    """The rows of the plan's indicator table; where it has none, every target."""
    numbered = tuple(row for row in rows if row.target.number)
    return numbered or tuple(rows)


def chapter_of(package: PlanPackage) -> dict[str, Clause]:
    """Label of every clause → the chapter (or preface) it stands in."""
    by_id = {clause.id: clause for clause in package.clauses}

    def root(clause: Clause) -> Clause:
        while clause.parent is not None and clause.parent in by_id:
            clause = by_id[clause.parent]
        return clause

    return {clause.clause: root(clause) for clause in reversed(package.clauses)}


def groups(board: Board) -> tuple[Group, ...]:
    """The indicator table's categories in its order, then the chapters with prose targets."""
    chapter = chapter_of(board.package)
    found: dict[tuple[bool, str], list[Watched]] = {}
    for row in watched(board):
        if row.target.number:
            key = (True, row.target.category or row.target.clause)
        else:
            clause = chapter.get(row.target.clause)
            key = (False, chapter_label(clause) if clause else row.target.clause)
        found.setdefault(key, []).append(row)
    ordered = sorted(found.items(), key=lambda item: not item[0][0])
    return tuple(Group(label, table, tuple(rows)) for (table, label), rows in ordered)


def clause_of(package: PlanPackage, label: str) -> Clause | None:
    """The clause that a label names: paragraphs and entries bear that of the clause above."""
    return next((clause for clause in package.clauses if clause.clause == label), None)


def chapter_label(clause: Clause) -> str:
    """``三、发展重点`` as printed; the preface has a title only."""
    return f"{clause.clause}、{clause.title}" if clause.kind == "chapter" else clause.title


def clause_label(clause: Clause) -> str:
    """Number and title of any clause as a heading; what bears no number of its own, its title."""
    if clause.kind == "chapter":
        return chapter_label(clause)
    unnumbered = clause.kind in ("preface", "paragraph", "entry") or clause.title == clause.clause
    return clause.title if unnumbered else f"{clause.clause} {clause.title}"


def chapters(board: Board) -> tuple[Chapter, ...]:
    """The plan's own chapters with the lights of the targets in each."""
    chapter = chapter_of(board.package)
    rows: dict[str, list[Watched]] = {}
    for row in watched(board):
        clause = chapter.get(row.target.clause)
        if clause is not None:
            rows.setdefault(clause.id, []).append(row)
    return tuple(
        Chapter(clause, tally(rows.get(clause.id, ())))
        for clause in board.package.clauses
        if clause.parent is None
    )


def turned(now: Board, before: Board) -> tuple[Turn, ...]:
    """Targets whose light changed; those that turned worse come first."""
    earlier = {state.target_id: state.light for state in before.states}
    turns = [
        Turn(row, earlier[row.target.id])
        for row in watched(now)
        if row.target.id in earlier and earlier[row.target.id] != row.state.light
    ]
    return tuple(sorted(turns, key=_turn_order))


def _turn_order(turn: Turn) -> int:
    if turn.better is None:
        return 1
    return 2 if turn.better else 0


def lacking(rows: Iterable[Watched]) -> tuple[Watched, ...]:
    """Targets of which the state says what data would settle them."""
    return tuple(row for row in rows if row.state.missing)


def name(target: Target) -> str:
    """The indicator, with its subject before it where that says more than the plan's whole area."""
    if not target.indicator:
        return target.subject
    if target.subject in target.indicator or target.subject in target_words().whole:
        return target.indicator
    return f"{target.subject}·{target.indicator}"


def attained_period(state: TargetState, language: Language) -> str:
    """What the value now speaks of: its own period, or the span that it was reckoned over."""
    if state.attained is None:
        return ""
    periods = [one.observation.period for one in state.inputs if one.observation]
    own = [
        one.observation.period
        for one in state.inputs
        if one.observation and one.value == state.attained
    ]
    if own:
        latest = max(own, key=lambda period: period.end)
        return latest.label if language == "zh" else latest.label_en
    years = sorted({period.year for period in periods})
    if not years:
        return ""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
