"""Which figures a line runs through, and what the chart says in words."""

from __future__ import annotations

import pytest

from liantu.quantity.bound import Bound
from liantu.quantity.period import parse_period
from liantu.records.figures.observation import Observation, SourceRef
from liantu.systems.targets.state import SeriesPoint
from liantu.systems.targets.trend import joined

SOURCE = SourceRef("云溪市统计局（2025-03）", "", "official", "2025-03")


def point(indicator: str, period: str) -> SeriesPoint:
    found = parse_period(period)
    observation = Observation(
        "o1", indicator, "指标", (), "云溪市", found, 5.0, "户", Bound.exact(5.0),
        "exact", "final", SOURCE, "", 2,
    )  # fmt: skip
    return SeriesPoint(found.label, float(found.year), Bound.exact(5.0), observation, True)


@pytest.mark.parametrize(
    ("indicator", "period", "through"),
    [
        ("above_scale_firms", "2022年末", True),
        ("above_scale_firms", "2022年6月", True),
        ("above_scale_firms", "2016-2020", False),
        ("above_scale_value_added_growth", "2022年", True),
        ("above_scale_value_added_growth", "2022年上半年", False),
        ("above_scale_value_added_growth", "2022年1-5月", False),
        ("above_scale_value_added_growth", "2016-2020", False),
        ("", "2022年", True),
        ("", "2022年一季度", False),
    ],
)
def test_a_line_runs_through_what_compares_year_by_year(
    indicator: str, period: str, through: bool
) -> None:
    assert joined(point(indicator, period)) is through
