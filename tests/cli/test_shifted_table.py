"""A plan whose table has shifted cells: what can be read is written, the rest is named."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from liantu.cli.main import main

PLAN = """临川市“十四五”先进制造业发展规划

一、总体要求

规划期限为2021至2025年。到2025年，全市规上工业总产值达到900亿元。

专栏1  “十四五”时期主要指标

序号 指标 2020年 2025年 属性
1 规上工业企业数量（个） 310 450 预期性
2 高新技术企业数量（家） 260 预期性
"""


def _compile(text: str, folder: Path) -> int:
    source = folder / "plan.txt"
    source.write_text(text, encoding="utf-8")
    try:
        main(["plan", "compile", str(source), "--out", str(folder / "out")])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_the_row_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _compile(PLAN, tmp_path) == 0
    said = capsys.readouterr().err
    assert "第 11 行" in said
    assert "编号 2" in said
    assert "260" in said
    assert "2020年、2025年" in said
    assert "line 11" in said
    with (tmp_path / "out" / "targets.csv").open(encoding="utf-8") as file:
        assert [row["indicator"] for row in csv.DictReader(file)] == [
            "规上工业总产值",
            "规上工业企业数量",
        ]
    package = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert len(package["doubts"]) == 1


def test_a_plan_of_nothing_else_is_refused_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PLAN.replace("到2025年，全市规上工业总产值达到900亿元。", "").replace("310 450", "310")
    assert _compile(text, tmp_path) == 7
    assert "编号 1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
