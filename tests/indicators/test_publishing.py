"""What is published of computed values gives nothing back: an edition, attacked."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import compute
from liantu.indicators.disclosure_rules import disclosure_rules
from liantu.indicators.inputs import Inputs, from_frames
from liantu.indicators.loading import FOLDER, load
from liantu.indicators.publishing import additive, parents_of, published
from liantu.indicators.values import Absence, Values
from liantu.methods.disclosure import Dimension, attack, cells_of

MEASURES = {
    "p_revenue": ("元", "firm_month", "sum(revenue_cny)"),
    "p_firms": ("个", "firm_month", "count(*)"),
    "p_staff": ("人", "firm_month", "sum(employees)"),
    "p_per_head": ("元/人", "firm_month", "sum(revenue_cny) / sum(employees)"),
    "p_growth": ("%", "", "growth(p_revenue)"),
    "p_middle": ("元", "firm_month", "median(revenue_cny)"),
}
MONTHS = ("2024-01", "2024-02", "2024-03")
QUARTER = "2024Q1"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("measures")
    lines = [
        json.dumps({
            "id": name, "zh": name, "en": name, "kind": "flow", "unit": unit, "formula": formula,
            "definition": "试", "definition_en": "trial", "source": "s",
            **({"of": of} if of else {}),
        }, ensure_ascii=False)
        for name, (unit, of, formula) in MEASURES.items()
    ]  # fmt: skip
    text = "sources: {s: {title: 测试, trust: editorial}}\nmeasures:\n"
    (folder / "own.yaml").write_text(text + "".join(f"  - {line}\n" for line in lines), "utf-8")
    return load((FOLDER, folder))


def city(seed: int = 5, firms: int = 90) -> Inputs:
    """Firms in four districts and five divisions, two years of three months (模拟数据)."""
    chance = np.random.default_rng(seed)
    register: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for at in range(firms):
        code = f"F{at:03}"
        branch = chance.choice(5, p=[0.5, 0.3, 0.12, 0.05, 0.03])
        register.append({
            "credit_code": code, "name": code, "area_code": f"D{chance.integers(0, 4)}",
            "industry_code": f"{30 + branch}11",
        })  # fmt: skip
        size = (chance.pareto(1.3) + 1) * 1e6
        rows += [
            {"credit_code": code, "period": f"{year}-0{month}", "employees": 10 + at,
             "revenue_cny": round(size * chance.uniform(0.8, 1.2))}
            for year in (2023, 2024) for month in (1, 2, 3)
        ]  # fmt: skip
    areas = [{"area_code": f"D{at}", "name": f"D{at}", "level": "district"} for at in range(4)]
    return from_frames({"firms": register, "firm_month": rows, "areas": areas}, date(2030, 1, 1))


def edition(catalogue: Catalogue, inputs: Inputs) -> Values:
    by = [(), ("district",), ("industry",), ("district", "industry")]
    return compute(catalogue, inputs, list(MEASURES), [*MONTHS, QUARTER], by, leading=True)


def cells(values: Values, measure: str) -> pl.DataFrame:
    """One measure's cells with their period, as the attacker sees them, in a fixed order."""
    return values.frame.filter(pl.col("measure") == measure).sort("period", *values.dimensions)


def recovered(whole: Values, shown: Values, measure: str) -> list[tuple[Any, ...]]:
    """Hidden cells that the attack computes exactly, over all periods at once."""
    truth, seen = cells(whole, measure), cells(shown, measure)
    there = truth["value"].is_not_null()
    truth, seen = truth.filter(there), seen.filter(there)
    shape = {
        **{name: Dimension({}) for name in whole.dimensions},
        "period": Dimension(dict.fromkeys(MONTHS, QUARTER)),
    }
    structure = cells_of(truth.select(*shape, "value", "units", first="top1", second="top2"), shape)
    known = np.full(len(structure.value), np.nan)
    known[: seen.height] = seen["value"].fill_null(np.nan).to_numpy()
    found = attack(known, structure.links, structure.floor)
    rows = truth.select("period", *whole.dimensions).rows()
    return [rows[at] for at in np.flatnonzero(found.exact[: seen.height])]


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_no_hidden_cell_of_an_edition_is_computed_back(catalogue: Catalogue, seed: int) -> None:
    whole = edition(catalogue, city(seed))
    shown = published(whole, catalogue)
    few = whole.frame["units"] < disclosure_rules().least_units.value
    sensitive = few & whole.frame["value"].is_not_null() & (whole.frame["units"] > 0)
    assert sensitive.sum() > 5
    assert shown.frame.filter(sensitive)["value"].null_count() == sensitive.sum()
    assert shown.frame["value"].is_not_null().sum() > whole.frame.height / 3
    for measure in ("p_revenue", "p_staff", "p_firms"):
        assert recovered(whole, shown, measure) == []


def test_hiding_only_sensitive_cells_gives_them_back(catalogue: Catalogue) -> None:
    """So that the test above can fail."""
    whole = edition(catalogue, city())
    few = (pl.col("units") < 3) | (pl.col("top1") + pl.col("top2") > 0.85)
    naive = whole.frame.with_columns(value=pl.when(~few).then("value"))
    assert recovered(whole, Values(naive, whole.dimensions), "p_revenue")


