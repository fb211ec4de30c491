"""``liantu data quality``: what is missing, late, empty or implausible, and who has to act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from liantu.cli.output import Format, Row, format_option, print_rows, progress

if TYPE_CHECKING:
    from liantu.records.quality import QualityReport

LISTS = ("missing", "late", "wrong", "empty", "sums", "todo")
_MOST = 200
"""Rows of a list on the screen; csv and json hold them all."""

COLUMNS = {
    "table": "表",
    "district": "区县",
    "period": "期间",
    "expected": "应报",
    "filed": "已报",
    "missing": "缺报",
    "awaited": "整期未到",
    "not_due": "未到期",
    "late": "迟报",
    "records": "记录",
    "wrong": "存疑",
    "empty": "空列",
}


@click.command()
@click.option("--table", "table_id", help="只看一个表，如 firm_month。One table.")
@click.option("--period", help="只看一个期间，如 2025-03。One period.")
@click.option("--district", help="只看一个区县（代码）。One district, by its code.")
@click.option(
    "--by",
    type=click.Choice(["table", "district", "period", "cell"]),
    default="table",
    show_default=True,
    help="按表、区县、期间汇总，或逐格（区县×期间）。Rows counted by.",
)
@click.option(
    "--list",
    "listed",
    type=click.Choice(LISTS),
    help="逐条列出：缺报、迟报、存疑、空列、总分不符、催报清单。The rows themselves.",
)
@click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    help="该日（或该批次）时的情况，缺省为现在。The state by that day or batch; now by default.",
)
@format_option
def quality(
    table_id: str | None,
    period: str | None,
    district: str | None,
    by: str,
    listed: str | None,
    as_of: str | None,
    style: Format,
) -> None:
    """数据质量：缺什么、迟什么、哪些存疑、该催谁。What is missing, late, implausible.

    \b
    例 Example:
      liantu data quality
      liantu data quality --table firm_month --by district --period 2025-03
      liantu data quality --table firm_month --list missing --format csv
      liantu data quality --as-of 2025-06-30
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records.quality import listing, report
    from liantu.records.tables.declared import table

    if table_id:
        table(table_id)
    with progress(1) as step:
        step("核对 looking")
        found = report(as_of)
    asked = listing.Asked(table_id or "", district or "", period or "")
    if listed:
        rows: list[Row] = listing.rows(found, listed, asked).rows(named=True)
        print_rows(rows[:_MOST] if style == "table" else rows, style, listing.HEADERS[listed])
        if style == "table" and len(rows) > _MOST:
            click.echo(f"另有 {len(rows) - _MOST} 条，用 --format csv 取全。And more: use csv.")
        return
    rows = listing.counts(found, by, asked).rows(named=True)
    shown = {name: title for name, title in COLUMNS.items() if not rows or name in rows[0]}
    print_rows(rows, style, shown)
    if style == "table":
        _say(found)


def _say(found: QualityReport) -> None:
    from liantu.records.quality.sentence import sentence

    said = sentence(found)
    click.echo(f"\n{said.zh}\n{said.en}")
