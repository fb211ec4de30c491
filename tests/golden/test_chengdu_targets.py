"""The compiler's targets against those that were read by hand, figure by figure.

A target found and a target of the gold are the same where their evidence overlaps and their
figures agree; what else they say is then compared and reported field by field.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from liantu.plan.layout import clean
from liantu.plan.outline import outline
from liantu.plan.package import Target
from liantu.plan.targets import Extraction, extract

HERE = Path(__file__).parent
RECALL = 0.95
PRECISION = 0.95
TABLE = "专栏1"
SERIES = 20


@dataclass(frozen=True)
class Gold:
    """One row of the gold file."""

    id: str
    clause: str
    start: int
    end: int
    indicator: str
    form: str
    comparator: str
    baseline: float | None
    low: float | None
    high: float | None
    unit: str
    year: int
    nature: str


def _number(text: str) -> float | None:
    return float(text) if text else None


@pytest.fixture(scope="module")
def gold() -> list[Gold]:
    with (HERE / "chengdu_14fyp_targets.csv").open(encoding="utf-8") as file:
        return [
            Gold(
                row["id"], row["clause"], int(row["start"]), int(row["end"]), row["indicator"],
                row["form"], row["comparator"], _number(row["baseline"]), _number(row["low"]),
                _number(row["high"]), row["unit"], int(row["year"]), row["nature"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


@pytest.fixture(scope="module")
def found(plan_text: str) -> Extraction:
    plain = clean(plan_text)
    return extract(plain, outline(plain), (2021, 2025))


Pairs = list[tuple[Gold, Target]]


@pytest.fixture(scope="module")
def pairs(gold: list[Gold], found: Extraction) -> Pairs:
    """Gold rows with the target that states the same figure, each used once."""
    taken: set[str] = set()
    result: Pairs = []
    for row in gold:
        same = [
            t
            for t in found.targets
            if t.id not in taken
            and t.start < row.end
            and row.start < t.end
            and (t.low, t.high) == (row.low, row.high)
            and (t.form == "assigned") == (row.form == "assigned")
        ]
        if same:
            best = max(same, key=lambda t: _alike(t.subject + t.indicator, row.indicator))
            taken.add(best.id)
            result.append((row, best))
    return result


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _wrong(pairs: Pairs, field: str) -> list[str]:
    return [
        f"{row.id} {row.indicator}: {field}"
        f" {getattr(target, field)!r}, gold {getattr(row, field)!r}"
        for row, target in pairs
        if getattr(target, field) != getattr(row, field)
    ]


def test_every_row_of_the_indicator_table(gold: list[Gold], pairs: Pairs) -> None:
    rows = [row for row in gold if row.clause == TABLE]
    assert len(rows) == SERIES
    read = {row.id: target for row, target in pairs if row.clause == TABLE}
    assert sorted(read) == sorted(row.id for row in rows)
    table_pairs = [(row, read[row.id]) for row in rows]
    for field in ("form", "comparator", "baseline", "unit", "year", "nature", "indicator"):
        assert _wrong(table_pairs, field) == []
    assert len({target.number.rstrip("ab") for target in read.values()}) == 19


def test_recall_in_prose(gold: list[Gold], pairs: Pairs) -> None:
    prose = [row for row in gold if row.clause != TABLE]
    right = [
        row
        for row, target in pairs
        if row.clause != TABLE
        and (target.comparator, target.unit, target.year) == (row.comparator, row.unit, row.year)
    ]
    missing = [row for row in prose if row not in right]
    assert len(right) >= RECALL * len(prose), missing


def test_precision(found: Extraction, pairs: Pairs) -> None:
    right = {
        target.id
        for row, target in pairs
        if (target.comparator, target.unit, target.year) == (row.comparator, row.unit, row.year)
    }
    wrong = [t for t in found.targets if t.id not in right]
    assert len(right) >= PRECISION * len(found.targets), wrong


@pytest.mark.parametrize("field", ["comparator", "unit", "year", "form"])
def test_field(pairs: Pairs, field: str) -> None:
    assert len(_wrong(pairs, field)) <= (1 - PRECISION) * len(pairs), _wrong(pairs, field)


def test_names_are_those_of_the_text(pairs: Pairs) -> None:
    poor = [
        f"{row.id} {row.indicator}: {target.subject} {target.indicator}"
        for row, target in pairs
        if max(
            _alike(target.indicator, row.indicator),
            _alike(target.subject + target.indicator, row.indicator),
        )
        < 0.6
    ]
    assert len(poor) <= (1 - PRECISION) * len(pairs), poor


def _figures(kind: str) -> Iterator[tuple[int, int, str]]:
    with (HERE / "chengdu_14fyp_figures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["class"] == kind:
                yield int(row["start"]), int(row["end"]), row["figure"]


def test_no_fact_date_or_parameter_becomes_a_target(found: Extraction, plan_text: str) -> None:
    """A target's own figure is never one that the gold calls a fact."""
    facts = list(_figures("fact"))
    taken = [
        (t.id, figure)
        for t in found.targets
        for start, end, figure in facts
        if t.start <= start and end <= t.end
    ]
    assert taken == []


def test_facts_of_the_past_are_found(found: Extraction) -> None:
    figures = [(a, b, f) for a, b, f in _figures("fact") if f[0].isdigit()]
    covered: dict[str, list[str]] = defaultdict(list)
    for start, end, figure in figures:
        inside = any(f.start <= start and end <= f.end for f in found.facts)
        covered["yes" if inside else "no"].append(figure)
    # Ranks (第14, 第7, 第5) are no quantities and stay out.
    assert len(covered["no"]) <= 3, covered["no"]
    assert all(fact.year is not None and fact.year <= 2020 for fact in found.facts)
