"""One sentence, and every quantified statement in it. The places and figures are invented."""

from __future__ import annotations

import pytest

from liantu.plan.targets.sentence import Memory, Reading, Setting
from liantu.plan.targets.statement import read_sentence
from liantu.plan.targets.when import PlanYears

YEARS = PlanYears(2021, 2025)


def read(text: str, *, background: bool = False, national: bool = False) -> list[Reading]:
    return read_sentence(text, Setting(YEARS, background, national), Memory())


def said(text: str) -> list[str]:
    """Each statement as ``name form comparator low..high unit year``."""
    return [_printed(r) for r in read(text)]


def _printed(r: Reading) -> str:
    low = "" if r.low is None else f"{r.low:g}"
    high = "" if r.high is None else f"{r.high:g}"
    figure = low if low == high else f"{low}..{high}"
    return f"{r.name} {r.form} {r.comparator} {figure}{r.unit} {r.year}"


CASES = {
    # Levels and words of comparison.
    "到2025年，全市工业总产值达到3200亿元。": ["工业总产值 level = 3200亿元 2025"],
    "到2025年，软件业务收入突破1.2万亿元。": ["软件业务收入 level > 1.2..万亿元 2025"],
    "研发投入强度不低于3.4%，设备联网率达到60%以上。": [
        "研发投入强度 level >= 3.4..% 2025",
        "设备联网率 level >= 60..% 2025",
    ],
    "力争到2025年，规上企业达到900家，其中产值超百亿元企业12家。": [
        "规上企业 level >= 900..家 2025",
        "产值超百亿元企业 level >= 12..家 2025",
    ],
    "制造业增加值占比稳定在28%左右。": ["制造业增加值占比 level ~ 28% 2025"],
    "万元产值用水量降至15立方米以下。": ["万元产值用水量 level <= ..15立方米 2025"],
    "数据中心电能利用效率不高于1.25。": ["数据中心电能利用效率 level <= ..1.25 2025"],
    "平均办理时限压缩至2个工作日以内。": ["平均办理时限 level <= ..2个工作日 2025"],
    "产业融合发展指数达到98。": ["产业融合发展指数 level = 98 2025"],
    "数字产业增加值占地区生产总值的11%。": ["数字产业增加值占地区生产总值比重 level = 11% 2025"],
    "制造业比重保持在三分之一以上。": ["制造业比重 level >= 33.33..% 2025"],
    # Growth, increase, points, relative.
    "规上工业增加值年均增长6.5%左右。": ["规上工业增加值年均增速 annual_average ~ 6.5% 2025"],
    "工业投资年均增速达到8%。": ["工业投资年均增速 annual_average = 8% 2025"],
    "总产值达到500亿元，年均增长9%以上。": [
        "总产值 level = 500亿元 2025",
        "总产值年均增速 annual_average >= 9..% 2025",
    ],
    "规上产值保持年均7%增长。": ["规上产值年均增速 annual_average = 7% 2025"],
    "单位增加值能耗较2020年下降14%。": ["单位增加值能耗下降 increase = 14% 2025"],
    "劳动生产率比2020年提高30%。": ["劳动生产率 increase = 30% 2025"],
    "采用新工艺降低行业排放20%以上。": ["行业排放下降 increase >= 20..% 2025"],
    "新产品产值比2020年翻一番。": ["新产品产值 increase = 100% 2025"],
    "新产品产值翻两番。": ["新产品产值 increase = 300% 2025"],
    "高端装备产值实现倍增。": ["高端装备产值 increase = 100% 2025"],
    "服务业比重提升3.1个百分点，达到55%以上。": [
        "服务业比重 points = 3.1个百分点 2025",
        "服务业比重 level >= 55..% 2025",
    ],
    "煤炭消费比重下降4个百分点。": ["煤炭消费比重下降 points = 4个百分点 2025"],
    "工业增加值年均增速高于全省平均水平1.5个百分点。": [
        "工业增加值年均增速 relative >= 1.5..个百分点 2025"
    ],
    "工业占比从31%提高到35%以上。": ["工业占比 level >= 35..% 2025"],
    # Things counted.
    "培育智能工厂60家，打造4个以上国家级示范基地。": [
        "智能工厂 level = 60家 2025",
        "国家级示范基地 level >= 4..个 2025",
    ],
    "新增规上企业700家，引育领军人才200名、高技能人才3万人。": [
        "规上企业 additions = 700家 2025",
        "领军人才 additions = 200名 2025",
        "高技能人才 additions = 3万人 2025",
    ],
    "每年新增上云企业1500家，年均培育瞪羚企业30家。": [
        "上云企业 per_year = 1500家 2025",
        "瞪羚企业 per_year = 30家 2025",
    ],
    "累计建成换电站200座、充电桩2.5万个。": [
        "换电站 level = 200座 2025",
        "充电桩 level = 2.5万个 2025",
    ],
    "新建3个500千伏变电站、12个220千伏变电站。": [
        "500千伏变电站 additions = 3个 2025",
        "220千伏变电站 additions = 12个 2025",
    ],
    "引培2-3家50亿级龙头企业、10~20家10亿级骨干企业。": [
        "50亿级龙头企业 additions range 2..3家 2025",
        "10亿级骨干企业 additions range 10..20家 2025",
    ],
    "五年累计完成工业投资4000亿元。": ["工业投资 additions = 4000亿元 2025"],
    "累计淘汰落后产能80万吨。": ["淘汰落后产能 additions = 80万吨 2025"],
    "突破60项以上关键技术。": ["关键技术 additions >= 60..项 2025"],
    "推动40家企业上市。": ["企业上市 additions = 40家 2025"],
    "70%以上的规上企业完成数字化改造。": ["规上企业完成数字化改造占比 level >= 70..% 2025"],
    # Size classes.
    "打造轻工、食品2个千亿级产业集群，形成3个五百亿级产业园区。": [
        "千亿级产业集群 level = 2个 2025",
        "五百亿级产业园区 level = 3个 2025",
    ],
    "促进智能家居产业规模达千亿级。": ["智能家居产业规模 level >= 1000..亿 2025"],
    "打造千亿级光伏产业集群。": ["光伏产业集群规模 level >= 1000..亿 2025"],
    "建材产业营业收入突破万亿元。": ["建材产业营业收入 level > 1..万亿元 2025"],
    "建成1个2000亿级、3个千亿级产业集群。": [
        "2000亿级产业集群 level = 1个 2025",
        "千亿级产业集群 level = 3个 2025",
    ],
    "组建规模不低于80亿元的产业基金。": ["产业基金规模 level >= 80..亿元 2025"],
    "培育6家年营收超千亿元、20家超百亿元的链主企业。": [
        "年营收超千亿元链主企业 level = 6家 2025",
        "超百亿元的链主企业 level = 20家 2025",
    ],
    "万人有效专利拥有量32件。": ["万人有效专利拥有量 level = 32件 2025"],
    # Lists that share a verb, a unit, a head.
    "工业软件普及率、设备数控化率分别达到75%、68%。": [
        "工业软件普及率 level = 75% 2025",
        "设备数控化率 level = 68% 2025",
    ],
    "绿色工厂、绿色园区、绿色产品分别达到90家、6家和300种。": [
        "绿色工厂 level = 90家 2025",
        "绿色园区 level = 6家 2025",
        "绿色产品 level = 300种 2025",
    ],
    "国家级、省级技术中心分别达到8家、46家以上。": [
        "国家级技术中心 level >= 8..家 2025",
        "省级技术中心 level >= 46..家 2025",
    ],
    "再生铜、再生铝产量分别达到30万吨、55万吨。": [
        "再生铜产量 level = 30万吨 2025",
        "再生铝产量 level = 55万吨 2025",
    ],
    "两类企业占比分别提高2.5和1.8个百分点。": [
        "两类企业占比（1） points = 2.5个百分点 2025",
        "两类企业占比（2） points = 1.8个百分点 2025",
    ],
    "新增国家级创新中心2家，省级9家。": [
        "国家级创新中心 additions = 2家 2025",
        "省级创新中心 additions = 9家 2025",
    ],
    "营业收入、利润总额均增长10%。": [
        "营业收入 increase = 10% 2025",
        "利润总额 increase = 10% 2025",
    ],
    "支持企业创建省级技术中心，争取到2025年达到7家。": ["省级技术中心 level >= 7..家 2025"],
    # Years.
    "到2023年，产值达到300亿元，到2025年，达到500亿元。": [
        "产值 level = 300亿元 2023",
        "产值 level = 500亿元 2025",
    ],
    "到2035年，建成6个世界级产业集群。": ["世界级产业集群 level = 6个 2035"],
}


