"""Values kept: what has not changed is not computed again, and files are proven."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from tests.systems.indicators.conftest import bring, code, months

from liantu.cli.main import cli
from liantu.indicators.keeping import check_kept, keep, read_kept, values_folder
from liantu.indicators.ledger import compute_now
from liantu.indicators.loading import load
from liantu.records import registers

MEASURES = ["revenue_monthly", "revenue_growth_same_firms"]
BY = [(), ("district",)]
PERIODS = ["2024-03", "2025-03", "2025-10"]


def news() -> list[bool]:
    return [one.new for one in keep(load(), MEASURES, PERIODS, BY)]


def test_only_what_changed_is_computed_again(returns: Path) -> None:
    assert news() == [True, True, True]
    assert news() == [False, False, False]
    bring(returns, "firm_month", [row | {"月份": "2025-10"} for row in months((3,))[:1]])
    assert news() == [False, False, True]
    earlier = [row | {"利润总额（元）": 1.0} for row in months((1,)) if row["月份"] == "2024-03"]
    bring(returns, "firm_month", earlier)
    assert news() == [True, True, False]  # March 2025 is compared with March 2024
    registers.upsert(
        "firms", [{"credit_code": code(1), "name": "第1厂", "area_code": "990103"}], by="测试"
    )
    assert news() == [True, True, True]


def test_what_is_kept_is_what_is_computed(returns: Path) -> None:
    kept = keep(load(), MEASURES, PERIODS, BY)
    values, _ = compute_now(load(), MEASURES, PERIODS, BY)
    order = ["measure", "period", "district"]
    columns = [name for name in values.frame.columns if not name.startswith("top")]
    assert (
        read_kept(kept)
        .frame.select(columns)
        .sort(order)
        .equals(values.frame.select(columns).sort(order))
    )
    assert read_kept(kept).frame["top1"].is_not_null().any()


def test_files_are_proven_and_what_is_not_sound_is_computed_again(returns: Path) -> None:
    kept = keep(load(), MEASURES, PERIODS, BY)
    assert check_kept() == []
    kept[0].path.write_bytes(b"nonsense")
    kept[1].path.unlink()
    (values_folder() / "2025-10" / "left.parquet").write_bytes(b"half")
    assert sorted(defect.kind for defect in check_kept()) == ["damaged", "missing", "orphan"]
    told = CliRunner().invoke(cli, ["data", "check"])
    assert told.exit_code != 0
    assert "values/2025-10/left.parquet" in told.output
    fixed = CliRunner().invoke(cli, ["data", "check", "--fix"])
    assert fixed.exit_code == 0, fixed.output
    assert check_kept() == []
    assert news() == [True, True, False]
    assert pl.read_parquet(kept[0].path).height


def test_the_command_keeps(returns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANTU_HOME", str(returns / "home"))
    said = ["indicators", "keep", "revenue_monthly", "--period", "2025-03", "--by", "district"]
    once = CliRunner().invoke(cli, said)
    assert "已计算 computed" in once.output, once.output
    assert "未变 unchanged" in CliRunner().invoke(cli, said).output
