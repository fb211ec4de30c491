"""What values are: coverage, absences, policies, breaks, derived functions, paired years."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from liantu.errors import NotFound, UsageError
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import compute
from liantu.indicators.inputs import Inputs, from_frames
from liantu.indicators.loading import check

DAY = date(2030, 1, 1)


def catalogue(tmp_path: Path, *measures: str) -> Catalogue:
    """The packaged catalogue and some measures more."""
    said = "zh: 试, en: probe, definition: 试, definition_en: probe, source: mine"
    lines = [f"  - {{id: {one}, {said}}}" for one in measures]
    path = tmp_path / "mine.yaml"
    head = "sources: {mine: {title: 试, trust: editorial}}\nmeasures:\n"
    path.write_text(head + "\n".join(lines), encoding="utf-8")
    found, faults = check([path])
    assert not faults, [fault.message.en for fault in faults]
    return found


REVENUE = "r, unit: 万元, kind: flow, of: firm_month, formula: sum(revenue_cny)"


def months(**firms: dict[str, float | None]) -> list[dict[str, Any]]:
    """Rows of firm_month: firm → {period: revenue in 万元}."""
    return [
        {"credit_code": firm, "period": period,
         "revenue_cny": None if value is None else value * 10_000}
        for firm, said in firms.items() for period, value in said.items()
    ]  # fmt: skip


def inputs(rows: list[dict[str, Any]], **more: Any) -> Inputs:
    return from_frames({"firm_month": rows, **more}, DAY)


def row(
    found: Catalogue, given: Inputs, measure: str, period: str, by: tuple[str, ...] = ()
) -> dict[str, Any]:
    rows = compute(found, given, [measure], [period], [by]).frame.to_dicts()
    assert len(rows) == 1, rows
    return rows[0]


def test_a_longer_period_reduces_each_unit_first(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path,
        "mid, unit: 万元, kind: ratio, of: firm_month, formula: median(revenue_cny)",
        "n, unit: 户, kind: count, of: firm_month, "
        " formula: \"count_if(revenue_cny > qty(10, '万元'))\"",
        "e, unit: 人, kind: stock, of: firm_month, formula: sum(employees)",
    )
    rows = months(A={"2024-01": 6, "2024-02": 6}, B={"2024-01": 1, "2024-03": 2}, C={"2024-02": 9})
    rows[0]["employees"], rows[1]["employees"] = 10, 30
    given = inputs(rows)
    assert row(found, given, "mid", "2024Q1")["value"] == 9
    assert row(found, given, "n", "2024Q1")["value"] == 1
    assert row(found, given, "n", "2024-01")["value"] == 0
    assert row(found, given, "e", "2024Q1")["value"] == 30
    assert row(found, given, "e", "2024Q1")["units"] == 1


def test_coverage_counts_missing_months_and_late_firms(tmp_path: Path) -> None:
    found = catalogue(tmp_path, REVENUE)
    given = inputs(months(A={"2024-01": 1, "2024-02": 1, "2024-03": 1}, B={"2024-02": 1}))
    assert row(found, given, "r", "2024-01")["expected"] == 1
    quarter = row(found, given, "r", "2024Q1")
    assert (quarter["units"], quarter["expected"]) == (2, 2)
    assert quarter["coverage"] == pytest.approx(4 / 5)


def test_who_is_expected_can_be_declared(tmp_path: Path) -> None:
    found = catalogue(tmp_path, REVENUE)
    given = inputs(months(A={"2024-01": 1}))
    filing = pl.DataFrame({"entity": ["A", "B"], "first": ["2023-01"] * 2, "last": ["2024-12"] * 2})
    declared = Inputs(given.sources, DAY, {"firm_month": filing})
    said = row(found, declared, "r", "2024-01")
    assert (said["units"], said["expected"], said["coverage"]) == (1, 2, 0.5)
    assert row(found, declared, "r", "2025-01")["absence"] == "not_reported"


def test_policies(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path,
        REVENUE,
        f"whole{REVENUE[1:]}, missing: complete",
        f"most{REVENUE[1:]}, missing: at_least, coverage: 0.6",
        "both, unit: '%', kind: ratio, of: firm_month, missing: pairs,"
        " formula: sum(tax_cny) / sum(revenue_cny)",
        "held, unit: 人, kind: stock, of: firm_month, formula: sum(employees), missing: carry,"
        " carry: 2",
    )
    rows = months(A={"2024-01": 10, "2024-02": 10}, B={"2024-01": 30}, C={"2024-01": 5})
    rows[0] |= {"tax_cny": 10_000, "employees": 7}
    rows[2] |= {"employees": 5}
    given = inputs(rows)
    assert row(found, given, "whole", "2024-01")["value"] == 45
    assert row(found, given, "whole", "2024-02")["absence"] == "not_reported"
    assert row(found, given, "most", "2024-02")["absence"] == "not_reported"
    assert row(found, given, "most", "2024Q1")["value"] == 55
    assert row(found, given, "both", "2024-01")["value"] == 10
    assert row(found, given, "held", "2024-03")["value"] == 12
    assert row(found, given, "held", "2024-04")["value"] is None


def test_absences_are_told_apart(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path, REVENUE,
        "ratio, unit: '%', kind: ratio, of: firm_month, formula: sum(tax_cny) / sum(revenue_cny)",
        "big, unit: 万元, kind: flow, of: firm_month, formula: avg(revenue_cny),"
        " where: \"revenue_cny > qty(5, '亿元')\"",
    )  # fmt: skip
    rows = months(A={"2024-01": 0, "2024-02": None})
    rows[0]["tax_cny"] = 1
    given = from_frames({"firm_month": rows}, date(2024, 3, 10))
    assert row(found, given, "ratio", "2024-01")["absence"] == "not_applicable"
    assert row(found, given, "r", "2024-02")["absence"] == "not_due"
    assert row(found, given, "r", "2024-03")["absence"] == "not_due"
    assert row(found, given, "r", "2023-12")["absence"] == "not_reported"
    assert row(found, given, "big", "2024-01")["absence"] == "not_applicable"


def test_rows_that_do_not_say_their_group_are_a_group(tmp_path: Path) -> None:
    found = catalogue(tmp_path, REVENUE)
    given = inputs(
        months(A={"2024-01": 1}, B={"2024-01": 2}, X={"2024-01": 4}),
        firms=[{"credit_code": "A", "area_code": "T1"}, {"credit_code": "B"}],
        areas=[{"area_code": "T1", "valid_from": "2020-01-01", "level": "town", "parent_code": "D"},
               {"area_code": "D", "valid_from": "2020-01-01", "level": "district", "tier": "内圈"}],
    )  # fmt: skip
    rows = compute(found, given, ["r"], ["2024-01"], [("district",), ("zone_tier",)]).frame
    told = {(one["district"], one["zone_tier"]): one["value"] for one in rows.to_dicts()}
    assert told == {("", None): 6, ("D", None): 1, (None, ""): 6, (None, "内圈"): 1}


def test_a_unit_of_several_chains_is_in_each(tmp_path: Path) -> None:
    found = catalogue(tmp_path, REVENUE)
    given = inputs(
        months(A={"2024-01": 1}, B={"2024-01": 2}),
        products=[
            {"credit_code": "A", "product": p, "year": 2024, "chain_id": c}
            for p, c in (("x", "K1"), ("y", "K2"), ("z", "K1"))
        ],
    )
    rows = compute(found, given, ["r"], ["2024-01"], [(), ("chain",)]).frame
    told = {one["chain"]: (one["value"], one["units"]) for one in rows.to_dicts()}
    assert told == {None: (3, 2), "": (2, 1), "K1": (1, 1), "K2": (1, 1)}


def test_entries_exits_and_the_same_firms(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path, REVENUE,
        "came, unit: 户, kind: flow, of: firm_month, formula: entered()",
        "went, unit: 户, kind: flow, of: firm_month, formula: exited()",
        "same, unit: '%', kind: growth, of: firm_month, formula: same_base_growth(revenue_cny)",
    )  # fmt: skip
    given = inputs(months(A={"2023-01": 10, "2024-01": 15}, B={"2023-01": 90}, C={"2024-01": 40}))
    assert row(found, given, "came", "2024-01")["value"] == 1
    assert row(found, given, "went", "2024-01")["value"] == 1
    same = row(found, given, "same", "2024-01")
    assert same["value"] == pytest.approx(50)
    assert same["units"] == 1
    for name in ("came", "went", "same"):
        assert row(found, given, name, "2023-01")["value"] is None
        assert row(found, given, name, "2025-01")["value"] is None


def test_derived_functions(tmp_path: Path) -> None:
    kinds = {
        "growth(r)": 100, "average_growth(r, 2)": 100, "since(r, '2022')": 300,
    }  # fmt: skip
    amounts = {
        "change(r)": 20,
        "annual_average(r, 2)": 30,
        "cumulated(r, '2022')": 70,
        "total(r)": 40,
    }
    names = {f"d{at}": (formula, value, "'%'") for at, (formula, value) in enumerate(kinds.items())}
    names |= {
        f"a{at}": (formula, value, "万元") for at, (formula, value) in enumerate(amounts.items())
    }
    found = catalogue(
        tmp_path, REVENUE,
        *(f'{name}, unit: {unit}, kind: ratio, formula: "{formula}"'
          for name, (formula, _, unit) in names.items()),
    )  # fmt: skip
    given = inputs(months(A={"2022-01": 10, "2023-01": 20, "2024-01": 40}))
    for name, (formula, value, _) in names.items():
        assert row(found, given, name, "2024")["value"] == pytest.approx(value), formula
    assert row(found, given, "d0", "2022")["absence"] == "not_reported"


def test_shares_and_quotients_look_beyond_the_group(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path, REVENUE,
        "s, unit: '%', kind: share, formula: share(r)",
        "o, unit: '%', kind: share, formula: \"share_of(r, 'industry')\"",
        "l, unit: '', kind: ratio, formula: \"lq(r, 'industry')\"",
    )  # fmt: skip
    firms = [("A", "D1", "3911"), ("B", "D1", "2710"), ("C", "D2", "3921"), ("D", "D2", "2720")]
    given = inputs(
        months(A={"2024-01": 30}, B={"2024-01": 10}, C={"2024-01": 20}, D={"2024-01": 40}),
        firms=[{"credit_code": c, "area_code": a, "industry_code": i} for c, a, i in firms],
    )
    rows = compute(found, given, ["s", "o", "l"], ["2024-01"], [("district", "industry")]).frame
    told = {(o["measure"], o["district"], o["industry"]): o["value"] for o in rows.to_dicts()}
    assert told["s", "D1", "39"] == pytest.approx(30)
    assert told["o", "D1", "39"] == pytest.approx(75)
    assert told["l", "D1", "39"] == pytest.approx(0.75 / 0.5)


def test_a_series_break_between_two_periods_is_told(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path, REVENUE.replace("r,", "r, breaks: [{from: '2024', zh: 改, en: new}],", 1),
        "g, unit: '%', kind: growth, formula: growth(r)",
        "gg, unit: 个百分点, kind: growth, formula: change(g)",
    )  # fmt: skip
    given = inputs(months(A={f"{year}-01": year for year in range(2020, 2027)}))
    broken = {
        (name, year): row(found, given, name, str(year))["broken"]
        for name in ("r", "g", "gg") for year in (2023, 2024, 2025, 2026)
    }  # fmt: skip
    assert {key for key, value in broken.items() if value} == {
        ("g", 2024), ("gg", 2024), ("gg", 2025),
    }  # fmt: skip


def test_registers_are_counted_as_they_were_at_the_end_of_a_period(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path,
        "parks_n, unit: 个, kind: count, of: parks, formula: count(*)",
        "young, unit: 户, kind: count, of: firms, formula: count(*),"
        " where: 'established_on between period_start and period_end'",
    )
    given = from_frames(
        {
            "parks": [
                {"park_code": "P", "system_version": "1", "valid_to": "2023-12-31"},
                {"park_code": "P", "system_version": "2", "valid_from": "2024-01-01"},
                {"park_code": "Q", "system_version": "2", "valid_from": "2024-07-01"},
            ],
            "firms": [{"credit_code": "A", "established_on": "2024-05-05"}],
        },
        DAY,
    )
    assert [row(found, given, "parks_n", p)["value"] for p in ("2023", "2024Q2", "2024")] == [
        1,
        1,
        2,
    ]
    assert row(found, given, "young", "2024Q2")["value"] == 1
    assert row(found, given, "young", "2024Q1")["value"] == 0


def test_merged_firms_are_one_unit(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path, REVENUE, "n, unit: 户, kind: count, of: firm_month, formula: count(*)"
    )
    given = inputs(months(A={"2024-01": 1}, B={"2024-01": 2}), firms=[{"credit_code": "A"}])
    merged = Inputs(given.sources, DAY, merged={"firms": {"B": "A"}})
    assert row(found, merged, "r", "2024-01")["value"] == 3
    assert row(found, merged, "n", "2024-01")["value"] == 1


def test_findings_of_quality_are_counted(tmp_path: Path) -> None:
    found = catalogue(tmp_path, REVENUE)
    given = inputs(months(A={"2024-01": 1, "2024-02": 1}, B={"2024-01": 2}))
    flags = pl.DataFrame({"entity": ["A", "B"], "period": ["2024-02", "2023-01"]})
    flagged = Inputs(given.sources, DAY, flagged={"firm_month": flags})
    assert row(found, flagged, "r", "2024-01")["flagged"] == 0
    assert row(found, flagged, "r", "2024-02")["flagged"] == 1
    assert row(found, flagged, "r", "2024Q1")["flagged"] == 1


def test_leading_units_are_told_where_asked(tmp_path: Path) -> None:
    found = catalogue(tmp_path, REVENUE)
    given = inputs(months(A={"2024-01": 1}, B={"2024-01": 6}, C={"2024-01": 3}))
    said = compute(found, given, ["r"], ["2024-01"], leading=True).frame.to_dicts()[0]
    assert (said["top1"], said["top2"]) == (0.6, 0.3)


def test_what_is_not_there_is_told() -> None:
    found, _ = check()
    given = from_frames({}, DAY)
    name = "above_scale_revenue"
    with pytest.raises(NotFound, match="above_scale_revenue"):
        compute(found, given, ["above_scale_revenu"], ["2024"])
    with pytest.raises(UsageError, match="2024Q5"):
        compute(found, given, [name], ["2024Q5"])
    with pytest.raises(UsageError, match="planet"):
        compute(found, given, [name], ["2024"], [("planet",)])
    empty = compute(found, given, [name], ["2024"]).frame.to_dicts()[0]
    assert (empty["value"], empty["absence"]) == (None, "not_reported")


def test_many_measures_are_computed_in_parts(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path,
        *(
            f"m{n}, unit: 户, kind: count, of: firm_month,"
            f" formula: \"count_if(revenue_cny > qty({n}, '万元'))\""
            for n in range(400)
        ),
    )
    given = inputs(months(A={"2024-01": 99.5}, B={"2024-01": 250.5}))
    names = [f"m{n}" for n in range(400)]
    values = compute(found, given, names, ["2024-01"]).frame["value"].to_list()
    assert values == [(n <= 99) + (n <= 250) for n in range(400)]


def test_the_files_of_a_lake_are_all_that_the_engine_reaches(tmp_path: Path) -> None:
    from liantu.indicators.duck import DuckEngine

    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    given = inputs(months(A={"2024-01": 1}))
    found, _ = check()
    with DuckEngine(given, found) as engine:
        engine.open({"firm_month"})
        for sql in (
            f"SELECT * FROM read_csv('{secret}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'x.db'}'",
            "SET enable_external_access = true",
            "SELECT * FROM given",
        ):
            with pytest.raises(
                Exception, match=textwrap.dedent("(?i)disabled|permission|locked|does not exist")
            ):
                engine._connection.execute(sql)
    assert not (tmp_path / "out.csv").exists()
