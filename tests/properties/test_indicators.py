"""Values of measures hold whatever the records are: order, groups, units, time."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import compute
from liantu.indicators.inputs import Inputs, from_frames
from liantu.indicators.loading import check
from liantu.indicators.values import Values

DAY = date(2030, 1, 1)
EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # Each example asks the engine many times: a failure is told as it was found.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
MEASURES = """
sources: {mine: {title: 试, trust: editorial}}
measures:
  - {id: r_cny, unit: 元, kind: flow, of: firm_month, formula: sum(revenue_cny), SAID}
  - {id: r_wan, unit: 万元, kind: flow, of: firm_month, formula: sum(revenue_cny), SAID}
  - {id: n, unit: 户, kind: count, of: firm_month, formula: count(*), SAID}
  - {id: staff, unit: 人, kind: stock, of: firm_month, formula: sum(employees), SAID}
  - {id: mid, unit: 元, kind: ratio, of: firm_month, formula: median(revenue_cny), SAID}
  - {id: sd, unit: 元, kind: ratio, of: firm_month, formula: stddev(revenue_cny), SAID}
  - {id: h, kind: ratio, of: firm_month, formula: hhi(revenue_cny), SAID}
  - {id: g, kind: ratio, of: firm_month, formula: gini(revenue_cny), SAID}
  - {id: top, unit: "%", kind: share, of: firm_month, formula: "top_share(revenue_cny, 2)", SAID}
  - {id: per, unit: 元/人, kind: ratio, of: firm_month, SAID,
     formula: sum(revenue_cny) / sum(employees)}
  - {id: up, unit: "%", kind: growth, formula: growth(r_cny), SAID}
""".replace("SAID", "zh: 试, en: probe, definition: 试, definition_en: probe, source: mine")  # noqa: RUF100
NAMES = ["r_cny", "r_wan", "n", "staff", "mid", "sd", "h", "g", "top", "per", "up"]
ADDITIVE = ["r_cny", "n", "staff"]
SINGLE = ("district", "park", "industry", "size", "ownership")
_MONEY = st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False).map(lambda x: round(x, 2)))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    path = tmp_path_factory.mktemp("measures") / "mine.yaml"
    path.write_text(MEASURES, encoding="utf-8")
    found, faults = check([path])
    assert not faults, faults
    return found


@st.composite
def records(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Some firms, in groups or in none, with some of their months."""
    count = draw(st.integers(1, 6))
    firms = [
        {"credit_code": f"F{n}",
         "area_code": draw(st.sampled_from([None, "D1", "D2"])),
         "park_code": draw(st.sampled_from([None, "P1", "P2"])),
         "industry_code": draw(st.sampled_from([None, "C", "C3911", "2710", "27"])),
         "size": draw(st.sampled_from([None, "large", "small"])),
         "ownership": draw(st.sampled_from([None, "private"]))}
        for n in range(count)
    ]  # fmt: skip
    keys = st.tuples(st.integers(0, count), st.sampled_from([2023, 2024]), st.integers(1, 12))
    months = [
        {"credit_code": f"F{n}", "period": f"{year}-{month:02d}", "revenue_cny": draw(_MONEY),
         "employees": draw(st.one_of(st.none(), st.integers(0, 10_000)))}
        for n, year, month in draw(st.lists(keys, min_size=1, max_size=25, unique=True))
    ]  # fmt: skip
    return {"firms": firms, "firm_month": months}


def values(catalogue: Catalogue, inputs: Inputs, *periods: str, by: Any = ((),)) -> Values:
    return compute(catalogue, inputs, NAMES, periods or ("2024", "2024Q1", "2024-05"), by)


@EXAMPLES
@given(said=records(), seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(
    catalogue: Catalogue, said: dict[str, list[dict[str, Any]]], seed: int
) -> None:
    by = ((), ("district",), ("industry", "size"))
    once = values(catalogue, from_frames(said, DAY), by=by).frame
    shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in said.items()}
    again = values(catalogue, from_frames(shuffled, DAY), by=by).frame
    assert once.equals(again)  # to the last bit


@EXAMPLES
@given(said=records())
def test_groups_that_do_not_overlap_add_up_to_the_whole(
    catalogue: Catalogue, said: dict[str, list[dict[str, Any]]]
) -> None:
    found = values(catalogue, from_frames(said, DAY), by=((), *((name,) for name in SINGLE)))
    for measure in ADDITIVE:
        whole = {one["period"]: one for one in found.of(measure).to_dicts()}
        for name in SINGLE:
            parts = found.of(measure, (name,)).group_by("period").agg(
                pl.col("value").sum(), pl.col("units").sum(), pl.col("expected").sum()
            )  # fmt: skip
            for part in parts.to_dicts():
                of_all = whole[part["period"]]
                assert part["value"] == pytest.approx(of_all["value"] or 0, rel=1e-12)
                assert part["units"] == of_all["units"]
                assert part["expected"] == of_all["expected"]


@EXAMPLES
@given(said=records(), scale=st.sampled_from([10.0, 10_000.0, 0.5]))
def test_a_larger_unit_is_a_smaller_number_and_ratios_stay(
    catalogue: Catalogue, said: dict[str, list[dict[str, Any]]], scale: float
) -> None:
    once = {(o["measure"], o["period"]): o["value"]
            for o in values(catalogue, from_frames(said, DAY)).frame.to_dicts()}  # fmt: skip
    larger = {
        **said,
        "firm_month": [
            {
                **row,
                "revenue_cny": None if row["revenue_cny"] is None else row["revenue_cny"] * scale,
            }
            for row in said["firm_month"]
        ],
    }
    again = {(o["measure"], o["period"]): o["value"]
             for o in values(catalogue, from_frames(larger, DAY)).frame.to_dicts()}  # fmt: skip
    for (measure, period), value in once.items():
        other = again[measure, period]
        assert (value is None) == (other is None)
        if value is None:
            continue
        wanted = value * scale if measure in ("r_cny", "r_wan", "mid", "sd", "per") else value
        assert other == pytest.approx(wanted, rel=1e-6, abs=1e-6 * scale)
        if measure == "r_wan":
            assert value * 10_000 == pytest.approx(once["r_cny", period], rel=1e-12)


@EXAMPLES
@given(said=records())
def test_months_of_a_flow_add_up_to_quarters_and_years(
    catalogue: Catalogue, said: dict[str, list[dict[str, Any]]]
) -> None:
    months = [f"2024-{month:02d}" for month in range(1, 13)]
    quarters = [f"2024Q{number}" for number in range(1, 5)]
    found = values(catalogue, from_frames(said, DAY), *months, *quarters, "2024", "2024-12T")
    told = {one["period"]: one["value"] for one in found.of("r_cny").to_dicts()}
    whole = told["2024"]
    assert sum(told[code] or 0 for code in months) == pytest.approx(whole or 0, rel=1e-12)
    assert sum(told[code] or 0 for code in quarters) == pytest.approx(whole or 0, rel=1e-12)
    assert told["2024-12T"] == whole
    first = sum(told[code] or 0 for code in months[:3])
    assert first == pytest.approx(told["2024Q1"] or 0, rel=1e-12)
