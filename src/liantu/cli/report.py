"""``liantu report``: the papers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from liantu.cli.output import progress

STEPS = {
    "open": "打开台账 opening",
    "evaluate": "计算 evaluating",
    "docx": "排版 docx",
    "pdf": "排版 pdf",
    "xlsx": "附表 xlsx",
}


@click.group()
def report() -> None:
    """文件：季度调度、终期评估、月通报、周报告。Papers: dispatch, evaluation, bulletins."""


def _paper(kind: str, help_text: str, example: str) -> None:
    """One command a kind of paper; they differ in nothing but name and words."""

    @report.command(kind, help=f"{help_text}\n\n\b\n例 Example:\n  {example}")
    @click.option(
        "--period", required=True, metavar="2025Q4", help="调度周期。Quarter, e.g. 2025Q4."
    )
    @click.option("--out", type=click.Path(path_type=Path), required=True, help="输出目录。Folder.")
    @click.option("--vintage", help="数据版次，缺省为最新。Vintage; the latest by default.")
    def command(period: str, out: Path, vintage: str | None) -> None:
        from liantu.web.ready import ready

        with progress(len(STEPS)) as step:
            step(STEPS["open"])
            ready()
            from liantu.documents import report as write

            paths = write(
                kind, period, out, vintage=vintage, on_step=lambda name: step(STEPS[name])
            )
        for path in paths:
            click.echo(path)


_paper(
    "quarterly",
    "季度调度材料（docx、PDF、xlsx 附表）。The quarterly dispatch.",
    "liantu report quarterly --period 2025Q4 --out build/papers",
)
_paper(
    "final",
    "规划终期评估报告（docx、PDF、xlsx 附表）。The final evaluation of the plan.",
    "liantu report final --period 2025Q4 --out build/papers",
)


def _moment(kind: str) -> Callable[[Any], Any]:
    """A week is told as of a moment; a month as it was published."""
    if kind != "weekly":
        return lambda command: command
    return click.option(
        "--as-of", metavar="2026-11-26",
        help="截至该日（或时刻）的情况，缺省为周末或此刻。As it stood then; by default at its end.",
    )  # fmt: skip


def _bulletin(kind: str, metavar: str, help_text: str, example: str) -> None:
    """One command a kind of bulletin."""

    @report.command(kind, help=f"{help_text}\n\n\b\n例 Example:\n  {example}")
    @click.option("--period", required=True, metavar=metavar, help="报告期。Period.")
    @click.option("--out", type=click.Path(path_type=Path), required=True, help="输出目录。Folder.")
    @click.option(
        "--template", type=click.Path(path_type=Path),
        help="自备的 docx 模板（liantu report template 导出后修改）。Your own template.",
    )  # fmt: skip
    @_moment(kind)
    def command(period: str, out: Path, template: Path | None, as_of: str | None = None) -> None:
        from liantu.web.ready import ready

        with progress(len(STEPS)) as step:
            step(STEPS["open"])
            ready()
            from liantu.documents.reporting import bulletin

            paths = bulletin(
                kind, period, out, template=template, as_of=as_of,
                on_step=lambda name: step(STEPS[name]),
            )  # fmt: skip
        for path in paths:
            click.echo(path)


_bulletin(
    "monthly",
    "2026-10",
    "月通报（docx、PDF、xlsx）：报送情况与主要数据。The monthly bulletin.",
    "liantu report monthly --period 2026-10 --out build/papers",
)
_bulletin(
    "weekly",
    "2026-W48",
    "周报告（docx、PDF、xlsx）：谁报了、谁逾期、下周到期。The weekly report.",
    "liantu report weekly --period 2026-W48 --out build/papers",
)


@report.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到。File to write.")
def template(out: Path) -> None:
    """导出通报的 docx 模板，供修改文字与版式。The template of bulletins, to be edited in Word.

    \b
    例 Example:
      liantu report template --out template.docx
      liantu report monthly --period 2026-10 --template template.docx --out build/papers
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.documents.clerk import write_template

    write_template(out)
    click.echo(out)