def test_a_group_is_hidden_in_all_periods_and_in_what_is_made_of_it(catalogue: Catalogue) -> None:
    whole = edition(catalogue, city())
    shown = published(whole, catalogue)
    keys = ["district", "industry"]
    hidden = {
        (row["measure"], row["period"], *(row[key] for key in keys))
        for row in shown.frame.to_dicts()
        if row["absence"] == Absence.SUPPRESSED.value
    }
    assert hidden
    for measure, _, *group in hidden:
        for period in (*MONTHS, QUARTER):
            rows = shown.frame.filter(
                pl.col("measure") == measure, pl.col("period") == period,
                *(pl.col(key).eq_missing(pl.lit(code))
                  for key, code in zip(keys, group, strict=True)),
            )  # fmt: skip
            assert rows["value"].to_list() in ([None], [])
    revenue = {tuple(one[1:]) for one in hidden if one[0] == "p_revenue"}
    made = {name: {tuple(one[1:]) for one in hidden if one[0] == name}
            for name in ("p_per_head", "p_growth")}  # fmt: skip
    told = {
        (row["measure"], row["period"], row["district"], row["industry"])
        for row in whole.frame.to_dicts() if row["value"] is not None
    }  # fmt: skip
    for name, groups in made.items():
        assert {one for one in revenue if (name, *one) in told} <= groups


def test_leading_shares_and_numbers_of_units_do_not_leave_the_house(catalogue: Catalogue) -> None:
    shown = published(edition(catalogue, city()), catalogue)
    for name in ("units", "expected", "flagged", "top1", "top2"):
        assert shown.frame[name].null_count() == shown.frame.height
    suppressed = shown.frame.filter(pl.col("absence") == Absence.SUPPRESSED.value)
    assert suppressed["value"].null_count() == suppressed.height
    assert suppressed["coverage"].null_count() == suppressed.height


def test_groups_made_of_one_another_are_not_published_beside_each_other(
    catalogue: Catalogue,
) -> None:
    by = [(), ("industry",), ("industry_group",), ("industry_section",)]
    whole = compute(catalogue, city(), ["p_revenue"], [QUARTER], by, leading=True)
    shown = published(whole, catalogue).frame
    sections = shown.filter(pl.col("industry_section").is_not_null())
    assert sections["value"].null_count() == sections.height
    levels = shown.filter(pl.col("industry").is_not_null() | pl.col("industry_group").is_not_null())
    assert levels["value"].null_count() < levels.height
    for pair in levels.filter(pl.col("value").is_null())["industry_group"].drop_nulls():
        upper = levels.filter(pl.col("industry") == pair[:2], pl.col("value").is_null())
        assert upper.height  # one class a division here: hidden below means hidden above


def test_levels_add_up_where_they_are_told_how(catalogue: Catalogue) -> None:
    """Districts under tiers: both are published, and a row of both is a district's."""
    inputs = city()
    areas = [
        {"area_code": f"D{at}", "name": f"D{at}", "level": "district",
         "tier": "inner" if at < 2 else "outer"} for at in range(4)
    ]  # fmt: skip
    given = from_frames({**inputs.sources, "areas": areas}, inputs.day)  # type: ignore[dict-item]
    by = [(), ("district",), ("zone_tier",), ("district", "zone_tier"), ("zone_tier", "industry")]
    whole = compute(catalogue, given, ["p_revenue"], [QUARTER], by, leading=True)
    parents = parents_of(whole, catalogue, given)
    assert parents["district"]["D0"] == "zone_tier:inner"
    shown = published(whole, catalogue, parents).frame
    tiers = shown.filter(pl.col("zone_tier").is_not_null(), pl.col("industry").is_null())
    assert tiers["value"].null_count() == 0
    alone = published(whole, catalogue).frame
    assert alone.filter(pl.col("district").is_not_null())["value"].drop_nulls().is_empty()


def test_a_city_of_two_firms_publishes_nothing(catalogue: Catalogue) -> None:
    shown = published(edition(catalogue, city(firms=2)), catalogue).frame
    assert shown["value"].null_count() == shown.height


def test_absences_keep_their_reason(catalogue: Catalogue) -> None:
    whole = compute(catalogue, city(), ["p_revenue"], ["2025-01"], [(), ("district",)])
    shown = published(whole, catalogue).frame
    assert shown["absence"].to_list() == whole.frame["absence"].to_list()
    assert Absence.SUPPRESSED.value not in shown["absence"].to_list()


def test_without_shares_nothing_is_published(catalogue: Catalogue) -> None:
    whole = compute(catalogue, city(), ["p_revenue"], [QUARTER])
    with pytest.raises(ValueError, match="leading=True"):
        published(whole, catalogue)


def test_what_adds_up(catalogue: Catalogue) -> None:
    found = {name for name in MEASURES if additive(name, catalogue)}
    assert found == {"p_revenue", "p_firms", "p_staff"}


def test_every_rule_has_its_source() -> None:
    rules = disclosure_rules()
    for one in (*rules.law, rules.least_units, rules.dominance, rules.percent, rules.protection,
                *rules.families):  # fmt: skip
        assert one.source.title
        assert one.source.date
