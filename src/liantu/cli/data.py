"""``liantu data``: figures in, figures out, rejected rows back to be mended."""

from __future__ import annotations

from pathlib import Path

import click

from liantu.cli.output import Format, Row, format_option, listed, print_rows, progress
from liantu.cli.review import review
from liantu.errors import InvalidRecords, StorageFailed


@click.group()
def data() -> None:
    """数据：导入、导出、退回、版次。Figures: import, export, rejected rows, vintages."""


data.add_command(review)


@data.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", default="", help="经手人，记入台账。Who brings it, kept in the ledger.")
def import_(file: Path, by: str) -> None:
    """导入公布数据（csv、xlsx）：好行一次入库，坏行退回。Good rows in, bad rows back.

    \b
    例 Example:
      liantu data import figures.csv --by 规划处
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records.ledger import import_observations

    with progress(1) as step:
        step("检查并入库 checking")
        batch = import_observations(file, by=by)
    click.echo(batch.summary_zh)
    click.echo(batch.summary_en)
    listed([remark.message for remark in batch.warnings])
    if batch.problems:
        raise InvalidRecords(
            f"{len(batch.problems)} 行未通过检查，已退回；"
            "用 liantu data rejected --out 文件 取回，修改后再导入。",
            f"{len(batch.problems)} rows failed their checks and were set aside; fetch them with"
            " liantu data rejected --out FILE, mend them and import again.",
            batch.problems,
        )


@data.command()
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="输出文件。File to write."
)
@click.option("--vintage", help="数据版次，缺省为最新。Vintage; the latest by default.")
def export(out: Path, vintage: str | None) -> None:
    """导出台账中的数据，可原样再导入。Export; the file imports again unchanged.

    \b
    例 Example:
      liantu data export --out figures.csv
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records.figures.observations_file import write_observations
    from liantu.records.ledger import observations

    rows = observations(vintage)
    write_observations(rows, out)
    click.echo(f"已导出 {len(rows)} 条到 {out}。Exported {len(rows)} figures.")


@data.command()
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="输出文件。File to write."
)
@click.option(
    "--batch",
    help="批次编号，缺省为最近一个有退回行的批次。Batch; the latest with rows by default.",
)
def rejected(out: Path, batch: str | None) -> None:
    """取回未通过检查的行及原因。Rows that failed, with the reasons, to mend and import again.

    \b
    例 Example:
      liantu data rejected --out mend.csv
      liantu data rejected --batch 3 --out mend.csv
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records.ledger import write_rejected

    count = write_rejected(out, batch)
    click.echo(f"已写出 {count} 行到 {out}。Wrote {count} rows.")


@data.command()
@format_option
def vintages(style: Format) -> None:
    """台账中的数据版次。Vintages in the ledger.

    \b
    例 Example:
      liantu data vintages
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records.ledger import vintages as all_vintages

    rows: list[Row] = [
        {
            "vintage": item.id,
            "accepted_at": item.accepted_at.isoformat(),
            "file": item.file_name,
            "rows": item.accepted,
        }
        for item in all_vintages()
    ]
    print_rows(
        rows, style, {"vintage": "版次", "accepted_at": "入库时间", "file": "文件", "rows": "条数"}
    )


@data.command()
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
    from liantu.records import lake

    with progress(1) as step:
        step("核对 checking")
        report = lake.check(fix=fix)
    rows: list[Row] = [
        {
            "kind": defect.kind,
            "name": defect.name,
            "removed": defect.removed,
            "zh": defect.message.zh,
            "en": defect.message.en,
        }
        for defect in report.defects
    ]
    if rows or style != "table":
        print_rows(rows, style, {"zh": "问题", "en": "problem"})
    if style == "table":
        click.echo(report.summary)
    if not report.sound:
        raise StorageFailed(report.summary.zh, report.summary.en)
