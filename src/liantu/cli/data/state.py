"""``liantu data vintages`` and ``check``: what was accepted when, and is all of it there?"""

from __future__ import annotations

import click

from liantu.cli.data.options import as_of_option
from liantu.cli.output import Format, Row, format_option, print_rows, progress
from liantu.errors import StorageFailed


@click.command()
@click.option("--table", "table_id", help="只看一张表；公布数据为 observations。One table only.")
@as_of_option
@format_option
def vintages(table_id: str | None, as_of: str | None, style: Format) -> None:
    """台账中的数据版次：各批次何时、何人、何表、几行。Vintages in the ledger.

    \b
    例 Example:
      liantu data vintages
      liantu data vintages --table firm_month --as-of 2025-12-31
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records import intake
    from liantu.records.ledger import vintages as all_vintages
    from liantu.records.moments import moment_of

    until = moment_of(as_of)
    rows: list[Row] = [
        {
            "vintage": item.id,
            "accepted_at": item.accepted_at.isoformat(),
            "table": item.table or intake.OBSERVATIONS,
            "file": item.file_name,
            "by": item.by,
            "rows": item.accepted,
            "unchanged": item.duplicates,
            "rejected": item.rejected,
        }
        for item in all_vintages()
        if table_id in (None, item.table or intake.OBSERVATIONS)
        and (until is None or item.accepted_at <= until)
    ]
    titles = {"vintage": "版次", "accepted_at": "入库时间", "table": "表", "file": "文件",
              "by": "经手人", "rows": "条数", "rejected": "退回"}  # fmt: skip
    print_rows(rows, style, titles)


@click.command()
@click.option("--fix", is_flag=True, help="清除中断的导入留下的文件。Remove left-over files.")
@format_option
def check(fix: bool, style: Format) -> None:
    """核对台账与数据文件：残留、缺失、损坏、行数。Prove that ledger and lake agree.

    \b
    例 Example:
      liantu data check --fix
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.indicators.keeping import ValueDefect, check_kept
    from liantu.records import lake
    from liantu.records.lake.proof import Defect

    with progress(1) as step:
        step("核对 checking")
        report = lake.check(fix=fix)
        values = check_kept(fix=fix)
    defects: list[Defect | ValueDefect] = [*report.defects, *values]
    rows: list[Row] = [
        {
            "kind": defect.kind,
            "name": defect.name,
            "removed": defect.removed,
            "zh": defect.message.zh,
            "en": defect.message.en,
        }
        for defect in defects
    ]
    if rows or style != "table":
        print_rows(rows, style, {"zh": "问题", "en": "problem"})
    if style == "table":
        click.echo(report.summary)
    if not report.sound:
        raise StorageFailed(report.summary.zh, report.summary.en)
    left = sum(not defect.removed for defect in values)
    if left:
        raise StorageFailed(
            f"保存的度量值有 {left} 个文件不完好。可用 liantu data check --fix 清除后重算。",
            f"{left} files of kept values are not sound. Remove them with liantu data check --fix;"
            " they are computed again.",
        )
