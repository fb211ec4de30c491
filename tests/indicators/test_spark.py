"""Spark comes to what DuckDB comes to: every measure's case, a city, the lake, and the traps.

One test, since a session of Spark takes seconds to start and a process holds one at a time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from polars.testing import assert_frame_equal
from pyspark.sql import SparkSession
from tests.indicators.case_files import Case, cases, differences

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import compute
from liantu.indicators.inputs import Inputs, Stored, from_frames, from_parquet
from liantu.indicators.loading import FOLDER, load
from liantu.indicators.planning import closure, passes
from liantu.indicators.spark import SparkEngine, session
from liantu.indicators.time import span
from liantu.indicators.values import Grouping, Values
from liantu.records.lake.folder import lake_folder
from liantu.records.lake.merging import merge
from liantu.records.lake.publishing import publish, visible
from liantu.records.lake.staging import stage
from liantu.records.models import Batch
from liantu.records.moments import next_moment
from liantu.records.sample import projects, series
from liantu.records.sample.city import make_city
from liantu.records.tables.declared import load_tables, table

CATALOGUE = load((FOLDER,))
QUICK = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""Tiny data: what Spark does to be quick over much data takes longer than the work."""


@pytest.fixture
def stopped() -> Iterator[None]:
    """No session is left behind."""
    yield
    left = SparkSession.getActiveSession()
    if left is not None:
        left.stop()


def same(
    spark: SparkSession, inputs: Inputs, measures: Sequence[str], periods: Sequence[str],
    by: Sequence[Grouping], catalogue: Catalogue = CATALOGUE, folder: Path | None = None,
) -> Values:  # fmt: skip
    """What Spark comes to, which is what DuckDB comes to."""
    spans = [span(one) for one in periods]
    planned = passes(catalogue, closure(catalogue, measures, spans, by))
    wanted = compute(catalogue, inputs, measures, spans, by, leading=True)
    with SparkEngine(inputs, catalogue, spark, shared=folder, leading=True) as engine:
        engine.open({one.table for one in planned})
        found = compute(catalogue, inputs, measures, spans, by, engine=engine)
    assert wanted.frame.height
    assert_frame_equal(found.frame, wanted.frame, check_exact=False, rel_tol=1e-9, abs_tol=1e-12)
    return found


def together() -> list[list[Case]]:
    """Cases with the same records, which are computed at once."""
    found: dict[str, list[Case]] = defaultdict(list)
    for name, case in cases().items():
        if name in CATALOGUE.compiled:
            found[json.dumps([case.records, str(case.day)], default=str)].append(case)
    return list(found.values())


def every_case(spark: SparkSession) -> None:
    told = []
    for alike in together():
        names = [case.measure for case in alike]
        periods = sorted({period for case in alike for period in case.periods})
        by = sorted({grouping for case in alike for grouping in case.groupings})
        values = same(spark, alike[0].inputs, names, periods, by)
        for case in alike:
            own = values.frame.filter(pl.col("measure") == case.measure)
            told += differences(case, Values(own, values.dimensions))
    assert not told


def a_city(spark: SparkSession, folder: Path) -> None:
    """Two years of a synthetic city, in Parquet files that both engines read."""
    made = make_city(300, seed=3)
    years = (made.last_year - 1, made.last_year)
    months = [made.months(year) for year in years]
    both = {
        "firm_year": [series.firm_year(made.makings, year) for year in years],
        "firm_quarter": [series.firm_quarter(made.makings, one, 4) for one in months],
        "firm_month": [series.firm_month(made.makings, one, 12) for one in months],
        "park_quarter": [series.park_quarter(made.makings, one) for one in months],
        "area_year": [series.area_year(made.makings, year) for year in years],
        "project_month": [
            projects.project_month(made.makings, made.projects, year, 12) for year in years
        ],
    }
    frames = {**made.registers, **{name: pl.concat(parts) for name, parts in both.items()}}
    assert set(frames) == set(load_tables())
    paths = {}
    for name, frame in frames.items():
        paths[name] = [folder / f"{name}.parquet"]
        frame.write_parquet(paths[name][0])
    inputs = from_parquet(paths, date(made.last_year + 1, 6, 30))
    last = str(made.last_year)
    by: list[Grouping] = [(), ("district",)]
    same(spark, inputs, list(CATALOGUE.compiled), [last], by)


TRAPS = """
sources: {s: {title: 测试, trust: editorial}}
measures:
"""
FORMULAS = {
    "whole_numbers": ("", "sum(employees) / count(*)"),
    "by_zero": ("", "sum(revenue_cny) / sum(tax_cny)"),
    "zero_inside": ("", "sum(coalesce(revenue_cny / tax_cny, 0))"),
    "written": ("人", "sum(employees) * 1.5 / 2"),
    "middle": ("人", "median(employees)"),
    "ninth": ("人", "quantile(employees, 0.9)"),
    "spread": ("人", "stddev(employees)"),
    "unlike": ("个", "count(distinct firms.area_code)"),
    "rounded": ("人", "sum(round(employees / 3, 2))"),
    "half": ("人", "sum(round(employees * 0.5))"),
    "hundreds": ("人", "sum(round(employees, -2))"),
    "steep": ("", "sum(ln(revenue_cny / tax_cny)) + sum(sqrt(revenue_cny / tax_cny))"),
    "cubed": ("", "max(power(revenue_cny / tax_cny, 3)) + min(exp(tax_cny / revenue_cny))"),
    "greatest_of": ("元", "sum(greatest(tax_cny, wages_cny)) - sum(least(tax_cny, wages_cny))"),
    "uneven": ("", "gini(employees)"),
    "herfindahl": ("", "hhi(employees)"),
    "two_largest": ("", "top_share(employees, 2)"),
    "percent_sign": ("个", "count_if(firms.name like '%50%')"),
    "underscore": ("个", "count_if(firms.name like 'a_b')"),
    "starts": ("个", "count_if(starts_with(firms.name, '北''京'))"),
    "sorted": ("个", "count_if(firms.name between 'A' and 'Z')"),
    "days": ("天", "sum(days_between(firms.established_on, period_end))"),
    "of_month": ("", "sum(month(firms.established_on)) + sum(year(firms.established_on))"),
    "not_there": ("个", "count_if(firms.closed_on is null)"),
    "weighted": ("元", "avg_weighted(revenue_cny, employees)"),
    "some": ("元", "sum_if(revenue_cny, employees > qty(2, '人'))"),
    "gone": ("个", "exited()"),
    "come": ("个", "entered()"),
}
"""Where the two engines differ when they are left to themselves."""


