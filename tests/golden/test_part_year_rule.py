"""The rule that bounds a year by its first months, against every published pair of the two."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from liantu.methods.growth import MONTHS, rest_of_year_growth
from liantu.records.figures.indicators import load_indicators
from liantu.records.figures.observations_file import read_observations
from liantu.systems.targets.rules import progress_rules


def _pairs(shared: Path) -> list[tuple[str, int, int, float]]:
    """(indicator, year, months, growth of the rest less growth to date) of every pair."""
    path = shared / "data" / "observations" / "observations.csv"
    kinds = load_indicators()
    known: dict[tuple[str, str, int], dict[int, float]] = defaultdict(dict)
    for one in read_observations(path).observations:
        growth = one.indicator in kinds and kinds[one.indicator].kind == "growth"
        period = one.period
        to_date = period.start.month == 1 and 1 <= period.months <= MONTHS
        if growth and to_date and one.status != "forecast":
            known[(one.indicator, one.area, period.year)].setdefault(period.months, one.value)
    found = []
    for (indicator, _, year), by_months in known.items():
        full = max(by_months)
        for months, value in by_months.items():
            if full == MONTHS and months < full:
                rest = rest_of_year_growth(by_months[full], value, months)
                found.append((indicator, year, months, rest - value))
    return found


def test_every_published_pair_keeps_the_declared_limit(shared: Path) -> None:
    pairs = _pairs(shared)
    assert len(pairs) >= 15
    rules = progress_rules()
    for indicator, year, months, difference in pairs:
        limit = rules.part_year_for(indicator).points
        if "volume" in indicator:
            continue  # output of single products jumps; no target rests on it
        assert abs(difference) <= limit, (indicator, year, months, difference)


def test_the_limit_is_not_idle(shared: Path) -> None:
    """The largest differences named in the catalogue's comment are the ones measured."""
    largest: dict[str, float] = defaultdict(float)
    for indicator, _, _, difference in _pairs(shared):
        largest[indicator] = max(largest[indicator], abs(difference))
    assert largest["gdp_growth"] == pytest.approx(9.0, abs=0.05)
    assert largest["industrial_investment_growth"] == pytest.approx(43.2, abs=0.05)
