"""Boards with states written by hand: every kind of verdict, on an invented city's plan.

States are given, not computed, so that a test of a paper says what it must print without
repeating the evaluation. Places, titles and addresses are invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from liantu.plan.finding import Finding, Step
from liantu.plan.package import Clause, Measured, Meta, PlanPackage, Target
from liantu.quantity.bound import Bound
from liantu.quantity.period import parse_period
from liantu.records.figures.observation import Observation, SourceRef
from liantu.systems.dispatch.compose import compose
from liantu.systems.dispatch.edition import Edition, Kind
from liantu.systems.dispatch.paper import Letterhead
from liantu.systems.dispatch.reporting_period import reporting_period
from liantu.systems.targets.board import Board
from liantu.systems.targets.state import Input, SeriesPoint, TargetState
from liantu.systems.targets.state import Step as StateStep

AREA = "临江市"
TITLE = "临江市“十四五”制造业高质量发展规划"
MADE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def target(id: str, indicator: str, **fields: Any) -> Target:
    """A target of 2025; one of the indicator table where it has a ``number``."""
    given: dict[str, Any] = {
        "id": id,
        "clause": "专栏1" if fields.get("number") else "四（一）",
        "start": 0,
        "end": 1,
        "subject": "全市",
        "indicator": indicator,
        "form": "level",
        "comparator": "=",
        "unit": "户",
        "year": 2025,
        "measured": Measured(unit="ones", low=None, high=None),
    }
    return Target(**{**given, **fields})


def clauses() -> tuple[Clause, ...]:
    """A chapter with a section, so that targets of the text have a chapter."""
    chapter = Clause(
        id="c4",
        clause="四",
        start=0,
        end=10,
        kind="chapter",
        title="培育企业",
        parent=None,
        heading_end=1,
    )
    section = chapter.model_copy(
        update={"id": "c4.1", "clause": "四（一）", "kind": "section", "parent": "c4"}
    )
    return chapter, section


def package(targets: Sequence[Target]) -> PlanPackage:
    """A plan 2021–2025 of an invented city."""
    meta = Meta(
        title=TITLE,
        area=AREA,
        start_year=2021,
        end_year=2025,
        horizon_year=None,
        source_sha256="ab" * 32,
        source_chars=1,
        compiler="test",
    )
    return PlanPackage(meta=meta, clauses=clauses(), targets=tuple(targets))


def observation(name: str, period: str, value: float, unit: str, **fields: Any) -> Observation:
    """A figure from an invented source."""
    title = fields.pop("title", f"{AREA}统计公报")
    url = fields.pop("url", "https://example.org/bulletin")
    given: dict[str, Any] = {
        "id": f"o-{name}-{period}-{value}-{title}",
        "indicator": "indicator",
        "name": name,
        "scope": (),
        "area": AREA,
        "period": parse_period(period),
        "value": value,
        "unit": unit,
        "measured": Bound.exact(value),
        "qualifier": "exact",
        "status": "final",
        "source": SourceRef(title, url, fields.pop("trust", "press"), ""),
        "note": "",
        "row": 2,
    }
    return Observation(**{**given, **fields})


def state(target_id: str, **fields: Any) -> TargetState:
    """A state that cannot tell, for want of data, where nothing else is said."""
    given: dict[str, Any] = {
        "target_id": target_id,
        "as_of": "2025-12-31",
        "light": "unknown",
        "verdict": "cannot_tell",
        "final": False,
        "reason": "没有同口径数字，无法判断。",
        "reason_en": "No figure of the same scope.",
        "freshness": "never",
        "freshness_reason": "从未公布。",
        "absence": "not_reported",
        "attained": None,
        "required": None,
        "progress": None,
        "run_rate": "",
        "missing": ("该指标2025年数值，向市统计局取。",),
    }
    return TargetState(**{**given, **fields})


def used(one: Observation) -> Input:
    """The observation as an input of a computation."""
    return Input(one.name, one.measured, one.unit, one.period.label, one)


def point(one: Observation, why_not: str = "") -> SeriesPoint:
    """The observation on a target's series; set aside where it says why."""
    year = float(one.period.year)
    return SeriesPoint(one.period.label, year, one.measured, one, not why_not, why_not)


FIRMS = observation("规上工业企业数量", "2025年末", 4712, "户")
PROFIT = observation("利润率", "2025年", 6.1, "%", title="临江日报")
FIRMS_OTHER = observation("规上工业企业数量", "2025年末", 4690, "户", title="临江晚报")
EXPORTS = observation("外贸进出口总额", "2025年", 8500, "亿元", trust="repost", url="")


def sample_targets() -> tuple[Target, ...]:
    """Met, not met, cannot tell (no data, other scope, assigned), in table and text."""
    return (
        target("b1.1", "规上工业企业数量", number="1", category="规模效益", nature="预期性",
               low=4500, high=4500, baseline=3576, baseline_year=2020),
        target("b1.2", "利润率", number="2", category="规模效益", nature="预期性", unit="%",
               low=6.8, high=6.8, baseline=6.3, baseline_year=2020),
        target("b1.3", "单位工业增加值能耗下降", number="3", category="绿色发展",
               nature="约束性", form="assigned", unit="%", reference="省政府"),
        target("c4.1-1", "制造业产品出口", unit="亿元", low=6000, high=6000),
        target("c4.1-2", "智能工厂", subject="智能装备产业", comparator=">=", low=50),
    )  # fmt: skip


