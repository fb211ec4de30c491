"""Target sentences made by a grammar of our own are read back exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from liantu.plan.layout import clean
from liantu.plan.outline import outline
from liantu.plan.targets import extract
from liantu.plan.targets.sentence import Memory, Setting
from liantu.plan.targets.statement import read_sentence
from liantu.plan.targets.when import PlanYears

YEARS = PlanYears(2021, 2025)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Clause:
    """A clause and what it states."""

    text: str
    low: float | None
    high: float | None
    comparator: str
    unit: str


figures = st.one_of(
    st.integers(2, 99_999).map(str),
    st.decimals("0.1", "999.9", places=1)
    .filter(lambda d: d > 0)
    .map(lambda d: f"{d.normalize():f}"),
)
counts = st.integers(2, 9_999).map(str)
SHARES = (
    "设备联网率",
    "新产品产值占比",
    "绿色电力消费比重",
    "园区污水处理率",
    "工业增加值占地区生产总值比重",
)
AMOUNTS = ("工业总产值", "软件业务收入", "高端装备产业营业收入", "技术合同成交额", "外贸出口总额")
THINGS = (
    "智能工厂",
    "规上企业",
    "省级企业技术中心",
    "专精特新“小巨人”企业",
    "公共服务平台",
    "绿色园区",
)
AREAS = ("标准厂房", "产业用房", "科创载体")

words = st.sampled_from(
    [
        ("达到", "", "="),
        ("达", "", "="),
        ("提升至", "", "="),
        ("达到", "以上", ">="),
        ("不低于", "", ">="),
        ("超过", "", ">"),
        ("突破", "", ">"),
        ("控制在", "以内", "<="),
        ("不超过", "", "<="),
        ("稳定在", "左右", "~"),
    ]
)
verbs = st.sampled_from(["建成", "培育", "打造", "新增", "新建", "引进", "累计建成", "形成"])


def _stated(text: str, figure: str, comparator: str, unit: str) -> Clause:
    value = float(figure)
    low = None if comparator in ("<=", "<") else value
    high = None if comparator in (">=", ">") else value
    return Clause(text, low, high, comparator, unit)


@st.composite
def level(draw: st.DrawFn) -> Clause:
    names, units = draw(
        st.sampled_from(
            [(SHARES, ("%",)), (AMOUNTS, ("亿元", "万亿元")), (THINGS, ("家", "个", "万个"))]
        )
    )
    name, unit, figure = draw(st.sampled_from(names)), draw(st.sampled_from(units)), draw(figures)
    before, after, comparator = draw(words)
    return _stated(f"{name}{before}{figure}{unit}{after}", figure, comparator, unit)


@st.composite
def counted(draw: st.DrawFn) -> Clause:
    verb, thing, figure = draw(verbs), draw(st.sampled_from(THINGS)), draw(counts)
    unit, after = draw(st.sampled_from(["家", "个"])), draw(st.sampled_from(["", "以上"]))
    comparator = ">=" if after else "="
    if draw(st.booleans()):
        return _stated(f"{verb}{thing}{figure}{unit}{after}", figure, comparator, unit)
    return _stated(f"{verb}{figure}{unit}{after}{thing}", figure, comparator, unit)


@st.composite
def built(draw: st.DrawFn) -> Clause:
    verb, area, figure = draw(verbs), draw(st.sampled_from(AREAS)), draw(figures)
    return _stated(f"{verb}{area}{figure}万平方米", figure, "=", "万平方米")


@st.composite
def ranged(draw: st.DrawFn) -> Clause:
    low = draw(st.integers(1, 400))
    high = draw(st.integers(low + 1, 999))
    dash = draw(st.sampled_from(["-", "—", "~", "～", "至"]))
    thing = draw(st.sampled_from(THINGS))
    return Clause(f"培育{low}{dash}{high}家{thing}", low, high, "range", "家")


@st.composite
def growth(draw: st.DrawFn) -> Clause:
    name, figure = draw(st.sampled_from(AMOUNTS)), draw(figures)
    how = draw(st.sampled_from(["年均增长", "年均增速达到", "较2020年增长", "比2020年提高"]))
    return _stated(f"{name}{how}{figure}%", figure, "=", "%")


@st.composite
def points(draw: st.DrawFn) -> Clause:
    name, figure = draw(st.sampled_from(SHARES)), draw(figures)
    verb = draw(st.sampled_from(["提升", "提高", "下降"]))
    return _stated(f"{name}{verb}{figure}个百分点", figure, "=", "个百分点")


clause = st.one_of(level(), counted(), built(), ranged(), growth(), points())
opening = st.sampled_from(
    [("到2025年，", 2025), ("到2025年底，全市", 2025), ("“十四五”时期，", 2025), ("", 2025),
     ("到2023年，", 2023), ("到2035年，全市", 2035)]
)  # fmt: skip


@given(opening, st.lists(clause, min_size=1, max_size=5))
def test_every_clause_is_read_back(start: tuple[str, int], clauses: list[Clause]) -> None:
    text = start[0] + "，".join(c.text for c in clauses) + "。"
    read = read_sentence(text, Setting(YEARS), Memory())
    assert [(r.low, r.high, r.comparator, r.unit, r.year) for r in read] == [
        (c.low, c.high, c.comparator, c.unit, start[1]) for c in clauses
    ]
    for reading, made in zip(read, clauses, strict=True):
        assert text[reading.start : reading.end] in made.text
        assert reading.name


@given(st.lists(clause, min_size=1, max_size=4))
def test_an_aim_word_makes_plain_figures_floors(clauses: list[Clause]) -> None:
    text = "力争到2025年，" + "，".join(c.text for c in clauses) + "。"
    read = read_sentence(text, Setting(YEARS), Memory())
    assert [r.comparator for r in read] == [
        ">=" if c.comparator == "=" else c.comparator for c in clauses
    ]
    assert all(r.aspirational for r in read)


@given(st.lists(st.sampled_from(SHARES), min_size=2, max_size=4, unique=True), st.data())
def test_respectively_pairs_names_and_figures(names: list[str], data: st.DataObject) -> None:
    values = [data.draw(figures) for _ in names]
    text = f"{'、'.join(names)}分别达到{'%、'.join(values[:-1])}%和{values[-1]}%。"
    read = read_sentence(text, Setting(YEARS), Memory())
    assert [(r.name, r.low) for r in read] == [
        (name, float(value)) for name, value in zip(names, values, strict=True)
    ]


HEAD = "一、总体要求\n\n（一）发展目标\n\n"
FILLS = (
    "坚持创新驱动发展，推动产业基础高级化、产业链现代化，全面提升产业发展的质量和效益。",
    "把握新一轮科技革命机遇，促进数字技术与实体经济深度融合，培育壮大发展新动能。",
    "聚焦重点领域补短板锻长板，增强供应链韧性和安全水平，夯实实体经济根基。",
    "优化空间功能布局，强化园区承载能力，引导要素向优势区域集聚。",
    "完善绿色制造体系，推广清洁生产方式，促进能源资源节约集约利用。",
    "扩大高水平对外开放，深化区域协作，营造市场化法治化国际化营商环境。",
)


def _plan(paragraphs: list[str]) -> str:
    body = "\n\n".join(f"    {fill}{p}" for fill, p in zip(FILLS, paragraphs, strict=False))
    return f"{HEAD}{body}\n\n（二）实施路径\n\n    健全工作机制，压实各方责任，加强跟踪评估。\n"


def _broken(text: str, width: int) -> list[str]:
    """Lines of one width; like a printer, never broken inside a number."""
    lines = []
    while len(text) > width:
        cut = width
        while cut > 1 and re.fullmatch(r"[\d. ][\d.% ]", text[cut - 1 : cut + 1]):
            cut -= 1
        lines.append(text[:cut])
        text = text[cut:]
    return [*lines, text]


def _noisy(text: str, width: int, *, wide: bool, spaced: bool) -> str:
    """The same plan as a page printer sets it: broken lines, blank lines, page numbers."""
    lines, page = [], 1
    for paragraph in text.split("\n\n"):
        body = paragraph.rstrip()
        if spaced:
            body = re.sub(r"(?<=[一-鿿])(?=\d)|(?<=\d)(?=[一-鿿])", " ", body)
        body = body.translate(FULL_WIDTH) if wide else body
        for line in _broken(body, width):
            lines.append(line)
            if len(lines) % 30 == 0:
                lines.append(f"- {page} -")
                page += 1
    return "\n\n".join(lines)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(clause, min_size=1, max_size=3), min_size=3, max_size=6),
    st.integers(22, 40),
    st.booleans(),
    st.booleans(),
)
def test_layout_changes_nothing(
    groups: list[list[Clause]], width: int, wide: bool, spaced: bool
) -> None:
    text = _plan([f"到2025年，{'，'.join(c.text for c in group)}。" for group in groups])
    plain = _read(text)
    noisy = _read(_noisy(text, width, wide=wide, spaced=spaced))
    assert noisy == plain
    assert len(plain) == sum(len(group) for group in groups)


def _read(text: str) -> list[tuple[object, ...]]:
    tidy = clean(text)
    found = extract(tidy, outline(tidy), (2021, 2025))
    assert len({t.id for t in found.targets}) == len(found.targets)
    for target in found.targets:
        assert 0 <= target.start < target.end <= len(text)
    return [
        (t.indicator, t.form, t.comparator, t.low, t.high, t.unit, t.year, t.measured)
        for t in found.targets
    ]


@given(
    st.text(
        alphabet="到2025年，。；、达家%亿元以上分别“”（）—一二千万级*- \n\t的培育", max_size=120
    )
)
def test_any_text_is_read_without_failing(text: str) -> None:
    tidy = clean(text)
    for target in extract(tidy, outline(tidy), (2021, 2025)).targets:
        if target.low is not None and target.high is not None:
            assert target.low <= target.high
        assert target.indicator
        assert text[target.start : target.end].strip()
