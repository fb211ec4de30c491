"""``liantu plan``: compile a text, audit a package, compare two editions, load into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from liantu.cli.output import Format, Row, format_option, print_rows, progress
from liantu.errors import UsageError

if TYPE_CHECKING:
    from liantu.plan.finding import Finding

SEVERITY = {"high": "高", "medium": "中", "low": "低"}


@click.group()
def plan() -> None:
    """规划文本：编译、审查、比较、入库。A plan's text: compile, audit, compare, load."""


@plan.command("compile")
@click.argument("text", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="输出目录。Folder to write."
)
@click.option("--title", help="规划名称，缺省时从正文识别。Title; read from the text by default.")
@format_option
def compile_(text: Path, out: Path, title: str | None, style: Format) -> None:
    """把规划文本（.txt .docx .pdf）编译成规划包。Compile a plan's text into a package.

    \b
    例 Example:
      liantu plan compile plan.docx --out build/plan
    """
    from liantu.plan.compiler import compile_text
    from liantu.plan.reader import read_source
    from liantu.plan.store import write_package

    with progress(3) as step:
        step("读取 reading")
        source = read_source(text, on_page=lambda done, pages: step(f"第 {done}/{pages} 页", 0))
        step("编译 compiling")
        package = compile_text(source.text, title=title)
        step("写入 writing")
        write_package(package, out)
    for doubt in package.doubts:
        line = source.text.count("\n", 0, doubt.start) + 1
        click.echo(f"注意：第 {line} 行，{doubt.message}", err=True)
        click.echo(f"Note, line {line}: {doubt.message_en}", err=True)
    counts: list[Row] = [
        {"what": zh, "name": name, "count": len(getattr(package, name))}
        for name, zh in PARTS.items()
    ]
    print_rows(counts, style, {"what": "内容", "count": "数量"})
    if style == "table":
        click.echo(f"\n《{package.meta.title}》已编译到 {out}（targets.csv、plan.json）。")
        click.echo(f"Compiled into {out}.")


PARTS = {
    "clauses": "章节条目 clauses",
    "targets": "量化目标 targets",
    "facts": "既有事实 facts",
    "industries": "产业节点 industries",
    "carriers": "支撑单位 carriers",
    "layouts": "产业布局 layouts",
    "zones": "功能区域 zones",
    "measures": "任务举措 measures",
    "platforms": "平台 platforms",
    "mechanisms": "工作机制 mechanisms",
    "doubts": "未读入的行 rows not read",
}


@plan.command()
@click.argument("package", type=click.Path(path_type=Path))
@click.option(
    "--assume",
    multiple=True,
    metavar="NAME=VALUE",
    help="替换一项假设，可多次。Replace an assumption, e.g. gdp_growth=0.055.",
)
@format_option
def audit(package: Path, assume: tuple[str, ...], style: Format) -> None:
    """审查规划自身的矛盾与缺项，逐条列出算式。Contradictions and gaps, each with arithmetic.

    \b
    例 Example:
      liantu plan audit build/plan --format json
      liantu plan audit build/plan --assume gdp_growth=0.055
    """
    from liantu.plan.store import read_package
    from liantu.systems.targets.board import findings_of

    findings = findings_of(read_package(package), _assumptions(assume))
    rows: list[Row] = [
        {
            "kind": finding.kind,
            "severity": finding.severity,
            "items": " ".join(finding.items),
            "message": finding.message,
        }
        for finding in findings
    ]
    shown = [{**row, "severity": SEVERITY[row["severity"]]} for row in rows]
    print_rows(
        shown if style == "table" else rows,
        style,
        {"severity": "程度", "kind": "类别", "items": "条目", "message": "说明"},
        [finding.model_dump() for finding in findings],
    )
    if style == "table":
        _print_arithmetic(findings)


def _print_arithmetic(findings: Sequence[Finding]) -> None:
    click.secho("\n算式 Arithmetic", bold=True)
    for finding in findings:
        for step in finding.arithmetic:
            click.echo(
                f"  {' '.join(finding.items[:3])}  {step.label}：{step.expression} = {step.result}"
            )


def _assumptions(pairs: tuple[str, ...]) -> dict[str, float]:
    result: dict[str, float] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        try:
            result[name.strip()] = float(value)
        except ValueError:
            sign = ""
        if not sign or not name.strip():
            raise UsageError(
                f"--assume 的写法不对：“{pair}”。应为 名称=数值，例如 gdp_growth=0.055。",
                f"--assume {pair!r} is not NAME=VALUE; write for example gdp_growth=0.055.",
            )
    return result


@plan.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@format_option
def diff(old: Path, new: Path, style: Format) -> None:
    """比较两个规划包（中期调整、下一个五年）。Compare two packages.

    \b
    例 Example:
      liantu plan diff build/plan-2022 build/plan-2024
    """
    from liantu.plan.diff import diff as compare
    from liantu.plan.store import read_package

    changes = compare(read_package(old), read_package(new))
    rows: list[Row] = [change.model_dump() for change in changes]
    columns = {"change": "变化", "indicator": "指标", "old": "原", "new": "新", "message": "说明"}
    print_rows(rows, style, columns)


@plan.command()
@click.argument("package", type=click.Path(path_type=Path))
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    help="规划原文，入库后页面可显示引文。Source text, so that pages can show quotations.",
)
def load(package: Path, text: Path | None) -> None:
    """把规划包装入台账，作为页面和报告所用的规划。Load a package into the ledger.

    \b
    例 Example:
      liantu plan load build/plan --text plan.txt
    """
    from liantu.plan.reader import read_source
    from liantu.plan.store import read_package
    from liantu.web.ready import ready

    compiled = read_package(package)
    source = read_source(text).text if text else None
    ready(with_first_plan=False)
    from liantu.records.ledger import load_plan

    load_plan(compiled, source_text=source)
    click.echo(f"《{compiled.meta.title}》已入库。Loaded into the ledger.")