def the_traps(spark: SparkSession, folder: Path) -> None:
    path = folder / "traps.yaml"
    lines = [
        json.dumps({
            "id": name, "zh": name, "en": name, "kind": "ratio", "of": "firm_year",
            "unit": unit, "formula": formula, "definition": "试",
            "definition_en": "trial", "source": "s", "by": ["district"],
        }, ensure_ascii=False)
        for name, (unit, formula) in FORMULAS.items()
    ]  # fmt: skip
    path.write_text(TRAPS + "".join(f"  - {line}\n" for line in lines), encoding="utf-8")
    catalogue = load((FOLDER, folder))
    names = ["a_b", "axb", "ab", "50%", "50\\%", "北'京一", "北京二", "Ünï", "z", None]
    firms: list[dict[str, Any]] = [
        {"credit_code": f"F{at}'\\", "name": name, "area_code": f"D{at % 3}",
         "established_on": f"20{10 + at}-0{1 + at % 9}-28"}
        for at, name in enumerate(names)
    ]  # fmt: skip
    figures = [0, 1, 2, 3, 5, 267, 350, None, 1_000_001, 7]
    rows: list[dict[str, Any]] = [
        {"credit_code": f"F{at}'\\", "period": "2024", "employees": figure,
         "revenue_cny": 1e11 / 3 * at, "tax_cny": float(at % 2) * 0.1,
         "wages_cny": None if at == 2 else 0.07 * at}
        for at, figure in enumerate(figures)
    ]  # fmt: skip
    rows[4]["revenue_cny"] = float("nan")
    rows[5]["revenue_cny"] = float("inf")
    inputs = from_frames({"firms": firms, "firm_year": rows}, date(2030, 1, 1))
    found = same(spark, inputs, list(FORMULAS), ["2023", "2024"], [(), ("district",)], catalogue)
    whole = {row["measure"]: row["value"] for row in found.frame.filter(
        pl.col("district").is_null(), pl.col("period") == "2024").to_dicts()}  # fmt: skip
    assert whole["percent_sign"] == 2
    assert whole["underscore"] == 2
    assert whole["starts"] == 1


def the_lake(spark: SparkSession) -> None:
    """Overlapping files, another unit, a column less, a withdrawn row."""
    declared = table("firm_month")
    shape = {"credit_code": pl.String(), "period": pl.String(), "revenue_cny": pl.Float64(),
             "employees": pl.Int64()}  # fmt: skip
    batches = [
        [("F1", "2024-01", 10.0, 5), ("F2", "2024-01", 20.0, 6), ("F1", "2024-02", 11.0, 5)],
        [("F1", "2024-01", 12.0, None)],
        [("F3", "2024-03", 30.0, 9)],
        [("F2", "2024-01", 21.0, 7), ("F2", "2024-02", 22.0, 7)],
    ]
    for number, rows in enumerate(batches):
        merged = merge(declared, pl.DataFrame(rows, schema=shape, orient="row"), "update")
        staged = [stage(declared, merged.frame)]
        with transaction.atomic():
            batch = Batch.objects.create(
                accepted_at=next_moment(), file_name="x", sha256=f"{number:064d}",
                table=declared.id, accepted=len(rows), duplicates=0, rejected=0,
            )  # fmt: skip
            publish(staged, batch)
    source = Stored(tuple(visible("firm_month")), lake_folder())
    merged_codes = {"firms": {"F3": "F1"}}
    inputs = Inputs({"firm_month": source}, date(2030, 1, 1), merged=merged_codes)
    chosen = [
        name for name, one in CATALOGUE.compiled.items()
        if one.measure.of == "firm_month" and "month" in one.periods
    ]  # fmt: skip
    found = same(spark, inputs, chosen, ["2024-01", "2024Q1"], [()])
    rows_ = found.frame.filter(pl.col("period") == "2024Q1", pl.col("units") == 2)
    assert rows_.height


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("stopped")
def test_spark_comes_to_what_duckdb_comes_to(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    spark = session(settings=QUICK)
    for name in ("traps", "city"):
        (tmp_path / name).mkdir()
    the_traps(spark, tmp_path / "traps")
    every_case(spark)
    the_lake(spark)
    a_city(spark, tmp_path / "city")
    spark.stop()
    workers = session("local-cluster[2,1,512]", {**QUICK, "spark.executor.memory": "512m"})
    assert workers.sparkContext.master == "local-cluster[2,1,512]"
    (some,) = (alike for alike in together() if "tax_per_mu" in {one.measure for one in alike})
    names, periods = [one.measure for one in some], some[0].periods
    same(workers, some[0].inputs, names, periods, [(), ("district",)], folder=tmp_path)
