"""Whatever is printed comes back: pages, headers, blanks and broken lines leave no trace."""

from __future__ import annotations

import sys
from itertools import count, pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from liantu.plan.layout import clean

sys.path.insert(0, str(Path(__file__).parents[1] / "plan"))

from printing import Press, printed
from sample_plans import NAMES, TABLE_MARK, sample

WORDS = (
    "产业", "制造业", "创新", "园区", "企业", "规上工业增加值", "GDP", "R&D", "26%", "1.5万亿元",
    "2025年", "300个", "“链长制”", "《规划》", "（含无人机）", "5G", "提升", "建设", "达到", "以上",
)  # fmt: skip
OPENING = (
    "本规划根据上级部署编制，明确今后五年的思路、目标和任务，是推动制造业高质量发展的依据，"
    "各部门、各园区要结合实际，细化措施，压实责任，确保目标任务如期完成。"
)
"""Prose that shows how wide the page is; a text of single lines shows nothing."""
sentences = st.lists(st.sampled_from(WORDS), min_size=6, max_size=30)
paragraphs = st.lists(sentences, min_size=1, max_size=4)


def composed(plan: list[list[list[str]]]) -> str:
    """Paragraphs in which every other word bears a number, so that no two lines are alike."""
    number = count(100)
    lines = [OPENING]
    for paragraph in plan:
        parts = [
            "、".join(f"{a}{b}{next(number)}项" for a, b in pairwise(words)) for words in paragraph
        ]
        lines.append("加快" + "，推动".join(parts) + "。")
    return "\n".join(lines)


plans = st.one_of(
    st.sampled_from(NAMES).map(lambda name: sample(name).replace(TABLE_MARK + "\n", "")),
    st.lists(paragraphs, min_size=3, max_size=8).map(composed),
)
presses = st.builds(
    Press,
    width=st.integers(16, 45),
    lines_a_page=st.integers(14, 40),
    number=st.sampled_from(["- {} -", "— {} —", "第 {} 页 共 50 页", "{}", ""]),
    blank_lines=st.integers(0, 2),
    line_end=st.sampled_from(["\n", "\r\n"]),
    indent=st.just("　　"),
    first_page=st.integers(1, 60),
)
PIECES = (
    "一、", "（一）", "1.", "12", "- 9 -", "—", "——", "专栏1", "表1", "第一章 ", "。", "，", "；",
    "\n", "\n\n", " ", "　　", "\x0c", "\r\n", "\t", "增加值", "达到 26%以上", "预期性",
    "２０２５年", "7-9*", "目录", "……3", "第 3 页 共 5 页", "（", "）", "“", "\ufeff", "a b",
)  # fmt: skip
garbage = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=80, deadline=None)
@given(plans, presses)
def test_printing_and_cleaning_gives_the_text_back(plan: str, press: Press) -> None:
    plain = clean(plan).text
    assert clean(printed(plain, press)).text == plain


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), presses)
def test_without_indents_no_character_is_lost(name: str, press: Press) -> None:
    plain = clean(sample(name)).text
    flush = Press(press.width, press.lines_a_page, press.number, "", "", press.blank_lines)
    assert clean(printed(plain, flush)).text.replace("\n", "") == plain.replace("\n", "")


@settings(max_examples=150, deadline=None)
@given(garbage)
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    done = clean(text)
    assert clean(done.text).text == done.text


@settings(max_examples=150, deadline=None)
@given(st.one_of(garbage, st.text(max_size=120)))
def test_offsets_rise_and_reproduce_the_text(text: str) -> None:
    done = clean(text)
    last = -1
    for i, char in enumerate(done.text):
        start, end = done.to_source(i, i + 1)
        assert 0 <= start < end <= len(text)
        if char != "\n":
            assert start > last
            last = start
