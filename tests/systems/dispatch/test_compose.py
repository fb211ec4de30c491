"""What the papers say, as data: counts, origins of figures, empty boards, wrong periods."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from sample_boards import FIRMS, board, edition, many, package, sample_targets, state

from liantu.declarations import CATALOG
from liantu.errors import NothingToCompute, UsageError
from liantu.plan.finding import FindingKind
from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.paper import Table, text
from liantu.systems.dispatch.reporting_period import kind_of, reporting_period
from liantu.systems.dispatch.wording import Wording, sentences

KINDS = ("quarterly", "final")


def body(made: Edition) -> str:
    """Headings and paragraphs of the text, tables left out."""
    return "\n".join(
        text(block.runs) for block in made.paper.blocks if block.block in ("heading", "paragraph")
    )


def test_final_counts_verdicts() -> None:
    made = edition("final")
    assert "已达到1项，未达到1项，无法判断3项" in body(made)
    assert made.summary == "截至2025年12月31日，5项目标中1项已达到、1项未达到、3项无法判断。"
    assert made.summary_en == "As of 2025-12-31, of 5 targets: 1 meets, 1 fails, 3 cannot tell."


def test_quarterly_counts_lights() -> None:
    made = edition("quarterly")
    assert "已完成1项，进度正常0项，需要关注0项，滞后1项，无法判断3项" in body(made)
    assert made.summary_en == (
        "As of 2025-12-31, of 5 targets: 1 done, 0 normal, 0 watch, 1 behind, 3 cannot tell."
    )


def test_reasons_for_not_telling_are_told_apart() -> None:
    said = body(edition("final"))
    assert "1项的目标值由上级文件下达" in said
    assert "1项没有可用的公开数据" in said
    assert "1项虽有数据，但口径、期间与规划指标不一致" in said


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_on_paper_has_an_origin_in_the_edition(kind: str) -> None:
    made = edition(kind)
    known = {figure.id: figure for figure in made.figures}
    runs = list(made.paper.walk())
    assert len(runs) > 100
    for run in runs:
        if run.origin:
            assert run.text == known[run.origin].text
        else:
            assert not re.search(r"\d", run.text), f"{run.text!r} holds a figure of no origin"


@pytest.mark.parametrize("name", ["common", "final", "quarterly"])
def test_sentences_of_the_catalogue_hold_no_figure(name: str) -> None:
    for key, sentence in sentences(name).words.items():
        assert not re.search(r"\d", re.sub(r"\{\w+\}", "", sentence)), f"{name}: {key}"


@pytest.mark.parametrize("kind", KINDS)
def test_refs_of_figures_lead_to_records(kind: str) -> None:
    made = edition(kind)
    records = {line.id for line in made.targets} | {one.id for one in made.observations}
    for figure in made.figures:
        if figure.basis == "target":
            assert figure.refs
            assert set(figure.refs) <= records
        elif figure.basis == "count" and figure.id.endswith((".meets", ".fails", ".cannot_tell")):
            assert figure.text == str(len(figure.refs))


def test_counts_of_a_table_agree_with_the_states() -> None:
    made = edition("final")
    table = next(b for b in made.paper.blocks if isinstance(b, Table) and "分类判定" in b.caption)
    total = [text(cell) for cell in table.rows[-1].cells]
    assert total == ["合计", "5", "1", "1", "3"]


def test_sources_are_numbered_in_order_of_use_and_cited() -> None:
    made = edition("final")
    titles = [(one.number, one.title) for one in made.sources]
    assert titles[0][0] == 1
    assert "规划" in titles[0][1]
    assert [number for number, _ in titles] == list(range(1, len(titles) + 1))
    cited = {number for run in made.paper.walk() for number in run.cites}
    numbered = {number for number, _ in titles}
    assert cited <= numbered
    met = next(line for line in made.targets if line.id == "b1.1")
    assert [titles[number - 1][1] for number in met.cites] == [FIRMS.source.title]


def test_contradictions_show_the_verdicts_they_bear_on() -> None:
    said = body(edition("final"))
    assert "专栏1为4500户，第四部分为4600户，两处不一致。" in said
    assert "规上工业企业数量（专栏1，4,500户）已达到" in said
    assert "另有轻微事项1处" in said


def test_a_verdict_on_early_figures_says_so() -> None:
    met, *rest = board().states
    made = edition("final", board(states=(replace(met, final=False), *rest)))
    assert "1项依据期末前数据判定，待期末数据公布后确认，分别是：规上工业企业数量" in body(made)


def test_side_evidence_is_never_counted_as_a_verdict() -> None:
    *others, last = board().states
    made = edition("final", board(states=(*others, replace(last, extra={"points_to": "fails"}))))
    assert "旁证指向未达到的1项、指向达到的0项" in body(made)
    assert "未达到1项，无法判断3项" in body(made)


@pytest.mark.parametrize("kind", KINDS)
def test_plan_without_any_figure_still_makes_a_paper(kind: str) -> None:
    bare = board(states=tuple(state(one.id) for one in sample_targets()), findings=())
    made = edition(kind, bare)
    assert "无法判断5项" in body(made)
    assert {one.trust for one in made.sources} == {"plan"}


@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_targets(kind: str) -> None:
    made = edition(kind, many(200))
    assert len(made.targets) == 200
    assert len(made.sources) == 51


def test_same_board_gives_same_edition() -> None:
    assert edition("final").canonical() == edition("final").canonical()


def test_edition_survives_json() -> None:
    made = edition("quarterly")
    again = Edition.model_validate_json(made.canonical())
    assert again == made
    assert again.sha256 == made.sha256


def test_plan_without_targets_is_refused() -> None:
    empty = board(package=package(()), states=())
    with pytest.raises(NothingToCompute, match="没有量化目标"):
        edition("final", empty)


def test_period_later_than_the_data_is_refused() -> None:
    with pytest.raises(NothingToCompute, match="台账中最晚的数据截至"):
        edition("quarterly", board(observations=()))


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        ("quarterly", "2025Q5", "无法识别"),
        ("quarterly", "2025", "无法识别"),
        ("quarterly", "四季度", "无法识别"),
        ("final", "=cmd|' /c calc'!A1", "无法识别"),
        ("quarterly", "2031Q1", "不在规划期2021—2025年"),
        ("final", "2019", "不在规划期"),
        ("quarterly", "2025Q4", "尚未结束"),
    ],
)
def test_periods_that_cannot_be(kind: str, asked: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        reporting_period(
            kind_of(kind), asked, start_year=2021, end_year=2025, today=date(2025, 11, 30)
        )


@pytest.mark.parametrize(
    ("kind", "asked", "code", "end"),
    [
        ("quarterly", "2023Q2", "2023Q2", date(2023, 6, 30)),
        ("quarterly", "2023年第三季度", "2023Q3", date(2023, 9, 30)),
        ("quarterly", " 2024q1 ", "2024Q1", date(2024, 3, 31)),
        ("quarterly", None, "2025Q4", date(2025, 12, 31)),
        ("final", None, "2025", date(2025, 12, 31)),
        ("final", "2025Q4", "2025", date(2025, 12, 31)),
    ],
)
def test_periods_as_people_write_them(kind: str, asked: str | None, code: str, end: date) -> None:
    made = reporting_period(
        kind_of(kind), asked, start_year=2021, end_year=2025, today=date(2026, 3, 1)
    )
    assert (made.code, made.end) == (code, end)


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="weekly"):
        kind_of("weekly")


@pytest.mark.parametrize("kind", get_args(FindingKind))
def test_every_kind_of_finding_has_a_word(kind: str) -> None:
    assert Wording("final").word(f"finding.{kind}")


def test_every_sentence_is_used() -> None:
    rooms = ("systems/dispatch", "documents")
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in rooms
        for path in sorted((CATALOG.parent / room).rglob("*.py"))
    )
    built = ("symbol.", "light.", "verdict.", "finding.", "severity.", "freshness.", "why.")
    built += ("points_to.", "column.", "field.", "sheet.", "about.", "change.", "changes.")
    built += ("quality.", "next.", "quarter.", "group.", "summary.names.", "basis.rules.")
    built += ("conclusions.names.", "table.", "prose.")
    unused = [
        f"{name}: {key}"
        for name in ("common", "final", "quarterly")
        for key in sentences(name).words
        if not re.search(f"[\"']{re.escape(key)}[\"']", code) and not key.startswith(built)
    ]
    assert not unused


def test_title_in_book_marks_is_not_marked_twice() -> None:
    bare = board()
    meta = bare.package.meta.model_copy(update={"title": "《临江市规划》"})
    made = edition("final", replace(bare, package=bare.package.model_copy(update={"meta": meta})))
    assert made.paper.title[0] == "《临江市规划》"
