"""Rows fit together: every reference leads somewhere, sums add up, land lies in its district."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import shapely

from liantu.records.identity import credit_code
from liantu.records.sample import projects, series
from liantu.records.sample.boundaries import boundary, mu_of
from liantu.records.sample.city import City
from liantu.records.tables.declared import load_tables


def test_every_reference_leads_to_a_row(whole: City) -> None:
    months = whole.months(whole.last_year)
    frames = {
        **whole.registers,
        "firm_year": series.firm_year(whole.makings, whole.last_year),
        "firm_month": series.firm_month(whole.makings, months, 12),
        "firm_quarter": series.firm_quarter(whole.makings, months, 4),
        "park_quarter": series.park_quarter(whole.makings, months),
        "area_year": series.area_year(whole.makings, whole.last_year),
        "project_month": projects.project_month(whole.makings, whole.projects, whole.last_year, 6),
    }
    assert set(frames) == set(load_tables())
    for name, frame in frames.items():
        declared = load_tables()[name]
        assert frame.height, name
        assert frame.select(declared.key).is_unique().all(), name
        for column, target in declared.references:
            if column.name in frame.columns:
                known = frames[target][load_tables()[target].key[0]].unique()
                lost = frame[column.name].drop_nulls().unique()
                assert lost.is_in(known.implode()).all(), (name, column.name)


def test_names_match_their_codes(whole: City) -> None:
    names = dict(whole.registers["firms"].select("credit_code", "name").rows())
    assert len(set(names.values())) == len(names)
    assert all("模拟" in name for name in names.values())
    links = whole.registers["supply_links"]
    assert all(names[c] == n for c, n in links.select("buyer_code", "buyer_name").rows())


def test_codes_are_right_and_of_nobody(whole: City) -> None:
    codes = whole.registers["firms"]["credit_code"]
    assert credit_code.flawless(codes).all()
    assert codes.str.slice(2, 6).unique().to_list() == ["000000"]


def test_accounts_add_up(whole: City) -> None:
    for year in whole.makings.years:
        rows = series.firm_year(whole.makings, year)
        for statement in (
            "value_added_cny < output_cny", "main_revenue_cny <= revenue_cny",
            "main_revenue_cny >= 19999000", "wages_cny < value_added_cny",
            "rd_staff <= employees", "rented_land_mu <= land_mu", "tax_cny < value_added_cny",
            "energy_tce <= energy_equivalent_tce", "employees > 0",
            "profit_cny < revenue_cny - cost_cny", "export_cny <= revenue_cny",
        ):  # fmt: skip
            failed = rows.filter(~pl.sql_expr(statement))
            assert failed.is_empty(), (year, statement, failed.height)


def test_months_add_up_to_quarters_and_years(whole: City) -> None:
    year = whole.last_year
    months = whole.months(year)
    monthly = pl.concat([series.firm_month(whole.makings, months, at) for at in range(1, 13)])
    quarterly = pl.concat([series.firm_quarter(whole.makings, months, at) for at in range(1, 5)])
    yearly = series.firm_year(whole.makings, year).sort("credit_code")
    for column in ("revenue_cny", "profit_cny", "tax_cny", "output_cny", "electricity_kwh"):
        for parts in (monthly, quarterly):
            total = parts.group_by("credit_code").agg(pl.col(column).sum()).sort("credit_code")
            np.testing.assert_allclose(total[column], yearly[column], atol=0.02)


def test_parks_and_areas_are_sums_of_their_firms(whole: City) -> None:
    year = whole.last_year
    areas = series.area_year(whole.makings, year)
    city = areas.filter(area_code=whole.calibration.places.city_code)
    rest = areas.filter(pl.col("area_code") != whole.calibration.places.city_code)
    for column in ("gdp_cny", "revenue_cny", "above_scale_firms", "population", "employees"):
        assert rest[column].sum() == pytest.approx(city[column][0], rel=1e-9)
    assert (rest["industry_value_added_cny"] < rest["gdp_cny"]).all()
    firms = series.firm_year(whole.makings, year)
    assert city["revenue_cny"][0] == pytest.approx(firms["revenue_cny"].sum())
    parks = series.park_quarter(whole.makings, whole.months(year))
    assert parks["revenue_cny"].sum() < firms["revenue_cny"].sum()
    assert (parks["above_scale_firms"] <= parks["firms"]).all()


def test_every_parcel_lies_in_its_district_and_apart(whole: City) -> None:
    plots = whole.makings.plots
    shapes = shapely.from_geojson(plots.boundary)
    np.testing.assert_allclose(mu_of(shapes), plots.mu, atol=0.01)
    ground = np.array(plots.ground)
    for code in np.unique(ground):
        here = shapes[ground == code]
        assert shapely.contains(boundary(code), here).all(), code
        first, second = shapely.STRtree(here).query(here, predicate="overlaps")
        assert first.size == second.size == 0, code


def test_supply_links_have_hubs_and_follow_the_sectors(whole: City) -> None:
    links = whole.registers["supply_links"]
    degree = links.group_by("buyer_code").len()["len"].sort(descending=True)
    assert degree[0] > 50 * degree.median()
    firms = whole.registers["firms"].select("credit_code", "industry_code")
    buyers = links.join(firms, left_on="buyer_code", right_on="credit_code")
    medicine = buyers.filter(pl.col("industry_code").str.starts_with("27"))
    sold = medicine.select("supplier_code").join(
        firms, left_on="supplier_code", right_on="credit_code"
    )
    assert (sold["industry_code"].str.slice(0, 2).is_in(["27", "35", "14", "15"])).mean() > 0.4
    revenue = whole.makings.accounts["revenue_cny"][:, -1]
    own = dict(zip(whole.makings.codes, np.nan_to_num(revenue), strict=True))
    sums = links.group_by("supplier_code").agg(pl.col("amount_cny").sum())
    assert all(amount < own[code] for code, amount in sums.rows())


def test_projects_keep_the_order_of_their_days(whole: City) -> None:
    rows = whole.registers["projects"]
    assert (rows["signed_on"] < rows["start_planned_on"]).all()
    assert (rows["fixed_cny"] <= rows["total_cny"]).all()
    begun = rows.filter(pl.col("started_on").is_not_null())
    late = (begun["started_on"] - begun["start_planned_on"]).dt.total_days() > 30
    assert 0.1 < late.mean() < 0.5
    steps = whole.registers["milestones"]
    assert steps.height == 7 * rows.height
    reached = steps.filter(milestone="竣工")["reached_on"].drop_nulls()
    assert reached.len() == rows["finished_on"].drop_nulls().len()


def test_what_was_invested_in_a_year_is_what_was_published(whole: City) -> None:
    given = whole.calibration.totals.projects
    months = [
        projects.project_month(whole.makings, whole.projects, given.invested_year, month)
        for month in range(1, 13)
    ]
    spent = sum(rows["invested_cny"].sum() for rows in months)
    assert spent == pytest.approx(given.invested_cny.value, rel=0.01)
