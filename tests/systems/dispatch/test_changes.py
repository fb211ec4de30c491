"""The second edition shows what changed since the first."""

from __future__ import annotations

from dataclasses import replace

from sample_boards import (
    EXPORTS,
    FIRMS,
    FIRMS_OTHER,
    PROFIT,
    board,
    edition,
    finding,
    observation,
    package,
    point,
    sample_targets,
    target,
    used,
)

from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.paper import Table, text


def kinds(made: Edition) -> dict[str, list[str]]:
    """Names by kind of change."""
    found: dict[str, list[str]] = {}
    for change in made.changes:
        found.setdefault(change.kind, []).append(change.name)
    return found


def said(made: Edition) -> str:
    return "\n".join(text(b.runs) for b in made.paper.blocks if b.block == "paragraph")


def test_first_edition_says_it_is_the_first() -> None:
    made = edition("quarterly")
    assert made.changes == ()
    assert "本期为首期，无上期可比。" in said(made)


def test_nothing_changed() -> None:
    second = edition("quarterly", previous=edition("quarterly", period="2025Q3"))
    assert second.changes == ()
    assert "对照第1期（2025年第三季度，数据版次3），没有变化。" in said(second)
    assert second.previous is not None
    assert second.previous.number == 1


def test_light_verdict_figure_and_conflict_of_a_target() -> None:
    met, failed, *rest = board().states
    raised = observation("利润率", "2025年", 6.9, "%", title="临江日报")
    mended = replace(
        failed,
        light="done",
        verdict="meets",
        attained=raised.measured,
        inputs=(used(raised),),
        series=(point(raised),),
    )
    settled = replace(met, conflicts=(), series=(point(FIRMS),))
    now = board(states=(settled, mended, *rest), observations=(FIRMS, raised, EXPORTS), vintage="4")
    second = edition("quarterly", now, edition("quarterly"))
    found = kinds(second)
    assert found["light"] == ["利润率"]
    assert found["verdict"] == ["利润率"]
    assert found["figure_revised"] == ["利润率（2025年）"]
    assert found["figure_withdrawn"] == ["规上工业企业数量（2025年末）"]
    assert found["conflict_gone"] == ["规上工业企业数量"]
    light = next(change for change in second.changes if change.kind == "light")
    assert (light.before, light.after) == ("滞后", "已完成")
    revised = next(change for change in second.changes if change.kind == "figure_revised")
    assert (revised.before, revised.after) == ("6.1%", "6.9%")
    assert "1项目标进度变化" in said(second)
    assert "修订数据1条；撤回数据1条；来源冲突消除1处。" in said(second)


def test_rows_numbered_anew_are_no_change() -> None:
    moved = {one.id: replace(one, id=f"new-{one.id}", row=99) for one in board().observations}
    first, second_state, third, fourth, fifth = board().states
    states = (
        replace(
            first,
            inputs=(used(moved[FIRMS.id]),),
            series=(point(moved[FIRMS.id]), point(moved[FIRMS_OTHER.id])),
        ),
        replace(second_state, inputs=(used(moved[PROFIT.id]),), series=(point(moved[PROFIT.id]),)),
        third,
        replace(fourth, series=(point(moved[EXPORTS.id], "含进口，口径不同"),)),
        fifth,
    )
    now = board(states=states, observations=tuple(moved.values()))
    assert edition("quarterly", now, edition("quarterly")).changes == ()


def test_new_target_and_new_contradiction() -> None:
    extra = target("c4.1-9", "标准厂房", unit="万平方米", low=100, high=100)
    states = board().states
    now = board(
        package=package((*sample_targets(), extra)),
        states=(*states, replace(states[-1], target_id="c4.1-9")),
        findings=(finding(kind="nesting_unsaid", items=("b1.1",), message="未说明。"),),
    )
    found = kinds(edition("quarterly", now, edition("quarterly")))
    assert found["target_added"] == ["标准厂房"]
    assert found["finding_added"] == ["规上工业企业数量"]
    assert len(found["finding_gone"]) == 2


def test_target_gone_from_the_plan() -> None:
    now = board(package=package(sample_targets()[:-1]), states=board().states[:-1])
    assert kinds(edition("quarterly", now, edition("quarterly")))["target_gone"] == [
        "智能装备产业智能工厂"
    ]


def test_final_evaluation_compares_verdicts_with_the_one_before() -> None:
    met, failed, *rest = board().states
    now = board(states=(met, replace(failed, verdict="meets"), *rest))
    second = edition("final", now, edition("final"))
    tables = [b.caption for b in second.paper.blocks if isinstance(b, Table)]
    assert any("判定变化的目标" in caption for caption in tables)
    assert "1项目标判定变化" in said(second)


def test_conflict_that_two_targets_share_is_one_difference() -> None:
    sentence = "2025年智能工厂：采用60家，与58家不一致。"
    *others, fourth, fifth = board().states
    now = board(
        states=(
            *others,
            replace(fourth, conflicts=(sentence,)),
            replace(fifth, conflicts=(sentence,)),
        )
    )
    second = edition("quarterly", now, edition("quarterly"))
    assert len(kinds(second)["conflict_added"]) == 1
