"""The catalogue of measures once it is read and checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from liantu.errors import NotFound
from liantu.indicators.checking import Checked
from liantu.indicators.declared import Dimension, Measure, Policy, Topic
from liantu.indicators.derived_formula import CheckedDerived
from liantu.indicators.faults import Marks, nearest


@dataclass(frozen=True)
class Read:
    """A measure as read, and where it stands."""

    measure: Measure
    marks: Marks
    path: tuple[Any, ...]

    @property
    def where(self) -> str:
        """``file:line`` of the declaration."""
        return f"{self.marks.file}:{self.marks.at((*self.path, 'id'))[0]}"


@dataclass(frozen=True)
class Compiled:
    """A measure that can be computed."""

    measure: Measure
    where: str
    """``file:line`` of its declaration."""
    formula: Checked | None
    condition: Checked | None
    derived: CheckedDerived | None
    factor: Fraction
    """One of what the formula comes to, in the unit shown."""
    by: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """Every declaration, checked."""

    measures: dict[str, Measure]
    compiled: dict[str, Compiled]
    """Those with a formula, inputs before what is derived from them."""
    dimensions: dict[str, Dimension]
    policies: dict[str, Policy]
    topics: dict[str, Topic]
    places: dict[str, str] = field(default_factory=dict)
    """Measure → ``file:line``."""

    def __getitem__(self, measure_id: str) -> Measure:
        if measure_id not in self.measures:
            near = nearest(measure_id, self.measures)
            said, said_en = (f"是否应为 {near}？", f" Was {near} meant?") if near else ("", "")
            raise NotFound(
                f"没有名为“{measure_id[:80]}”的度量。{said}全部度量见 liantu indicators list。",
                f"There is no measure {measure_id[:80]!r}.{said_en} See liantu indicators list.",
            )
        return self.measures[measure_id]

    def digest(self, measure_ids: Iterable[str]) -> str:
        """Names the rules by which measures are computed: what is derived names its inputs too."""
        wanted: set[str] = set()
        queue = list(measure_ids)
        while queue:
            name = queue.pop()
            if name not in wanted:
                wanted.add(name)
                derived = self.compiled[name].derived if name in self.compiled else None
                queue += derived.inputs if derived else ()
        dimensions = [self.dimensions[name].model_dump(mode="json") for name in self.dimensions]
        said = [
            self.measures[name].model_dump(mode="json", by_alias=True) for name in sorted(wanted)
        ]
        text = json.dumps([said, dimensions], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
