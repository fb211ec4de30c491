"""What is implausible in the records as stored: rows of series, records of registers, sums."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from tests.records.quality.conftest import (
    CITY,
    EAST,
    WEST,
    Bring,
    code,
    firm,
    month,
    register,
    square,
)  # fmt: skip

from liantu.records import registers
from liantu.records.quality import quality_rules, report

pytestmark = pytest.mark.django_db

MONTHS = [f"2025-{n:02}" for n in range(1, 7)]
DAY = date(2025, 7, 30)


def found(table: str = "firms", **wanted: Any) -> list[tuple[str, str]]:
    """Entity and code of the findings."""
    rows = report(day=DAY).tables[table].findings
    return sorted(rows.select("entity", "code").rows())


def test_a_unit_slip_and_a_cross_check_are_seen_in_what_is_stored(bring: Bring) -> None:
    register("firms", [firm(1), firm(2)])
    rows = [month(n, period) for n in (1, 2) for period in MONTHS]
    rows[2] |= {"revenue_cny": 10_000_000.0 * 10_000, "output_cny": 10_500_000.0 * 10_000}
    rows[8] |= {"tax_cny": 20_000_000.0}
    bring("firm_month", rows, date(2025, 7, 10))
    quality = report(day=DAY).tables["firm_month"]
    told = quality.findings.select("entity", "period", "code", "severity")
    assert (code(1), "2025-03", "slip_large", "warning") in told.rows()
    assert (code(2), "2025-03", "tax_below_revenue", "warning") in told.rows()
    assert {(entity, period) for entity, period, *_ in told.rows()} == {
        (code(1), "2025-03"), (code(1), "2025-04"), (code(2), "2025-03"),
    }  # fmt: skip
    (first, *_) = quality.findings.filter(quality.findings["code"] == "slip_large").rows(named=True)
    assert first["name"] == "甲市第1机械有限公司"
    assert first["district"] == EAST
    assert "疑为单位误用" in first["fix_zh"]
    counts = quality.counts.filter(quality.counts["period"] == "2025-03")
    assert counts["wrong"].to_list() == [2]


def test_the_same_rows_in_parts_say_the_same(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    register("firms", [firm(n) for n in range(1, 6)])
    rows = [month(n, period) for n in range(1, 6) for period in MONTHS]
    for at in (3, 11, 20):
        rows[at] |= {"employees": 9000}
    bring("firm_month", rows, date(2025, 7, 10))
    whole = report(day=DAY).tables["firm_month"].findings
    monkeypatch.setattr("liantu.records.quality.stored.ROWS_AT_ONCE", 7)
    parts = report(day=date(2025, 7, 31)).tables["firm_month"].findings
    assert whole.height
    assert sorted(parts.rows()) == sorted(whole.rows())


def test_figures_of_a_firm_that_nobody_registered(bring: Bring) -> None:
    register("firms", [firm(1)])
    bring("firm_month", [month(1, "2025-01"), month(8, "2025-01")], date(2025, 2, 10))
    assert found("firm_month") == [(code(8), "unknown_code")]
    counts = report(day=DAY).tables["firm_month"].counts
    assert counts.filter(counts["district"] == "")["wrong"].to_list() == [1]


def test_firms_outside_their_district(areas: None) -> None:
    register(
        "firms",
        [
            firm(1, longitude=100.1, latitude=30.1),
            firm(2, longitude=99.9, latitude=30.1),
            firm(3, longitude=30.1, latitude=100.0 - 20),
            firm(4, longitude=99.995, latitude=30.1),
            firm(5, longitude=99.9, latitude=30.1, area_code=WEST),
            firm(6),
            firm(7, longitude=1.0, latitude=1.0, area_code="990102001"),
        ],
    )
    rows = report(day=DAY).tables["firms"].findings
    rows = rows.filter(rows["code"] == "outside_district")
    assert sorted(rows["entity"]) == sorted([code(2), code(3)])
    assert set(rows["expected_zh"]) == {"位于“东区”境内"}


def test_names_shared_by_several_codes(areas: None) -> None:
    register(
        "firms",
        [
            firm(1, name="甲市永发机械有限公司"),
            firm(2, name="甲市永发机械有限公司 "),
            firm(3, name="甲市永发机械有限公司", kind="site", parent_code=code(1)),
            firm(4, name="甲市永发机械有限公司", state="closed", closed_on=date(2020, 1, 1)),
            firm(5, name="甲市永昌机械有限公司"),
        ],
    )
    assert found() == sorted([(code(1), "name_shared"), (code(2), "name_shared")])


def test_industry_codes_of_the_wrong_edition(areas: None) -> None:
    classes = [
        {"industry_code": "3610", "edition": "2011", "name": "汽车整车制造", "level": 4},
        {"industry_code": "3611", "edition": "2017", "name": "汽柴油车整车制造", "level": 4},
        {"industry_code": "C36", "edition": "2017", "name": "汽车制造业", "level": 2},
    ]
    register("industry_classes", classes)
    pair = {"from_edition": "2011", "from_code": "3610", "to_edition": "2017"}
    register("industry_concordance", [{**pair, "to_code": "3611"}, {**pair, "to_code": "3612"}])
    register(
        "firms",
        [
            firm(1, industry_code="3611"),
            firm(2, industry_code="3610"),
            firm(3, industry_code="3610", industry_edition="2011"),
            firm(4, industry_code="9999"),
            firm(5, industry_code="36"),
        ],
    )
    rows = report(day=DAY).tables["firms"].findings
    told = rows.filter(rows["code"].str.starts_with("industry")).select("entity", "code", "found")
    assert sorted(told.rows()) == sorted(
        [
            (code(2), "industry_other_edition", "3610（对照：3611、3612）"),
            (code(4), "industry_unknown", "9999"),
        ]
    )


def test_references_into_nothing(areas: None) -> None:
    register("firms", [firm(1, area_code="990199", park_code="P9")])
    register("parks", [{"park_code": "P1", "system_version": "2021", "name": "一园"}])
    assert sorted({said for _, said in found()}) == ["unknown_code"]
    rows = report(day=DAY).tables["firms"].findings
    assert sorted(rows["column"]) == ["area_code", "park_code"]
    # A district that no register knows is shown as it was written, never dropped.
    assert set(rows["district"]) == {"990199"}


def test_parcels_out_of_place_or_size(areas: None) -> None:
    side = 0.002
    inside, outside = square(100.1, 30.1, side), square(99.9, 30.1, side)
    # 0.002° × 0.002° at 30° north: 222.64 m × 192.8 m, 64.4 mu.
    plain = {"area_code": EAST, "use": "industrial", "land_mu": 64.4}
    bow = {"type": "Polygon", "coordinates": [[[100, 30], [100.1, 30.1], [100.1, 30],
                                               [100, 30.1], [100, 30]]]}  # fmt: skip
    register(
        "parcels",
        [
            {**plain, "parcel_code": "D-0001", "boundary": inside},
            {**plain, "parcel_code": "D-0002", "boundary": outside},
            {**plain, "parcel_code": "D-0003", "boundary": inside, "land_mu": 644.0},
            {**plain, "parcel_code": "D-0004", "boundary": json.dumps(bow)},
            {**plain, "parcel_code": "D-0005"},
        ],
    )
    assert found("parcels") == [
        ("D-0002", "parcel_outside"),
        ("D-0003", "parcel_area_differs"),
        ("D-0004", "geometry_invalid"),
    ]
    rows = report(day=DAY).tables["parcels"].findings
    assert rows.filter(rows["code"] == "parcel_outside")["found"].to_list() == ["100% 在界外"]


def test_a_column_that_its_office_left_empty(bring: Bring) -> None:
    register("firms", [firm(n) for n in range(1, 7)])
    rows = [month(n, period) for n in range(1, 7) for period in MONTHS]
    for row in rows:
        if row["period"] == "2025-04" and row["credit_code"] != code(1):
            row["electricity_kwh"] = None
        if row["credit_code"] == code(2):
            row["tax_cny"] = None
    bring("firm_month", rows, date(2025, 7, 10))
    empty = report(day=DAY).tables["firm_month"].empty
    assert empty.rows() == [
        (EAST, "2025-04", "electricity_kwh", "用电量", 6, 1, 1.0),
    ]


def test_sums_show_the_gap(bring: Bring) -> None:
    register("firms", [firm(1), firm(2), firm(3, area_code=WEST)])
    years = [
        {"credit_code": code(n), "period": "2024", "revenue_cny": 100e6, "employees": 100}
        for n in (1, 2, 3)
    ]
    bring("firm_year", years, date(2025, 3, 1))
    areas = [
        {"area_code": EAST, "period": "2024", "revenue_cny": 250e6, "gdp_cny": 3e9},
        {"area_code": WEST, "period": "2024", "revenue_cny": 101e6, "gdp_cny": 2e9},
        {"area_code": CITY, "period": "2024", "revenue_cny": 351e6, "gdp_cny": 6e9},
    ]
    bring("area_year", areas, date(2025, 3, 2))
    sums = report(day=DAY).sums
    told = {
        (row["sum"], row["district"]): (row["parts"], row["whole"], row["units"], row["agrees"])
        for row in sums.rows(named=True)
    }
    assert told[("firms_revenue", EAST)] == (200e6, 250e6, 2, False)
    assert told[("firms_revenue", WEST)] == (100e6, 101e6, 1, True)
    assert told[("firms_revenue", CITY)] == (300e6, 351e6, 3, False)
    assert told[("areas_gdp", CITY)] == (5e9, 6e9, 2, False)
    assert told[("areas_revenue", CITY)] == (351e6, 351e6, 2, True)
    assert ("areas_gdp", EAST) not in told
    assert sums["gap"][0] == pytest.approx(-50e6)
    assert sums["share"][0] == pytest.approx(-0.2)


def test_zones_count_in_their_districts_or_beside_them(bring: Bring) -> None:
    zone = {"area_code": "990190", "valid_from": date(2000, 1, 1), "name": "新区", "level": "zone",
            "parent_code": CITY}  # fmt: skip
    register("areas", [zone])
    figures = {"2023": (30e9, 20e9, 10e9, 60e9), "2024": (30e9, 20e9, 10e9, 50e9)}
    for year, values in figures.items():
        codes = (EAST, WEST, "990190", CITY)
        rows = [{"area_code": c, "period": year, "gdp_cny": v}
                for c, v in zip(codes, values, strict=True)]  # fmt: skip
        bring("area_year", rows, date(int(year) + 1, 3, 2))
    sums = report(day=DAY).sums
    told = {row["period"]: (row["parts"], row["units"], row["agrees"])
            for row in sums.filter(sums["sum"] == "areas_gdp").rows(named=True)}  # fmt: skip
    assert told == {"2023": (60e9, 3, True), "2024": (50e9, 2, True)}


def test_a_firm_that_closed_since_still_counts_in_the_years_it_filed(bring: Bring) -> None:
    gone = {"state": "closed", "closed_on": date(2025, 1, 1), "above_scale": False}
    register("firms", [firm(1), firm(2, **gone)])
    years = [{"credit_code": code(n), "period": "2024", "revenue_cny": 1e8} for n in (1, 2)]
    bring("firm_year", years, date(2025, 3, 1))
    bring("area_year", [{"area_code": EAST, "period": "2024", "above_scale_firms": 2}],
          date(2025, 3, 2))  # fmt: skip
    (row,) = report(day=DAY).sums.rows(named=True)
    assert (row["sum"], row["parts"], row["agrees"]) == ("firms_counted", 2.0, True)


def test_an_edit_is_seen_at_once(areas: None) -> None:
    register("firms", [firm(1, longitude=10.0, latitude=30.1)])
    assert found() == [(code(1), "outside_district")]
    before = report(day=DAY)
    assert report(day=DAY) is before
    registers.edit("firms", code(1), {"longitude": 100.1}, 1, by="测试")
    assert found() == []


def test_every_declared_total_is_in_one_unit() -> None:
    from liantu.records.tables.declared import table

    for rule in quality_rules().sums:
        if rule.part:
            assert table(rule.parts)[rule.part].unit == table(rule.whole)[rule.total].unit


@pytest.mark.usefixtures("areas")
def test_a_park_and_a_node_that_do_not_fit_are_seen_in_what_is_stored() -> None:
    register(
        "parks", [{"park_code": "P1", "system_version": "2021", "name": "东园", "area_code": EAST}]
    )
    register("firms", [firm(1, park_code="P1"), firm(2, park_code="P1", area_code=WEST)])
    register("chains", [{"chain_id": c, "name": c} for c in ("c1", "c2")])
    node = {"node_id": "n1", "chain_id": "c1", "name": "芯片", "kind": "part"}
    register("chain_nodes", [node])
    product = {"credit_code": code(1), "product": "芯片", "year": 2025, "node_id": "n1"}
    register(
        "products", [product | {"chain_id": c, "year": y} for c, y in (("c1", 2024), ("c2", 2025))]
    )

    assert (code(2), "firm_park_in_area") in found()
    assert (code(1), "firm_park_in_area") not in found()
    assert [told for _, told in found("products")] == ["product_node_in_chain"]
