"""The reference of tables, indicators, measures, rules and terms, printed from the catalogue.

Its pages are never written by hand: a test holds the files of ``docs/reference`` to what this
module prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from liantu import site
from liantu.cli.reference_api import api
from liantu.cli.reference_measures import measures
from liantu.cli.reference_text import (
    DIRECTIONS,
    KINDS_OF_FIGURES,
    grid,
    head,
    names,
    source_of,
    text,
)
from liantu.declarations import CATALOG
from liantu.records.figures.indicators import load_indicators
from liantu.records.tables.declared import Column, Table, figures_table, load_tables
from liantu.web.pages.methods import Rule, rules_of, terms

KINDS = {
    "register": "登记表 register",
    "series": "序列表 series",
    "figures": "公布数据 published figures",
}
GRAINS = {"month": "月 month", "quarter": "季 quarter", "year": "年 year"}
TYPES = {
    "text": "文字 text",
    "code": "代码 code",
    "integer": "整数 integer",
    "number": "数 number",
    "money": "金额 money",
    "share": "占比 share 0–1",
    "date": "日期 date",
    "period": "期间 period",
    "boolean": "是否 yes/no",
    "enum": "选项 choice",
    "geometry": "图形 GeoJSON",
    "reference": "引用 reference",
}
SETTING_KINDS = {
    "text": "文字 text",
    "path": "路径 path",
    "switch": "开关 switch",
    "words": "列表 list",
    "integer": "整数 whole number",
    "choice": "选项 choice",
    "secret": "机密 secret",
}
SEVERITIES = {"error": "退回 sent back", "warning": "提示 remark"}


def tables() -> str:
    """Every declared table: columns, checks, who files it and when."""
    every = [*load_tables().values(), figures_table()]
    lines = head(
        "数据表 Tables of records",
        "每个数据表在 `catalog/tables/` 中声明一次；模板、检查、存储、页面与本文都读同一份声明。"
        "金额与数量按“单位”一栏存储，文件中未写单位时按“表上单位”读取。",
        "Each table is declared once in `catalog/tables/`; templates, checks, storage, pages and"
        " this page read that declaration. Figures are stored in the unit given; a file that names"
        " none is read in the unit shown beside it.",
    )
    lines += [f"- [{table.zh} {table.en}](#{table.id}) `{table.id}`" for table in every]
    for table in every:
        lines += ["", *_table(table)]
    return text(lines)


def _table(table: Table) -> Iterator[str]:
    yield f'## <a id="{table.id}"></a>{table.zh} {table.en} `{table.id}`'
    yield ""
    yield f"{table.meaning_zh}  "
    yield table.meaning_en
    yield ""
    yield from _facts(table)
    yield ""
    yield from grid(
        ("列 column", "名称 name", "类型 type", "单位 unit", "取值 values", "含义 meaning"),
        (
            (
                f"`{column.name}`" + (" \\*" if column.required else ""),
                f"{column.zh} {column.en}",
                TYPES[column.type],
                _unit(column),
                _values(column),
                f"{column.meaning_zh} {column.meaning_en}",
            )
            for column in table.columns
        ),
    )
    yield from _checks(table)


def _facts(table: Table) -> Iterator[str]:
    grain = f"，{GRAINS[table.grain]}" if table.grain else ""
    yield f"- {KINDS[table.kind]}{grain}；主键 key: {names(table.key)}；\\* 必填 required"
    due = ""
    if table.due_days is not None:
        due = f"；期末后 {table.due_days} 天内报送 due {table.due_days} days after the period"
    yield f"- 报送 filed by: {table.owner} {table.owner_en}{due}"
    if table.aliases:
        yield f"- 工作表名 sheet names: {'、'.join(table.aliases)}"
    yield f"- 来源 source: {source_of(table.source)}"


def _unit(column: Column) -> str:
    if column.shown_unit and column.shown_unit != column.unit:
        return f"{column.unit}（表上 shown: {column.shown_unit}）"
    return column.unit


def _values(column: Column) -> str:
    said = []
    if column.minimum is not None or column.maximum is not None:
        low = "" if column.minimum is None else f"{column.minimum:g}"
        high = "" if column.maximum is None else f"{column.maximum:g}"
        said.append(f"{low}…{high}")
    if column.not_future:
        said.append("不晚于今日 not in the future")
    if column.pattern:
        said.append(f"`{column.pattern}`")
    if column.check:
        said.append(f"校验 check: {column.check}")
    if column.references:
        said.append(f"→ [{column.references}](#{column.references})")
    if column.names:
        said.append(f"与 {column.names} 核对 compared with `{column.names}`")
    said += [f"`{choice.code}` {choice.zh} {choice.en}" for choice in column.choices]
    return "<br>".join(said)


def _checks(table: Table) -> Iterator[str]:
    rows = [(c.id, c.expression, SEVERITIES[c.severity], c.zh, c.en) for c in table.checks]
    for slip in table.slips:
        against = slip.ratio or f"{slip.column} / 历史值 history"
        rows.append(
            (slip.id, f"{against} ∈ {slip.low:g}…{slip.high:g}", SEVERITIES[slip.severity],
             f"疑为单位写错：{slip.zh}", f"unit suspected: {slip.en}")
        )  # fmt: skip
    for jump in table.jumps:
        rows.append(
            (f"{jump.column}_jump", f"{jump.column} / 上期 before ∈ {jump.low:g}…{jump.high:g}",
             SEVERITIES["warning"], "与上期相比变化过大", "changes too much on the period before")
        )  # fmt: skip
    for rule in table.within:
        rows.append(
            (rule.id, f"{rule.column} ⊂ {rule.area} ± {rule.tolerance_m:g} m",
             SEVERITIES[rule.severity], "图形不在所填地区之内", "a shape outside the area named")
        )  # fmt: skip
    for way in table.one_way:
        rows.append((way.id, f"{way.from_} → {way.to}", SEVERITIES["warning"], way.zh, way.en))
    for each in table.agreements:
        wanted = each.ours or f"∈ {', '.join(each.among)}"
        said = f"{each.column}.{each.theirs} = {wanted}"
        rows.append((each.id, said, SEVERITIES[each.severity], each.zh, each.en))
    if rows:
        yield ""
        yield from grid(
            ("检查 check", "条件 condition", "结果 result", "不符时 when it fails"),
            (
                (f"`{name}`", f"`{said}`", result, f"{zh} {en}")
                for name, said, result, zh, en in rows
            ),
        )


def indicators() -> str:
    """Every indicator: unit, kind, coverage, names, definition, source."""
    lines = head(
        "指标 Indicators",
        "公布数据按名称、口径与单位对应到指标；对应不上的照原名保存，不用于任何目标。",
        "Published figures are bound to an indicator by name, coverage and unit; what is not bound"
        " is kept under its name and used for no target.",
    )
    lines += grid(
        ("指标 indicator", "名称 name", "单位 unit", "性质 kind", "方向", "口径 coverage",
         "别名 other names", "含义 definition", "来源 source"),
        (
            (
                f"`{one.id}`",
                f"{one.zh} {one.en}",
                one.unit,
                KINDS_OF_FIGURES[one.kind],
                DIRECTIONS[one.direction],
                "、".join(one.scope),
                "、".join(one.aliases),
                one.definition,
                source_of(one.source),
            )
            for one in load_indicators().indicators.values()
        ),
    )  # fmt: skip
    return text(lines)


def rules() -> str:
    """Every rule that has an id, by file, with its parameters and source."""
    lines = head(
        "规则 Rules",
        "规则与门限写在 `catalog/rules/` 中，每条有来源与可信度；没有人能核实的写明待核实。",
        "Rules and thresholds stand in `catalog/rules/`, each with its source and grade of trust;"
        " what nobody could verify says 待核实.",
    )
    for path in sorted((CATALOG / "rules").glob("*.yaml")):
        lines += ["", f"## `{path.stem}.yaml`", "", *_comment(path), ""]
        found = rules_of(path.stem)
        if found:
            header = ("规则 rule", "内容 what it says", "参数 parameters", "来源 source")
            lines += grid(header, (_rule(rule) for rule in found))
        else:
            lines.append(f"各项见文件本身。See the file: `catalog/rules/{path.name}`.")
    return text(lines)


def _rule(rule: Rule) -> tuple[str, ...]:
    parameters = "<br>".join(f"{name}: {value}" for name, value in rule.parameters)
    source = source_of(rule.source) if rule.source else ""
    return f"`{rule.id}`", f"{rule.zh} {rule.en}", parameters, source


def _comment(path: Path) -> Iterator[str]:
    """What a catalogue file says of itself in its first lines."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            return
        yield line.removeprefix("#").strip()