def sample_states() -> tuple[TargetState, ...]:
    """One state for each of :func:`sample_targets`."""
    met = state(
        "b1.1",
        light="done",
        verdict="meets",
        final=True,
        reason="2025年末规上工业企业数量4712户，达到目标（4500户）。",
        freshness="fresh",
        absence="",
        attained=FIRMS.measured,
        required=Bound.exact(4500),
        progress=Bound.exact(1136 / 924),
        inputs=(used(FIRMS),),
        steps=(StateStep("完成程度", "(4712 − 3576) ÷ (4500 − 3576)", "122.9%"),),
        series=(point(FIRMS), point(FIRMS_OTHER)),
        conflicts=("2025年末规上工业企业数量：采用4712户，与4690户不一致。",),
        missing=(),
    )
    failed = state(
        "b1.2",
        light="behind",
        verdict="fails",
        final=True,
        reason="2025年利润率6.1%，低于目标（6.8%）。",
        freshness="fresh",
        absence="",
        attained=PROFIT.measured,
        required=Bound.exact(6.8),
        progress=Bound.exact(-0.4),
        run_rate="每年须提高0.7个百分点",
        inputs=(used(PROFIT),),
        series=(point(PROFIT),),
        missing=(),
    )
    other_scope = state(
        "c4.1-1", reason="只有进出口总额。", series=(point(EXPORTS, "含进口，口径不同"),)
    )
    return met, failed, state("b1.3", absence="not_applicable"), other_scope, state("c4.1-2")


def finding(**fields: Any) -> Finding:
    """A grave contradiction with its arithmetic."""
    given: dict[str, Any] = {
        "kind": "different_values",
        "severity": "high",
        "items": ("b1.1", "c4.1-1"),
        "message": "专栏1为4500户，第四部分为4600户，两处不一致。",
        "message_en": "4500 here, 4600 there.",
        "arithmetic": (
            Step(label="相差", label_en="gap", expression="4600 − 4500", result="100户"),
        ),
    }
    return Finding(**{**given, **fields})


def board(**fields: Any) -> Board:
    """The sample board; fields replace its own."""
    given: dict[str, Any] = {
        "package": package(sample_targets()),
        "states": sample_states(),
        "findings": (finding(), finding(kind="no_owner", severity="low", items=("b1.1",),
                                        message="1项没有责任单位。", arithmetic=())),
        "as_of": date(2025, 12, 31),
        "vintage": "3",
        "observations": (FIRMS, FIRMS_OTHER, PROFIT, EXPORTS),
    }  # fmt: skip
    return Board(**{**given, **fields})


def edition(
    kind: Kind = "final",
    made_from: Board | None = None,
    previous: Edition | None = None,
    *,
    period: str | None = None,
    letterhead: Letterhead | None = None,
    made: datetime = MADE,
) -> Edition:
    """The sample board as an edition, numbered as if it were frozen."""
    when = reporting_period(kind, period, start_year=2021, end_year=2025, today=date(2026, 1, 15))
    composed = compose(
        kind, made_from or board(), when, previous, created_at=made, letterhead=letterhead
    )
    return composed.model_copy(update={"number": 1 + (previous.number or 0) if previous else 1})


def many(count: int) -> Board:
    """A plan of ``count`` targets, every fourth met, with long names and reasons."""
    targets = [
        target(f"c4.1-{n}", f"第{n}类重点领域产业链供应链协同创新平台数量", low=10.0 * n, unit="个")
        for n in range(1, count + 1)
    ]
    figures = [
        observation(one.indicator, "2025年末", 10.0 * n + 1, "个", title=f"第{n}号公报")
        for n, one in enumerate(targets, start=1)
    ]
    states = [
        state(
            one.id,
            light="done",
            verdict="meets",
            final=True,
            reason="数字高于目标，达到目标。" * (1 + n % 5),
            attained=figure.measured,
            inputs=(used(figure),),
            series=(point(figure),),
            missing=(),
        )
        if n % 4 == 0
        else state(one.id)
        for n, (one, figure) in enumerate(zip(targets, figures, strict=True))
    ]
    return board(
        package=package(targets),
        states=tuple(states),
        findings=(),
        observations=tuple(figures),
    )


HOSTILE = (
    "=cmd|' /c calc'!A1",
    '#eval("1")',
    "<w:p/>",
    "*粗*",
    "{{7*7}}",
    "\x0b控制\x00符",
    "$x$",
    "a\nb",
)
"""Text that would be markup, a formula or a broken file if it were not kept as text."""


def hostile(kind: Kind = "final") -> Edition:
    """An edition whose names, reasons and requests try to become markup."""
    targets = tuple(
        one.model_copy(update={"indicator": f"{one.indicator}{HOSTILE[n % len(HOSTILE)]}"})
        for n, one in enumerate(sample_targets())
    )
    states = tuple(
        state(one.target_id, reason="；".join(HOSTILE), missing=HOSTILE) for one in board().states
    )
    return edition(kind, board(package=package(targets), states=states))
