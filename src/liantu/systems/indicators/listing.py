"""The catalogue as a list: every measure with its latest value, its coverage and its gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.declared import Measure, Topic
from liantu.indicators.time import Span
from liantu.systems.indicators import held
from liantu.systems.indicators.cover import cover_light
from liantu.systems.indicators.present import (
    base_tables,
    candidates,
    opening,
    opens_with,
    present,
)

STATES = ("value", "none", "needs")
"""A value; records but none of it, or none; what no record can yield."""


@dataclass(frozen=True)
class Line:
    """One measure in the list."""

    measure: Measure
    state: str
    span: Span | None = None
    row: dict[str, Any] = field(default_factory=dict)
    """Of the frame of values, for the whole city; empty where there is none."""

    @property
    def light(self) -> str:
        """Of its coverage."""
        return cover_light(self.row.get("coverage")) if self.state == "value" else "unknown"

    @property
    def search(self) -> str:
        """What the search looks into beside what is shown."""
        one = self.measure
        return f"{one.id} {one.zh} {one.en} {one.definition} {one.indicator} {one.of}".lower()


@dataclass(frozen=True)
class Listed:
    """The lines, by topic, and what they were made from; None where nothing was computed."""

    lines: tuple[Line, ...]
    held: held.Held | None

    @property
    def counts(self) -> Counter[str]:
        """Lines by state."""
        return Counter(line.state for line in self.lines)

    @property
    def thin(self) -> int:
        """Values that are not well covered."""
        return sum(line.light in ("watch", "behind") for line in self.lines)


def listed(declared: Catalogue, as_of: str | None = None, *, lately: bool = False) -> Listed:
    """Every measure in the order of the catalogue, with its latest value."""
    tables = {name for one in declared.compiled.values() for name in base_tables(declared, one)}
    there = present(tables, as_of)
    asked = {
        name: candidates(there.of(declared, one, opens_with(declared, one, there)))
        for name, one in declared.compiled.items()
    }
    groups: dict[tuple[Span, ...], list[str]] = defaultdict(list)
    for name, spans in asked.items():
        if spans:
            groups[tuple(spans)].append(name)
    parts = [(tuple(names), spans) for spans, names in groups.items()]
    made = held.values(declared, parts, as_of=as_of, lately=lately) if parts else None
    rows = _rows(made) if made else {}
    lines = [
        _line(declared, one, asked.get(one.id, []), rows, made)
        for one in declared.measures.values()
    ]
    return Listed(tuple(lines), made)


def lines_of(declared: Catalogue) -> list[Line]:
    """Every measure without its value: to choose from."""
    return [Line(one, "none" if one.computed else "needs") for one in declared.measures.values()]


def _rows(made: held.Held) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["measure"], row["period"]): row for row in made.values.frame.iter_rows(named=True)}


def _line(
    declared: Catalogue, measure: Measure, spans: Sequence[Span],
    rows: dict[tuple[str, str], dict[str, Any]], made: held.Held | None,
) -> Line:  # fmt: skip
    if not measure.computed:
        return Line(measure, "needs")
    at = opening(made.values, measure.id, list(spans)) if made else None
    if at is not None:
        return Line(measure, "value", at, rows[measure.id, at.code])
    last = rows.get((measure.id, spans[-1].code), {}) if spans else {}
    return Line(measure, "none", spans[-1] if last else None, last)


def by_topic(declared: Catalogue, lines: Sequence[Line]) -> list[tuple[Topic | None, list[Line]]]:
    """Lines under their headings, in the order of the headings; those without one come last."""
    groups = [
        (topic, [line for line in lines if line.measure.topic == topic.id])
        for topic in declared.topics.values()
    ]
    rest = [line for line in lines if line.measure.topic not in declared.topics]
    return [(topic, found) for topic, found in [*groups, (None, rest)] if found]