def glossary() -> str:
    """The field's terms as this project uses them."""
    lines = head(
        "术语 Glossary",
        "代码、页面与文档使用同一套术语。",
        "Code, pages and papers use one set of terms.",
    )
    lines += grid(
        ("术语 term", "中文", "English", "释义 definition", "单位 unit"),
        (
            (f"`{t.id}`", t.zh, t.en, f"{t.definition_zh} {t.definition_en}", t.unit)
            for t in terms()
        ),
    )
    return text(lines)


def settings() -> str:
    """Every setting of a site: its names, its kind, what it is without being given."""
    lines = head(
        "设置 Settings",
        "写在 `liantu.toml`（由 `LIANTU_SETTINGS` 指定，或放在 home 目录中），或写成环境变量；"
        "环境变量优先。机密只能来自环境变量，或“变量名_FILE”所指的文件。不认识的键会报错。"
        "`liantu settings show` 列出现值及其来源。",
        "In `liantu.toml` (named by `LIANTU_SETTINGS`, or lying in the home) or in the environment,"
        " which wins. Secrets come from the environment only, or from the file that the variable"
        " with `_FILE` at its end names. An unknown key is an error. `liantu settings show` lists"
        " what is in force and where it was said.",
    )
    lines += grid(
        ("键 key", "环境变量 variable", "类型 kind", "缺省 default", "含义 meaning"),
        (
            (
                f"`{name}`" if one.kind != "secret" else "—",
                f"`{site.variable(name)}`"
                + (f", `{site.variable(name)}_FILE`" if site.is_secret(one) else ""),
                SETTING_KINDS[one.kind] + (f" {names(one.choices)}" if one.choices else ""),
                f"`{one.default}`" if one.default else "",
                f"{one.zh}。{one.en}.",
            )
            for name, one in site.declared_settings().items()
        ),
    )
    return text(lines)


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings,
    "tables.md": tables,
    "indicators.md": indicators,
    "measures.md": measures,
    "rules.md": rules,
    "glossary.md": glossary,
    "api.md": api,
}
"""Every page of the reference, by the name of its file."""
