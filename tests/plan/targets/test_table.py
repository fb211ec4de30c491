"""Indicator tables however they were set, and rows that cannot be read safely."""

from __future__ import annotations

import pytest

from liantu.plan.package import Target
from liantu.plan.targets import Extraction

from .plans import with_table

LINES = """序号 指标名称 2020年 2025年 属性
1 规上工业增加值增速（%） 5.2 6-8* 预期性
2 工业占GDP比重（%） 31.5 33 预期性
3 高新技术企业数量（家） 310 ≥800 预期性
4 万元产值能耗下降（%） — 完成省下达目标任务 约束性
备注：“*”标注的为年均增速。"""

SCATTERED = """分类
指标
编
号
具体指标 2020年 2025年
指标
属性
规模
效益
1
规上工业增加值增速（%） 5.2 6-8* 预期性
2 工业占 GDP比重（%） 31.5 33 预期性
创新
驱动
3
高新技术企业数
量（家）
310 ≥800 预期性
绿色
发展
4 万元产值能耗下降（%） —
完成省
下达目标
任务
约束性
备注：“*”标注的为年均增速。"""

ONE_CELL_A_LINE = "\n".join(LINES.split("\n备注")[0].split())

TABBED = LINES.replace(" ", "\t")


def rows(found: Extraction) -> list[Target]:
    return [t for t in found.targets if t.clause == "专栏1"]


@pytest.mark.parametrize("table", [LINES, SCATTERED, ONE_CELL_A_LINE, TABBED])
def test_the_same_table_set_in_four_ways(table: str) -> None:
    found = with_table(table)
    growth, share, firms, energy = rows(found)
    assert found.doubts == []
    assert (growth.id, growth.form, growth.comparator) == ("b1.1", "annual_average", "range")
    assert (growth.low, growth.high, growth.baseline, growth.unit) == (6, 8, 5.2, "%")
    assert (share.form, share.low, share.high, share.baseline) == ("level", 33, 33, 31.5)
    assert (firms.comparator, firms.low, firms.high, firms.unit) == (">=", 800, None, "家")
    assert (energy.form, energy.reference, energy.low) == ("assigned", "省", None)
    assert [t.nature for t in rows(found)] == ["预期性"] * 3 + ["约束性"]
    assert [t.number for t in rows(found)] == ["1", "2", "3", "4"]
    assert {t.year for t in rows(found)} == {2025}
    assert share.baseline_year == 2020
    assert [t.indicator for t in rows(found)] == [
        "规上工业增加值增速",
        "工业占GDP比重",
        "高新技术企业数量",
        "万元产值能耗下降",
    ]


def test_categories_of_scattered_cells() -> None:
    found = rows(with_table(SCATTERED))
    assert [t.category for t in found] == ["规模效益", "规模效益", "创新驱动", "绿色发展"]


def test_two_series_under_one_number() -> None:
    found = with_table("""编号 具体指标 2020年 2025年 属性
1
全口径工业增加值
规上工业增加值增速（%） 5 7* 预期性
工业占 GDP比重（%） 24 26 预期性
2 规上工业企业数量（个） 900 1200 预期性""")
    first, second, third = rows(found)
    assert [t.number for t in (first, second, third)] == ["1a", "1b", "2"]
    assert [t.id for t in (first, second, third)] == ["b1.1a", "b1.1b", "b1.2"]
    assert first.indicator == "规上工业增加值增速"
    assert "全口径" not in first.scope
    assert "全口径" in second.scope


def test_unit_column_growth_column_and_cumulative_brackets() -> None:
    found = with_table("""类别\t序号\t指标\t单位\t2020年实际\t2025年目标\t年均增速[累计]\t属性
规模效益\t1\t规模以上工业增加值\t亿元\t1200\t1800\t8.5\t预期性
规模效益\t2\t工业投资\t亿元\t—\t—\t[3000]\t预期性
创新能力\t3\t研发投入强度\t%\t1.9\t2.5\t—\t预期性
绿色发展\t4\t万元产值能耗降低\t%\t—\t—\t[14]\t约束性""")
    level, growth, investment, research, energy = rows(found)
    assert found.doubts == []
    assert (level.id, level.form, level.low, level.baseline) == ("b1.1", "level", 1800, 1200)
    assert (growth.id, growth.form, growth.low, growth.unit) == (
        "b1.1g", "annual_average", 8.5, "%",
    )  # fmt: skip
    assert growth.baseline is None
    assert (investment.form, investment.low, investment.unit) == ("additions", 3000, "亿元")
    assert investment.measured.low == 3e11
    assert (research.form, research.unit, research.category) == ("level", "%", "创新能力")
    assert (energy.form, energy.low, energy.nature) == ("increase", 14, "约束性")


def test_an_empty_cell_of_a_tabbed_table_keeps_its_column() -> None:
    found = with_table("序号\t指标\t2020年\t2025年\t属性\n1\t企业数（家）\t\u3000\t450\t预期性")
    (row,) = rows(found)
    assert (row.baseline, row.low) == (None, 450)


def test_columns_named_by_words_only() -> None:
    found = with_table("""主要指标 单位 基期值 目标值 性质
工业占GDP比重 % 30 32 预期性
重大项目数 个 — 完成国家下达任务 约束性
产业融合指数 — 95 105 预期性""")
    share, projects, index = rows(found)
    assert (share.baseline, share.baseline_year, share.low, share.unit) == (30, 2020, 32, "%")
    assert (projects.form, projects.reference, projects.unit) == ("assigned", "国家", "个")
    assert (index.unit, index.measured.unit, index.low) == ("", "", 105)


