"""The audit of the first plan: every contradiction found by reading is found from the package."""

from __future__ import annotations

import pytest

from liantu.plan.audit import audit
from liantu.plan.compiler import compile_text
from liantu.plan.finding import Finding
from liantu.plan.package import PlanPackage
from liantu.records.figures.indicators import load_indicators


@pytest.fixture(scope="module")
def package(plan_text: str) -> PlanPackage:
    return compile_text(plan_text)


@pytest.fixture(scope="module")
def findings(package: PlanPackage) -> list[Finding]:
    return audit(package, known_indicators=load_indicators().knows)


def _one(findings: list[Finding], rule: str) -> Finding:
    [found] = [item for item in findings if item.rule == rule]
    return found


def _lines(found: Finding) -> list[tuple[str, str]]:
    return [(line.expression, line.result) for line in found.arithmetic]


def test_1_technical_centres_three_figures(findings):
    found = _one(findings, "joint_count")
    assert found.severity == "high"
    for figure in (
        "合计写为70户",
        "国家级企业技术中心70户（专栏1）",
        "力争80家（专栏12）",
        "80+2=82户",
    ):
        assert figure in found.message
    assert ("80 − 70", "10户") in _lines(found)
    assert len(found.items) == 4


def test_2_gross_entries_against_net_stock(findings):
    found = _one(findings, "gross_against_net")
    assert _lines(found) == [("4500 − 3576", "924个"), ("1000 − 924", "76个")]
    assert "第八部分、专栏13提出新增1000家" in found.message


def test_3_five_floors_do_not_make_the_whole(findings):
    found = _one(findings, "parts_fall_short")
    assert _lines(found) == [
        ("1.5 + 1 + 0.8 + 0.25 + 0.4", "3.95万亿"),
        ("4 − 3.95", "0.05万亿"),
    ]
    assert len(found.items) == 6


def test_4_growth_in_two_forms(findings):
    found = _one(findings, "form_relative")
    assert ("7 – 9 − 1", "6–8%") in _lines(found)
    assert found.assumptions == {"gdp_growth": 0.06}


def test_4_growth_does_not_carry_the_share(package, findings):
    found = _one(findings, "share_not_reached")
    assert found.severity == "high"
    for figure in ("23.8%", "26%", "1个百分点", "24.94%", "7.89%", "1.89个百分点", "7–9%"):
        assert figure in found.message
    assert ("23.8% × 1.009434^5", "24.94%") in _lines(found)
    [lower] = [
        item for item in audit(package, {"gdp_growth": 0.055}) if item.rule == "share_not_reached"
    ]
    assert lower.assumptions["gdp_growth"] == 0.055
    assert "GDP年均增长5.5%" in lower.message


def test_5_one_figure_two_comparators(findings):
    strict, soft = (_one(findings, f"comparator_{kind}") for kind in ("strict", "soft"))
    assert "专栏1为60%" in strict.message
    assert "超过60%" in strict.message
    assert "专栏1为26%" in soft.message
    assert "26%以上" in soft.message


def test_6_baseline_at_the_target(findings):
    found = _one(findings, "baseline_at_target")
    assert "2020年已达1000万平方米" in found.message
    assert "超过1000万平方米" in found.message
    assert _lines(found) == [("1000 ÷ 1000", "100%")]


def test_7_binding_targets_set_elsewhere(findings):
    found = _one(findings, "set_elsewhere")
    assert len(found.items) == 3
    assert "3项约束性目标" in found.message
    assert "没有基期数" in found.message


def test_8_rows_without_baseline_growth_of_one_year_shared_number(findings):
    missing = _one(findings, "no_baseline_table")
    assert len(missing.items) == 2
    assert "6 工业全员劳动生产率增长" in missing.message
    unlike = _one(findings, "baseline_not_comparable")
    assert "2 工业投资增速（2020年2.9%，目标年均7%）" in unlike.message
    shared = _one(findings, "shared_number")
    assert "19个编号实有20个序列" in shared.message


