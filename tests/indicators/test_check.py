"""Every fault of every file, each with its place, what was found and what was expected."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from liantu.cli.main import cli
from liantu.indicators.faults import Fault
from liantu.indicators.loading import FOLDER, check, load

HEAD = """\
sources:
  mine: {title: 试, trust: editorial}
measures:
"""


def measure(name: str = "probe", **said: str) -> str:
    given = {
        "zh": "试", "en": "Probe", "unit": "亿元", "kind": "flow", "of": "firm_month",
        "formula": "sum(revenue_cny)", "definition": "试", "definition_en": "probe",
        "source": "mine", **said,
    }  # fmt: skip
    lines = [f"    {key}: {value}" for key, value in given.items() if value]
    return "\n".join([f"  - id: {name}", *lines]) + "\n"


def faults(tmp_path: Path, *measures: str) -> list[Fault]:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "".join(measures), encoding="utf-8")
    _, found = check([path])
    return [fault for fault in found if fault.file == str(path)]


def only(tmp_path: Path, *measures: str) -> Fault:
    found = faults(tmp_path, *measures)
    assert len(found) == 1, [fault.message.en for fault in found]
    return found[0]


def test_packaged_measures_are_sound() -> None:
    catalogue = load((FOLDER,))
    revenue = catalogue.compiled["revenue_monthly"]
    assert revenue.factor == Fraction(1, 10**8)
    assert set(revenue.by) >= {"district", "park", "chain", "industry"}


def test_a_sound_file_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, measure()) == []


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        (
            {"formula": "sum(revenue)"},
            "没有列 revenue。是否应为 revenue_cny",
            "no column revenue. Was",
        ),
        (
            {"formula": "sum(firm.capital_cny)"},
            "没有通向 firm 的引用列。是否应为 firms",
            "leads to firm.",
        ),
        (
            {"formula": "smu(revenue_cny)"},
            "没有名为 smu 的函数。是否应为 sum",
            "no function smu. Was sum",
        ),
        (
            {"formula": "sum(avg(revenue_cny))"},
            "sum(…) 里不能再有汇总函数 avg",
            "avg stands inside sum",
        ),
        (
            {"formula": "sum(revenue_cny) / employees"},
            "列 employees 在汇总函数之外",
            "outside an aggregate",
        ),
        ({"formula": "revenue_cny"}, "公式没有汇总", "reduces nothing"),
        ({"formula": "sum(revenue_cny + employees)"}, "单位不同类", "Units clash"),
        ({"formula": "count_if(revenue_cny > 2000)"}, "qty(2000, '万元')", "qty(2000, '万元')"),
        (
            {"formula": "sum(revenue_cny) / sum(energy_tce)", "unit": '"%"'},
            "不同类：公式得到的是 money/coal",
            "is not what the formula comes to",
        ),
        ({"unit": "亿园"}, "计量单位“亿园”不在目录中", "Unit “亿园” is not in the catalogue"),
        (
            {"of": "firm_moth"},
            "没有名为 firm_moth 的数据表。是否应为 firm_month",
            "Was firm_month meant",
        ),
        (
            {"where": "firms.state = 'opne'"},
            "没有代码“opne”。是否应为 open",
            "no code 'opne'. Was open",
        ),
        ({"where": "firms.state = '在营'"}, "是否应为 open", "Was open meant"),
        ({"where": "sum(revenue_cny) > 0"}, "不能含 sum 等汇总函数", "about single rows"),
        ({"where": "revenue_cny"}, "条件应为是非判断", "comes to yes or no"),
        (
            {"by": "[distrct]"},
            "没有名为 distrct 的分组维度。是否应为 district",
            "Was district meant",
        ),
        ({"periods": "[week]"}, "periods.0 的值“week”不合要求", "The value 'week' of periods.0"),
        (
            {"missing": "reportet"},
            "没有名为 reportet 的缺报政策。是否应为 reported",
            "Was reported meant",
        ),
        ({"topic": "scales"}, "没有名为 scales 的主题。是否应为 scale", "Was scale meant"),
        (
            {"indicator": "industrial_revenu"},
            "没有名为 industrial_revenu 的已公布指标",
            "published",
        ),
        ({"source": "mien"}, "sources 没有 mien。是否应为 mine", "no mien. Was mine meant"),
        (
            {"formulae": "1"},
            "没有名为 formulae 的键。是否应为 formula",
            "no key formulae. Was formula",
        ),
        (
            {
                "formula": "sum(revenue_cny",
            },
            "公式在",
            "cannot be read at",
        ),
        (
            {"formula": "growth(above_scale_revenue)"},
            "只能写在不含 of 的派生公式中",
            "formulas without of",
        ),
        (
            {"formula": "growth(above_scale_revenu)", "of": "", "unit": '"%"'},
            "是否应为 above_scale_revenue",
            "Was above_scale_revenue meant",
        ),
        ({"formula": "sum(revenue_cny) / 0"}, "除数是 0", "divides by 0"),
        ({"formula": "ln(sum(revenue_cny))", "unit": ""}, "ln 只用于无量纲的数", "ln is of plain"),
        ({"formula": "quantile(revenue_cny, 90)"}, "0 与 1 之间", "between 0 and 1"),
        ({"where": "firms.established_on > '2024-13-01'"}, "不是日期", "is no day"),
    ],
)
def test_a_fault_says_what_was_found_and_what_was_meant(
    tmp_path: Path, said: dict[str, str], zh: str, en: str
) -> None:
    fault = only(tmp_path, measure(**said))
    assert zh in fault.zh
    assert en in fault.en
    assert fault.measure in ("probe", "")


def test_a_fault_points_at_the_word(tmp_path: Path) -> None:
    fault = only(tmp_path, measure(formula="sum(revenue_cny) / sum(employes)"))
    line = (tmp_path / "mine.yaml").read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert line[fault.column - 1 :].startswith("employes")
    quoted = only(tmp_path, measure(formula='"sum(revenu_cny)"'))
    line = (tmp_path / "mine.yaml").read_text(encoding="utf-8").splitlines()[quoted.line - 1]
    assert line[quoted.column - 1 :].startswith("revenu_cny")


def test_a_circle_is_printed(tmp_path: Path) -> None:
    said = {"of": "", "unit": "亿元"}
    found = only(
        tmp_path,
        measure("one", formula="two + above_scale_revenue", **said),
        measure("two", formula="three", **said),
        measure("three", formula="annual_average(one, 3)", **said),
    )
    assert "one → two → three → one" in found.zh
    itself = only(tmp_path, measure("one", formula="one", **said))
    assert "one → one" in itself.en


def test_an_id_declared_twice_names_both_places(tmp_path: Path) -> None:
    again = only(tmp_path, measure("above_scale_revenue"))
    assert "scale.yaml:" in again.en
    assert again.line == 4


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        measure("one", unit="亩", topic="nowhere"),
        measure("two", formula="sum(x) + avg(y)"),
    )
    assert [fault.measure for fault in found] == ["one", "one", "two", "two"]


@pytest.mark.parametrize(
    "text",
    ["", "measures: 1", "- 1", "measures:\n  - 1", "measures: [", "a: &a [*a]", "\x00",
     "sources: 1\nmeasures: []", "measures:\n  - " + "[" * 200 + "]" * 200,
     "measures:\n- {id: a, id: b}"],
)  # fmt: skip
def test_a_file_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    _, found = check([path])
    assert [fault for fault in found if fault.file == str(path)] or text == ""


def test_ten_thousand_measures_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    many = [
        measure(f"m{number}", formula=f"sum_if(revenue_cny, employees > {number % 50})")
        for number in range(10_000)
    ]
    path.write_text(HEAD + "".join(many), encoding="utf-8")
    begun = time.monotonic()
    catalogue, found = check([path])
    print(f"10,000 measures checked in {time.monotonic() - begun:.1f} s")
    assert not found
    assert len(catalogue.compiled) >= 10_000


def test_the_command_lists_the_faults_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + measure(formula="sum(revenue)"), encoding="utf-8")
    done = CliRunner().invoke(cli, ["indicators", "check", str(path)])
    assert done.exit_code != 0
    assert f"{path}:10:" in done.output
    assert "revenue_cny" in done.output
    sound = CliRunner().invoke(cli, ["indicators", "check"])
    assert sound.exit_code == 0, sound.output
