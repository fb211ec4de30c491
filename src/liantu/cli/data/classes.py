"""``liantu data concordance``: what two editions of the industry classification prove."""

from __future__ import annotations

from pathlib import Path

import click

from liantu.cli.data.options import as_of_option
from liantu.cli.output import Format, Row, format_option, print_rows

_COLUMNS = {"basis": "依据", "trust": "可信度", "classes": "小类", "all": "各层合计"}


@click.command()
@click.option("--from", "older", default="2011", show_default=True, help="旧版。Older edition.")
@click.option("--to", "newer", default="2017", show_default=True, help="新版。Newer edition.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="候选对照，核对后可导入。Candidates, to be looked at and imported.",
)
@click.option(
    "--left",
    type=click.Path(path_type=Path),
    help="推不出、待核实的类别。Classes of which nothing follows.",
)
@as_of_option
@format_option
def concordance(
    older: str, newer: str, out: Path | None, left: Path | None, as_of: str | None, style: Format
) -> None:
    """由两版行业分类推出新旧对照的候选；推不出的列为待核实。Candidates for the concordance.

    同码同名为同一类，同名异码为改码；其余不作推断。已有对照的类别不再列出。

    \b
    例 Example:
      liantu data concordance
      liantu data concordance --out 候选对照.csv --left 待核实.csv
      liantu data import 候选对照.csv --by 统计处 --reason 逐条核对
    """
    import polars as pl

    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records.concordance import candidates
    from liantu.records.doors.writing import write_table, write_texts
    from liantu.records.tables.declared import table

    found = candidates(older, newer, as_of)
    declared = table("industry_concordance")
    words = {name: {c.code: c.zh for c in declared[name].choices} for name in ("basis", "trust")}
    rows: list[Row] = [
        {
            "basis": words["basis"].get(str(each["basis"]), "推不出 nothing follows"),
            "trust": words["trust"][str(each["trust"])],
            "classes": each["classes"],
            "all": each["all"],
        }
        for each in found.counts
    ]
    print_rows(rows, style, _COLUMNS)
    if out is not None:
        write_table(found.rows, declared, out)
        click.echo(f"已写出 {found.rows.height} 条候选到 {out}。Wrote {out}.", err=True)
    if left is not None:
        headers = {"code": f"{older}代码", "name": f"{older}名称", "level": "层次",
                   "now": f"{newer}版该代码的名称"}  # fmt: skip
        texts = found.left.select(pl.col(n).cast(pl.String).alias(h) for n, h in headers.items())
        write_texts(texts, left, "待核实", frozenset())
        click.echo(f"已写出 {found.left.height} 条待核实到 {left}。Wrote {left}.", err=True)