@pytest.mark.parametrize("sentence", CASES)
def test_statements(sentence: str) -> None:
    assert said(sentence) == CASES[sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "发展25G以上速率的光芯片，布局12英寸产线和8K终端。",
        "突破400G以上高端光芯片制备技术，研制3D打印装备。",
        "按照1个规划、1张图谱、1套政策的机制推进工作。",
        "构建“1+4+N”产业体系，推进“5G+工业互联网”融合。",
        "建立1张图谱、1个项目库、1支基金的“三个一”机制。",
        "建立领导联系18条产业链制度。",
        "围绕6个重点领域、12个细分方向开展攻关。",
        "实施三年行动计划，打造30分钟通勤圈。",
        "对新认定的平台给予最高200万元奖励。",
        "项目总投资60亿元，占地300亩。",
        "我国力争2030年前实现碳达峰。",
        "培育一批百亿级企业，打造若干千亿级产业集群。",
        "沿320国道布局，执行GB/T 39116标准。",
        "大力发展新材料、新能源等4个优势产业。",
        "综合实力进入全国前10位，居全省第2位。",
        "落实《“十四五”数字经济规划（2021—2025年）》。",
        "",
        "。",
    ],
)
def test_no_statement(sentence: str) -> None:
    assert said(sentence) == []


