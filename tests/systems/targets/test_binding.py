"""Which indicator measures a target: by name, by declaration, by none, each with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from sample_targets import figure, package, target

from liantu.errors import InvalidDeclaration
from liantu.plan.store import read_package
from liantu.records.figures.indicators import load_indicators
from liantu.systems.targets.binding import PLANS, bind, bindings_for, read_bindings
from liantu.systems.targets.evaluate import evaluate
from liantu.systems.targets.rules import progress_rules

SHIPPED = sorted(PLANS.glob("*/bindings.yaml"))


def declare(tmp_path: Path, *entries: dict[str, Any]) -> Path:
    path = tmp_path / "bindings.yaml"
    content = {
        "plan": {"title": "临江市“十四五”制造业发展规划", "area": "临江市"},
        "source": {"title": "测试", "trust": "editorial"},
        "bindings": list(entries),
    }
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


WHY = {"zh": "测试", "en": "a test"}


def test_a_name_with_its_scope_binds() -> None:
    bound = bind(package(target()), load_indicators(), None)["b1.3"]
    assert bound.indicator is not None
    assert bound.indicator.id == "above_scale_firms"
    assert bound.unbound is None


def test_a_name_that_leaves_its_level_open_is_not_guessed() -> None:
    aim = target("c8-4", "专精特新“小巨人”企业", form="additions", figure=1000, unit="家")
    bound = bind(package(aim), load_indicators(), None)["c8-4"]
    assert bound.indicator is None
    assert bound.unbound is not None
    state = evaluate(package(aim), [figure("national_little_giants", "2025", 5000)], _end())[0]
    assert state.verdict == "cannot_tell"
    assert bound.unbound.zh in state.reason


def test_readings_that_agree_decide_and_readings_that_differ_do_not(tmp_path: Path) -> None:
    aim = target("c8-4", "专精特新“小巨人”企业", figure=1000, unit="家")
    path = declare(
        tmp_path,
        {
            "target": "c8-4",
            "why": WHY,
            "readings": [
                {"id": "a", "zh": "国家级", "en": "national",
                 "indicator": "national_little_giants"},
                {"id": "b", "zh": "省级", "en": "provincial",
                 "indicator": "provincial_specialised_firms"},
            ],
        },
    )  # fmt: skip
    given = read_bindings(path)
    few, many = figure("national_little_giants", "2025", 410), 1647
    seen = [few, figure("provincial_specialised_firms", "2025", many)]
    apart = evaluate(package(aim), seen, _end(), bindings=given)[0]
    assert (apart.verdict, apart.final, apart.light) == ("cannot_tell", False, "unknown")
    assert "国家级" in apart.reason
    assert "省级" in apart.reason
    agreed = [figure("national_little_giants", "2025", 1200), seen[1]]
    assert evaluate(package(aim), agreed, _end(), bindings=given)[0].verdict == "meets"


def test_figures_declared_unusable_are_set_aside_with_the_reason(tmp_path: Path) -> None:
    why = {"indicator": "above_scale_firms", "period": "2025", "zh": "含服务业", "en": "services"}
    given = read_bindings(declare(tmp_path, {"target": "b1.3", "unusable": [why]}))
    aim = target(figure=4500, baseline=3576)
    seen = [figure("above_scale_firms", "2025", 9000), figure("above_scale_firms", "2023", 4000)]
    state = evaluate(package(aim), seen, _end(), bindings=given)[0]
    assert state.verdict == "cannot_tell"
    assert [point.why_not for point in state.series if not point.comparable] == ["含服务业"]


def test_an_external_value_once_bound_is_judged(tmp_path: Path) -> None:
    assigned = {"low": 14, "unit": "%", "source": {"title": "某文件", "trust": "official"}}
    given = read_bindings(
        declare(
            tmp_path,
            {"target": "b14", "assigned": assigned, "indicator": "energy_intensity_reduction",
             "why": WHY},
        )
    )  # fmt: skip
    aim = target("b14", "单位工业增加值能耗下降", form="assigned", unit="%", reference="省政府")
    seen = [figure("energy_intensity_reduction", "2025", 15)]
    assert evaluate(package(aim), seen, _end(), bindings=given)[0].verdict == "meets"


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"target": "b9"}, "b9"),
        ({"target": "b1.3", "indicator": "nothing", "why": WHY}, "nothing"),
        ({"target": "b1.3", "unusable": [{"indicator": "nil", "zh": "x", "en": "x"}]}, "nil"),
    ],
)
def test_declarations_that_lead_nowhere_are_refused(
    tmp_path: Path, entry: dict[str, Any], named: str
) -> None:
    given = read_bindings(declare(tmp_path, entry))
    with pytest.raises(InvalidDeclaration, match=named):
        bind(package(target(figure=1)), load_indicators(), given)


@pytest.mark.parametrize(
    "entries",
    [
        [{"target": "b1.3", "indicator": "above_scale_firms"}],
        [{"target": "b1.3", "monotone": True}],
        [{"target": "b1.3"}, {"target": "b1.3"}],
        [{"target": "b1.3", "colour": "red"}],
        [{"target": "b1.3", "unusable": [{"zh": "x", "en": "x"}]}],
    ],
    ids=["overrules-silently", "monotone-silently", "twice", "unknown-key", "names-nothing"],
)
def test_declarations_without_reason_or_sense_are_refused(
    tmp_path: Path, entries: list[dict[str, Any]]
) -> None:
    with pytest.raises(InvalidDeclaration):
        read_bindings(declare(tmp_path, *entries))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_shipped_bindings_fit_their_package(path: Path) -> None:
    package_of = read_package(path.parent / "package")
    given = bindings_for(package_of)
    assert given is not None
    assert given == read_bindings(path)
    bound = bind(package_of, load_indicators(), given)
    for one in bound.values():
        assert one.indicator or one.readings or one.unbound or one.target.form == "assigned", (
            one.target.id
        )
    for custodian in given.custodians:
        assert all(indicator in load_indicators() for indicator in custodian.indicators)


def test_rules_name_indicators_that_exist() -> None:
    known = load_indicators()
    for rule in progress_rules().part_year:
        assert all(indicator in known for indicator in rule.indicators), rule.id


def _end() -> Any:
    from datetime import date

    return date(2025, 12, 31)


def test_a_plan_may_say_that_no_indicator_measures_a_target(tmp_path: Path) -> None:
    given = read_bindings(declare(tmp_path, {"target": "b1.3", "indicator": "", "why": WHY}))
    seen = [figure("above_scale_firms", "2025", 9000)]
    state = evaluate(package(target(figure=4500)), seen, _end(), bindings=given)[0]
    assert state.verdict == "cannot_tell"
    assert WHY["zh"] in state.reason
