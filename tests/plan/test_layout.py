"""Layout is undone, and every character knows where it came from."""

from __future__ import annotations

import time

import pytest

from liantu.plan.layout import clean

from .printing import Press, printed
from .sample_plans import NAMES, sample

BODY = (
    "全市规模以上工业企业持续增长，产业结构不断优化，创新\n"
    "能力明显提升，先进制造业占比稳步提高，绿色低碳转型取\n"
    "得新的进展，园区承载能力进一步增强。\n"
)


def cleaned(text: str) -> str:
    return clean(text).text


def test_lines_broken_in_mid_sentence_are_joined() -> None:
    assert cleaned(BODY).count("\n") == 0
    assert "创新能力明显提升" in cleaned(BODY)


@pytest.mark.parametrize(
    "number", ["- 9 -", "— 9 —", "－9－", "9", "第 9 页 共 50 页", "第9页", "· 9 ·", "9 / 50"]
)
def test_page_numbers_between_the_lines_of_a_sentence_are_dropped(number: str) -> None:
    first, rest = BODY.split("\n", 1)
    for gap in ("\n", "\n\n", "\n \n", "\x0c"):
        assert cleaned(f"{first}\n{gap}{number}{gap}\n{rest}") == cleaned(BODY)


def test_a_bare_number_among_cells_is_a_row_number() -> None:
    table = "指标\n属性\n规模\n效益\n1\n规上工业增加值\n预期性\n"
    assert "\n1\n" in cleaned(BODY + table)


def test_running_headers_are_dropped_and_titles_kept() -> None:
    header = "云州市制造业发展规划汇编"
    text = printed(sample("linhe"), Press(header=header, lines_a_page=14))
    assert text.count(header) >= 3
    assert header not in cleaned(text)
    assert "临河市制造业高质量发展“十四五”规划" in cleaned(text)


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("规模达到 1.5 万亿元，增长较快。", "规模达到1.5万亿元，增长较快。"),
        ("期限为 2021至 2025年，共五年。", "期限为2021至2025年，共五年。"),
        ("达到２６．５％，同比提高。", "达到26.5%，同比提高。"),
        ("Ｒ＆Ｄ 经费投入，强度提升。", "R&D经费投入，强度提升。"),
        ("IP core 与 GDP 增速，持续。", "IP core与GDP增速，持续。"),
        ("软\u00ad件\ufeff产\u200b业，升级。", "软件产业，升级。"),
    ],
)
def test_blanks_and_full_width_forms(raw: str, tidy: str) -> None:
    assert cleaned(raw) == tidy


def test_cells_of_a_row_stay_apart() -> None:
    assert cleaned("工业占 GDP比重（%） 23.8 26 预期性") == "工业占 GDP比重（%） 23.8 26 预期性"
    assert cleaned("指标\t2020年\t2025年") == "指标\t2020年\t2025年"


@pytest.mark.parametrize(
    "contents",
    [
        "目  录\n一、发展基础………………1\n二、主要任务 ............ 12\n",
        "目录\n一、发展基础\n二、主要任务\n",
        "目录\n一、发展基础 1\n二、主要任务 2\n",
    ],
)
def test_a_table_of_contents_is_dropped(contents: str) -> None:
    body = "一、发展基础\n" + BODY + "二、主要任务\n" + BODY
    assert cleaned(contents + body) == cleaned(body)


def test_a_bracket_left_open_goes_on_in_the_next_line() -> None:
    assert (
        cleaned("智能装备含“四大优势材\n料”，加快发展。\n")
        == "智能装备含“四大优势材料”，加快发展。"
    )


def test_a_sentence_with_a_number_apart_is_no_row_of_a_table() -> None:
    line = "园区推进 1 平方公里为核心的科创空间"
    assert cleaned(line) == line.replace(" ", "")


def test_headings_do_not_swallow_the_text_below() -> None:
    lines = cleaned(
        "二、总体要求\n（一）思路\n" + BODY + "第三章 任务\n第一节 创新\n" + BODY
    ).split("\n")
    assert lines[:2] == ["二、总体要求", "（一）思路"]
    assert lines[3:5] == ["第三章任务", "第一节创新"]


def test_a_heading_set_over_two_lines_is_one() -> None:
    heading = "2.抓住窗口机遇：新一轮科技革命和产业变革加速演\n进\n"
    assert cleaned(heading + BODY).split("\n")[0].endswith("加速演进")


@pytest.mark.parametrize("name", NAMES)
def test_offsets_point_at_the_same_characters(name: str) -> None:
    source = printed(sample(name), Press())
    done = clean(source)
    for i, char in enumerate(done.text):
        start, end = done.to_source(i, i + 1)
        assert end == start + 1
        assert char == "\n" or source[start] == char
    assert done.from_source(*done.to_source(10, 40)) == (10, 40)


def test_spans_outside_the_text_are_refused() -> None:
    done = clean("达到26%以上。")
    with pytest.raises(ValueError, match="not within"):
        done.to_source(0, 99)
    assert clean("").text == ""
    assert clean("").to_source(0, 0) == (0, 0)


def test_the_first_plan_is_cleaned_fast_and_ten_times_its_length_in_proportion(
    plan_text: str,
) -> None:
    def seconds(text: str) -> float:
        best = 9.0
        for _ in range(3):
            begin = time.process_time()
            clean(text)
            best = min(best, time.process_time() - begin)
        return best

    once = seconds(plan_text)
    assert once < 0.3
    assert seconds(plan_text * 10) < 20 * once


def test_the_first_plan_keeps_every_word(plan_text: str) -> None:
    done = clean(plan_text)
    dropped = "".join(plan_text.split())
    for page in ("-9-", "-41-"):
        dropped = dropped.replace(page, "")
    assert "".join(done.text.split()) == dropped
    assert clean(done.text).text == done.text


def test_head_of_a_table_keeps_its_cells_beside_a_growth_column() -> None:
    head = "序号 指标名称 单位 2020年 2025年 年均增速 指标属性"
    rows = "\n".join([head, "1 装备产值 亿元 606 900 8 预期性", "2 技术中心 家 298 400 — 预期性"])
    assert clean(rows).text.splitlines()[0] == head
