"""The packaged measures: what they claim of published indicators, of the plan, and of places."""

from __future__ import annotations

import re

import pytest

from liantu.declarations import Source
from liantu.indicators.declared import Measure
from liantu.indicators.loading import FOLDER, load
from liantu.indicators.unit_algebra import measured
from liantu.plan.store import read_package
from liantu.records.figures.indicators import load_indicators
from liantu.systems.targets.binding import PLANS, bind, bindings_for

_MEASURES = load((FOLDER,)).measures
_PUBLISHED = load_indicators().indicators


@pytest.mark.parametrize("one", [m for m in _MEASURES.values() if m.indicator], ids=lambda m: m.id)
def test_what_computes_a_published_indicator_is_of_its_kind(one: Measure) -> None:
    published = _PUBLISHED[one.indicator]
    assert (one.kind, one.direction) == (published.kind, published.direction)
    assert measured(one.unit).powers == measured(published.unit).powers


def test_a_measure_named_as_a_published_indicator_computes_that_one() -> None:
    assert all(m.indicator == m.id for m in _MEASURES.values() if m.id in _PUBLISHED)


def test_two_measures_never_compute_the_same_indicator() -> None:
    claimed = [m.indicator for m in _MEASURES.values() if m.indicator]
    assert len(claimed) == len(set(claimed))


@pytest.mark.parametrize("plan", sorted(path.name for path in PLANS.iterdir() if path.is_dir()))
def test_every_bound_target_of_a_packaged_plan_is_computed_or_says_what_it_needs(plan: str) -> None:
    package = read_package(PLANS / plan / "package")
    bound = bind(package, load_indicators(), bindings_for(package)).values()
    wanted = {one.indicator.id for one in bound if one.indicator}
    answered = {m.indicator for m in _MEASURES.values() if m.indicator}
    assert len(wanted) > 50
    assert wanted - answered == set()


@pytest.mark.parametrize("one", _MEASURES.values(), ids=lambda m: m.id)
def test_every_measure_says_what_it_is_and_whence(one: Measure) -> None:
    assert isinstance(one.source, Source)
    assert one.topic
    assert len(one.definition) >= 8
    assert re.search("[一-鿿]", one.definition)
    assert not re.search("[一-鿿]", one.definition_en)
    assert one.definition.endswith("。")
    assert one.definition_en.endswith(".")


def test_no_packaged_measure_knows_the_city_of_a_plan() -> None:
    cities = [read_package(p / "package").meta.area for p in PLANS.iterdir() if p.is_dir()]
    assert cities
    written = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml"))
    assert all(city.removesuffix("市") not in written for city in cities)