def test_9_size_classes_nested_or_not(findings):
    found = [item for item in findings if item.rule == "nesting_unsaid"]
    firms = next(item for item in found if "企业" in item.message)
    assert _lines(firms) == [("20", "20户"), ("5 + 5 + 20", "30户")]
    assert "专栏1另称“营业收入超百亿的企业数量”20户" in firms.message
    parks = next(item for item in found if "产业园区" in item.message)
    assert _lines(parks) == [("6", "6个"), ("4 + 6", "10个")]


def test_completions_above_starts(findings):
    found = _one(findings, "completions_above_starts")
    assert ("772 − 740", "32个") in _lines(found)


def test_the_research_share_is_consistent_and_raises_nothing_but_scope(package, findings):
    """1.2 → 1.5 is exactly the 25% of the prose: only its wording of scope is remarked."""
    ours = {item.id for item in package.targets if "R&D" in item.indicator}
    assert len(ours) == 2
    rules = {item.rule for item in findings if ours & set(item.items)}
    assert rules <= {"scope_restated", "no_owner", "no_data_source"}


@pytest.mark.parametrize(
    ("written", "instead", "rule"),
    [
        ("突破 4万亿", "突破 3.9万亿", "parts_fall_short"),
        ("建成面积超过 1000万", "建成面积超过 1500万", "baseline_at_target"),
        ("开工 740个", "开工 780个", "completions_above_starts"),
        ("占比超过 60%", "占比达到 60%", "comparator_strict"),
    ],
)
def test_a_contradiction_mended_in_the_text_is_found_no_more(
    plan_text, findings, written, instead, rule
):
    """The audit reads the figures: nothing about this plan is known beforehand."""
    assert plan_text.count(written) == 1
    mended = audit(compile_text(plan_text.replace(written, instead)))
    assert rule not in {item.rule for item in mended}
    others = {item.rule for item in findings} - {rule, "no_data_source"}
    assert others <= {item.rule for item in mended}


@pytest.mark.parametrize(
    ("written", "instead", "figures"),
    [
        ("总量占比达到85%", "总量占比达到80%", ("80%", "85%", "5个百分点")),
        ("比重达到42%", "比重达到45%", ("42%", "45%", "3个百分点")),
        ("提升 25%", "提升 40%", ("提升40%", "1.2%", "1.68%", "1.5%")),
    ],
)
def test_one_figure_made_to_differ_is_found(plan_text, findings, written, instead, figures):
    assert plan_text.count(written) == 1
    spoilt = audit(compile_text(plan_text.replace(written, instead)))
    before = {(item.rule, item.items) for item in findings}
    new = [
        item for item in spoilt if (item.rule, item.items) not in before and item.severity != "low"
    ]
    [found] = new
    assert found.kind in ("different_values", "increase_against_level")
    for figure in figures:
        assert figure in found.message or figure in found.arithmetic[0].result


def test_no_more_than_the_reader_can_take_and_gravest_first(findings):
    assert 20 <= len(findings) <= 40
    weights = [["high", "medium", "low"].index(item.severity) for item in findings]
    assert weights == sorted(weights)
    assert weights.count(0) == 2
    assert weights.count(1) == 6


def test_every_contradiction_shows_its_arithmetic(findings):
    silent = {
        "comparator_mismatch", "no_baseline", "no_unit", "no_owner", "no_data_source",
        "set_elsewhere", "scope_unsaid", "baseline_not_comparable", "shared_number",
    }  # fmt: skip
    for item in findings:
        assert item.arithmetic or item.kind in silent, item.kind
        assert item.message_en
        assert "{" not in item.message + item.message_en


def test_items_are_ids_of_the_package(package, findings):
    known = {item.id for item in (*package.targets, *package.facts)}
    for item in findings:
        assert item.items
        assert known.issuperset(item.items)