def test_interim_years_are_targets_of_their_own() -> None:
    found = with_table("""指标 2020年 2023年 2025年
工业总产值（亿元） 2000 2600 3200""")
    assert [(t.id, t.year, t.low) for t in rows(found)] == [
        ("b1.r1-2023", 2023, 2600),
        ("b1.r1", 2025, 3200),
    ]


def test_marks_mean_what_the_note_says() -> None:
    found = with_table("""序号 指标 2020年 2025年
1 单位能耗降低*（%） 15 18
2 企业数量（家） 20 30
备注：带*的为约束性指标。""")
    assert [t.nature for t in rows(found)] == ["约束性", ""]
    assert rows(found)[0].form == "level"


SHIFTED = {
    "a cell is missing": "2 规上工业企业数量（个） 450 预期性",
    "a cell too many": "2 规上工业企业数量（个） 300 400 450 预期性",
    "the number stands among the figures": "规上工业企业数量（个） 2 300 450 预期性",
    "the nature stands before the figures": "2 规上工业企业数量（个） 预期性 300 450",
    "the name is missing": "2 300 450 预期性",
}


@pytest.mark.parametrize("row", SHIFTED.values(), ids=SHIFTED.keys())
def test_a_row_of_shifted_cells_is_a_doubt_not_a_guess(row: str) -> None:
    found = with_table(f"""序号 指标 2020年 2025年 属性
1 规上工业增加值增速（%） 5 7 预期性
{row}
3 高新技术企业数量（户） 600 1200 预期性
4 绿色工厂（家） 6 12 预期性""")
    good = {t.indicator: (t.baseline, t.low) for t in rows(found)}
    assert good["规上工业增加值增速"] == (5, 7)
    assert good["高新技术企业数量"] == (600, 1200)
    assert good["绿色工厂"] == (6, 12)
    assert len(good) == 3
    assert found.doubts
    doubt = found.doubts[0]
    assert "专栏1" in doubt.message
    assert "找到" in doubt.message
    assert "2020年、2025年" in doubt.message
    assert "请对照原表" in doubt.message
    assert "row" in doubt.message_en


def test_doubts_point_at_the_source() -> None:
    text_row = "2 规上工业企业数量（个） 450 预期性"
    found = with_table(f"""序号 指标 2020年 2025年 属性
1 规上工业增加值增速（%） 5 7 预期性
{text_row}""")
    from .plans import FRAME

    source = FRAME.format(
        table=f"序号 指标 2020年 2025年 属性\n1 规上工业增加值增速（%） 5 7 预期性\n{text_row}"
    )
    (doubt,) = found.doubts
    assert source[doubt.start : doubt.end].startswith(("2 规上", "规上"))


def test_the_text_around_the_table_is_read_too() -> None:
    found = with_table(LINES)
    prose = [(t.indicator, t.low) for t in found.targets if t.clause != "专栏1"]
    assert prose == [("智能工厂", 40), ("工业投资年均增速", 8)]
    assert [(f.low, f.year, f.span_start) for f in found.facts] == [
        (6.8, 2020, 2016),
        (310, 2020, None),
        (17, 2020, 2016),
    ]


def test_a_table_of_projects_is_no_indicator_table() -> None:
    found = with_table("""序号 项目名称 建设内容 总投资 建设年限
1 某某产业园 标准厂房 12 2021
2 某某生产线 设备购置 8 2022""")
    assert rows(found) == []


@pytest.mark.parametrize("gap", [" ", "\t"])
def test_numbers_glued_to_names(gap: str) -> None:
    lines = [
        "指标 2020年 2025年 属性",
        "1.工业总产值（亿元） 90 150 预期性",
        "2.平台数（个） 4 9 预期性",
    ]
    found = with_table("\n".join(lines).replace(" ", gap))
    assert [(t.id, t.number, t.indicator, t.baseline, t.low) for t in rows(found)] == [
        ("b1.1", "1", "工业总产值", 90, 150),
        ("b1.2", "2", "平台数", 4, 9),
    ]


def test_targets_told_in_words() -> None:
    found = with_table("""序号 主要指标 单位 2020年 2025年 年均增长 属性
1 工业总产值 亿元 900 1500以上 7% 预期性
2 全员劳动生产率 万元/人 14.2 高于 GDP 增速 — 预期性
3 规上企业数 户 300 力争450 — 预期性
4 环境质量 — 达标 持续改善 — 约束性""")
    total, growth, labour, firms = rows(found)
    assert (total.comparator, total.low, total.unit) == (">=", 1500, "亿元")
    assert (growth.form, growth.low, growth.unit) == ("annual_average", 7, "%")
    assert (labour.form, labour.comparator, labour.low) == ("relative", ">", 0)
    assert (labour.reference, labour.unit) == ("GDP增速", "个百分点")
    assert (firms.comparator, firms.low) == (">=", 450)
    assert len(found.doubts) == 1
    assert "持续改善" in found.doubts[0].message


def test_columns_named_by_five_year_plans() -> None:
    found = with_table("""指标 “十三五”完成 “十四五”目标 属性
新增规上企业（家） 210 400 预期性""")
    (row,) = rows(found)
    assert (row.form, row.low, row.baseline, row.baseline_year, row.year) == (
        "additions", 400, 210, 2020, 2025,
    )  # fmt: skip


def test_a_part_takes_the_unit_of_its_whole() -> None:
    found = with_table("""类别 指标 2020年 2025年 属性
设施网络 1.公路里程（公里） 900 1200 预期性
其中：高速公路里程 60 110 预期性
2.站点数（个） 12 >20 预期性""")
    whole, part, stations = rows(found)
    assert (whole.id, part.indicator, part.unit, part.low) == ("b1.1", "高速公路里程", "公里", 110)
    assert (stations.id, stations.comparator, stations.low) == ("b1.2", ">", 20)
    assert {t.category for t in rows(found)} == {"设施网络"}
