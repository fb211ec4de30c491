"""``liantu data rejected`` and ``withdraw``: rows back to be mended, rows taken back."""

from __future__ import annotations

from pathlib import Path

import click

from liantu.cli.data.options import as_of_option, by_option, pairs, reason_option
from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import UsageError


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="输出文件（.xlsx、.csv）。File.")
@click.option(
    "--batch",
    help="批次编号，缺省为最近一个有待改正行的批次。Batch; the latest with rows by default.",
)
@click.option("--list", "list_", is_flag=True, help="列出有待改正行的批次。List what waits.")
@as_of_option
@format_option
def rejected(
    out: Path | None, batch: str | None, list_: bool, as_of: str | None, style: Format
) -> None:
    """取回未通过检查的行及原因，改好后原样导入。Rows that failed, to mend and import again.

    xlsx 中有问题的单元格标色并附批注，编码列有下拉选项。

    \b
    例 Example:
      liantu data rejected --out mend.xlsx
      liantu data rejected --batch 3 --out mend.csv
      liantu data rejected --list
      liantu data rejected --list --as-of 2025-12-31
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records import intake

    if list_:
        rows: list[Row] = [
            {
                "batch": each.batch,
                "table": each.table or intake.OBSERVATIONS,
                "file": each.file_name,
                "rows": each.rows,
            }
            for each in intake.waiting(as_of)
        ]
        titles = {"batch": "批次", "table": "表", "file": "文件", "rows": "待改正行"}
        print_rows(rows, style, titles)
        return
    if out is None:
        raise UsageError(
            "请用 --out 指明输出文件，或用 --list 查看。",
            "Name the file to write with --out, or see what waits with --list.",
        )
    chosen, count = intake.write_sent_back(out, batch, as_of)
    click.echo(
        f"批次 {chosen.pk}（{chosen.file_name}）：已写出 {count} 行到 {out}。"
        f"{_done(chosen.rejected - count)}改好后用 liantu data import {out} 导入。"
    )
    click.echo(f"Wrote {count} rows of batch {chosen.pk}. Mend them and import the file.")


def _done(rows: int) -> str:
    """Rows of the batch that are not in the file."""
    return f"其余 {rows} 行已改正，未写出。" if rows > 0 else ""


@click.command()
@click.argument("table_id", metavar="TABLE")
@click.argument("key", nargs=-1)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path),
    help="其主键各行全部撤销的文件。File whose keys are withdrawn.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="列=值",
    help="符合条件的记录，可多次。Records that have these values.",
)
@by_option
@reason_option(required=True)
def withdraw(
    table_id: str, key: tuple[str, ...], file: Path | None, where: tuple[str, ...], by: str,
    reason: str,
) -> None:  # fmt: skip
    """撤销月报、季报、年报中的记录；历史保留。Take records of a series back; history stays.

    登记表（企业、园区……）的记录用 liantu data delete 逐条删除。

    \b
    例 Example:
      liantu data withdraw firm_month 91510100MA00000001 2025-03 --reason 报错了企业
      liantu data withdraw firm_month --file wrong.csv --reason 口径有误，重报
      liantu data withdraw park_quarter --where 季度=2025Q1 --reason 误报全部园区
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records import intake
    from liantu.records.tables.declared import table

    if sum((bool(key), file is not None, bool(where))) != 1:
        raise UsageError(
            "请给出一条记录的主键，或 --file，或 --where，三者取一。",
            "Give the key of one record, or --file, or --where; one of the three.",
        )
    declared = table(table_id)
    if key:
        rows = intake.keys_frame(declared, [key])
    elif file is not None:
        rows = intake.prepare(file, table_id).checked.frame
    else:
        rows = intake.rows_of(table_id, where=pairs(where, "--where"))
    receipt = intake.withdraw(table_id, rows, by=by, reason=reason)
    click.echo(f"已撤销 {receipt.changed} 条（批次 {receipt.vintage}）。")
    click.echo(f"Withdrew {receipt.changed} records (batch {receipt.vintage}).")
