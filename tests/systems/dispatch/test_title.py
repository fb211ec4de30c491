"""Titles break between words, in a shape, within the width of a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from liantu.systems.dispatch.title import title_lines


def test_short_parts_stay_whole() -> None:
    parts = ["《临江市“十四五”制造业发展规划》", "终期评估报告"]
    assert title_lines(parts) == tuple(parts)


def test_long_title_breaks_evenly_and_the_longer_line_first() -> None:
    lines = title_lines(["《临江市先进制造业和现代服务业深度融合发展“十四五”规划》"])
    assert len(lines) == 2
    assert "".join(lines) == "《临江市先进制造业和现代服务业深度融合发展“十四五”规划》"
    assert "“十四五”" in lines[0] + "\n" + lines[1]


def test_no_line_begins_with_a_closing_mark() -> None:
    for line in title_lines(["关于推进临江市制造业高质量发展（试行）若干政策措施的实施意见"]):
        assert line[0] not in "》”，、。）的"


@given(st.lists(st.text("规划发展制造业《》“”十四五市2025AB ，", max_size=70), max_size=3))
def test_nothing_is_lost(parts: list[str]) -> None:
    lines = title_lines(parts)
    assert "".join("".join(lines).split()) == "".join("".join(parts).split())
    assert all(lines)
