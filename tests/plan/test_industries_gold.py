"""Industries, carriers and layouts of the first plan against the hand-made gold files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from liantu.plan.carriers import read_carriers, read_layouts
from liantu.plan.industries import Tree, read_industries
from liantu.plan.layout import clean
from liantu.plan.outline import Outline, outline

GOLDEN = Path(__file__).parents[1] / "golden"
Rows = set[tuple[object, ...]]


@pytest.fixture(scope="module")
def read(shared: Path) -> tuple[Outline, Tree]:
    path = shared / "plan" / "chengdu_manufacturing_14fyp.txt"
    found = outline(clean(path.read_text(encoding="utf-8")))
    return found, read_industries(found.clean, found)


def gold(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"chengdu_14fyp_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scores(found: Rows, wanted: Rows) -> tuple[float, float]:
    """Precision and recall; the difference is printed for whoever reads a failure."""
    print("not in gold:", sorted(found - wanted, key=str))
    print("not found:", sorted(wanted - found, key=str))
    return len(found & wanted) / len(found), len(found & wanted) / len(wanted)


def test_industries_fields_and_segments(read: tuple[Outline, Tree]) -> None:
    nodes = {node.id: node for node in read[1].nodes}
    found: Rows = {
        (
            n.group if n.level == "industry" else "field",
            nodes[n.parent].name if n.parent and n.level != "industry" else "",
            n.name,
            n.start,
        )
        for n in nodes.values()
        if n.level in ("industry", "field", "segment")
    }
    wanted: Rows = {
        (row["level"], row["parent"], row["name"], int(row["start"])) for row in gold("industries")
    }
    precision, recall = scores(found, wanted)
    assert precision >= 0.95
    assert recall >= 0.95


def test_carriers_of_the_box_the_gold_file_covers(read: tuple[Outline, Tree]) -> None:
    names = {node.id: node.name for node in read[1].nodes}
    found: Rows = {
        (names[c.industry], c.name, c.start) for c in read_carriers(*read) if c.clause == "专栏5"
    }
    wanted: Rows = {(r["segment"], r["carrier"], int(r["start"])) for r in gold("carriers")}
    assert min(scores(found, wanted)) >= 0.95


def test_layouts(read: tuple[Outline, Tree]) -> None:
    found_layouts = read_layouts(*read)
    names = {node.id: node.name for node in read[1].nodes}
    found: Rows = {(names[x.industry], x.park, x.start) for x in found_layouts}
    wanted: Rows = {(r["industry"], r["park"], int(r["start"])) for r in gold("layouts")}
    assert min(scores(found, wanted)) >= 0.95
