"""The page of measures: by topic, what each means, how it is computed, what is not known of it."""

from __future__ import annotations

from collections.abc import Iterator

from liantu.cli.reference_text import (
    DIRECTIONS,
    KINDS_OF_FIGURES,
    grid,
    head,
    names,
    source_of,
    text,
)
from liantu.declarations import Source
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.declared import Dimension, Measure
from liantu.indicators.loading import load


def measures() -> str:
    """Every measure by topic, and before them the dimensions and policies that they name."""
    catalogue = load()
    every = catalogue.measures.values()
    computed = sum(one.computed for one in every)
    lines = head(
        "度量 Measures",
        f"共 {len(every)} 个度量，其中 {computed} 个由记录计算，"
        f"{len(every) - computed} 个写明还需要什么、由谁提供。"
        "按主题排列；可用页面查找（Ctrl+F）按中文名、英文名或 id 查找。"
        "“公布指标”一栏有值的，是同一口径公布指标的计算值，两者并列显示；"
        "没有值的，口径不同之处写在含义里。",
        f"{len(every)} measures, of which {computed} are computed from records; of the other"
        f" {len(every) - computed} it is said what they need and from whom. By topic; find them by"
        " their Chinese or English name or id. Where a published indicator stands beside a measure,"
        " the measure computes it with the same coverage; where none does, the definition says how"
        " the two differ.",
    )
    listed = list(catalogue.topics.values())
    lines += [f"- [{topic.zh} {topic.en}](#{topic.id})" for topic in listed]
    lines += ["- [分组维度 Dimensions](#dimensions)", "- [缺报处理 Missing figures](#policies)"]
    for topic in listed:
        lines += ["", f'## <a id="{topic.id}"></a>{topic.zh} {topic.en}', ""]
        if topic.clause:
            lines += [f"规划章节 chapter of the plan: {topic.clause}", ""]
        lines += _topic([one for one in every if one.topic == topic.id])
    return text([*lines, *_dimensions(catalogue), *_policies(catalogue)])


def _topic(those: list[Measure]) -> Iterator[str]:
    yield from grid(
        ("度量 measure", "名称 name", "单位 unit", "性质 kind", "方向", "计算 computed as",
         "公布指标 published", "含义 definition", "来源 source"),
        (
            (
                f'<a id="{one.id}"></a>`{one.id}`',
                f"{one.zh}<br>{one.en}",
                one.unit,
                KINDS_OF_FIGURES[one.kind],
                DIRECTIONS[one.direction],
                "<br>".join(_computed(one)),
                f"`{one.indicator}`" if one.indicator else "",
                f"{one.definition}<br>{one.definition_en}",
                source_of(one.source) if isinstance(one.source, Source) else one.source,
            )
            for one in those
        ),
    )  # fmt: skip


def _computed(one: Measure) -> Iterator[str]:
    """Formula, condition and policy; or what it needs and from whom."""
    if one.needs:
        yield f"**需要 needs**：{one.needs.zh}（{one.needs.from_}）"
        yield f"{one.needs.en} ({one.needs.from_en})"
        return
    yield f"`{one.formula}`"
    if one.of:
        yield f"表 of: [`{one.of}`](tables.md#{one.of})"
    if one.where:
        yield f"条件 where: `{one.where}`"
    if one.by is not None:
        yield f"分组 by: {names(one.by) if one.by else '全市 the whole city only'}"
    if one.periods is not None:
        yield f"期间 periods: {names(one.periods)}"
    if one.of:
        yield f"缺报 missing: [`{one.missing}`](#policies)"
    for each in one.breaks:
        yield f"断点 break {each.from_}: {each.zh} {each.en}"


def _dimensions(catalogue: Catalogue) -> Iterator[str]:
    yield from ("", '## <a id="dimensions"></a>分组维度 Dimensions', "")
    yield from grid(
        ("维度 dimension", "名称 name", "怎样归组 how rows are grouped", "来源 source"),
        (
            (
                f"`{one.id}`",
                f"{one.zh} {one.en}" + ("（可重叠 overlapping）" if one.overlapping else ""),
                "<br>".join(_grouped(one)),
                source_of(one.source) if one.source else "",
            )
            for one in catalogue.dimensions.values()
        ),
    )


def _grouped(one: Dimension) -> Iterator[str]:
    if one.at:
        yield "列 columns: " + names(f"{table}.{column}" for table, column in one.at.items())
    for table, many in one.many.items():
        when = f" when `{many.when}`" if many.when else ""
        yield f"`{table}` → `{many.table}.{many.column}`{when}"
    if one.prefix:
        yield f"代码前 {one.prefix} 位 first {one.prefix} characters"
    if one.then:
        yield f"再取 then: `{one.names}.{one.then}`"
    for group in one.groups:
        said = f": `{group.when}`" if group.when else "：其余 the rest"
        yield f"{group.zh} {group.en}{said}"


def _policies(catalogue: Catalogue) -> Iterator[str]:
    yield from ("", '## <a id="policies"></a>缺报处理 Missing figures', "")
    yield from grid(
        ("规则 policy", "名称 name", "含义 meaning"),
        (
            (f"`{one.id}`", f"{one.zh} {one.en}", f"{one.meaning}<br>{one.meaning_en}")
            for one in catalogue.policies.values()
        ),
    )