def test_an_aim_word_governs_the_rest_of_its_sentence_only() -> None:
    first, second = read("力争建成平台5个，培育企业80家。")
    assert (first.aspirational, second.aspirational) == (True, True)
    assert second.comparator == ">="
    first, second = read("建成平台5个，争取培育企业80家。")
    assert (first.comparator, second.comparator) == ("=", ">=")


def test_what_a_relative_aim_is_measured_against() -> None:
    (reading,) = read("工业投资增速高于全部投资增速2个百分点。")
    assert (reading.reference, reading.name) == ("全部投资增速", "工业投资增速")


def test_a_multiple_of_a_year_names_the_year() -> None:
    (reading,) = read("到2025年，出口额达到2020年的1.8倍。")
    assert (reading.form, reading.multiple, reading.baseline_year) == ("increase", True, 2020)


def test_baseline_beside_the_level() -> None:
    (reading,) = read("劳动生产率由2020年的28万元/人提高到2025年的40万元/人。")
    assert (reading.low, reading.baseline, reading.baseline_year) == (40, 28, 2020)
    assert (reading.name, reading.unit, reading.year) == ("劳动生产率", "万元/人", 2025)


def test_an_attribute_belongs_to_what_was_named_before() -> None:
    (reading,) = read("打造一批产出高、效益好的创新园区，建成面积超过600万平方米。")
    assert (reading.subject, reading.name) == ("创新园区", "建成面积")


def test_the_past_is_told_from_the_aim() -> None:
    past, aim = read("目前已建成平台12个，到2025年，建成平台30个。")
    assert (past.past, past.year, past.low) == (True, 2020, 12)
    assert (aim.past, aim.year, aim.low) == (False, 2025, 30)


def test_a_span_of_past_years() -> None:
    (reading,) = read("“十三五”时期，规上工业增加值年均增长7.2%。")
    assert (reading.past, reading.first, reading.year) == (True, 2016, 2020)


def test_everything_in_background_is_past() -> None:
    (reading,) = read("全市规上企业达到1200家。", background=True)
    assert reading.past


def test_the_year_governs_the_rest_of_the_paragraph() -> None:
    memory = Memory()
    setting = Setting(YEARS)
    read_sentence("到2023年，产值达到300亿元。", setting, memory)
    (reading,) = read_sentence("规上企业达到90家。", setting, memory)
    assert reading.year == 2023


def test_national_aims_count_in_a_national_plan() -> None:
    sentence = "我国软件产业规模突破8万亿元。"
    assert said(sentence) == []
    (reading,) = read(sentence, national=True)
    assert reading.low == 8


def test_evidence_holds_name_and_figure() -> None:
    text = "到2025年，全市绿色工厂达到90家以上，绿色园区6家。"
    assert [text[r.start : r.end] for r in read(text)] == ["绿色工厂达到90家以上", "绿色园区6家"]
