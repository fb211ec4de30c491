"""``liantu report``: the papers."""

from __future__ import annotations

from pathlib import Path

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
    """文件：季度调度、终期评估。Papers: quarterly dispatch, final evaluation."""


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
