"""Published figures through ``liantu data import``, which have a door of their own."""

from __future__ import annotations

from pathlib import Path

import click

from liantu.cli.output import Format, Row, listed, print_rows, progress
from liantu.errors import InvalidRecords


def check_figures(path: Path, style: Format) -> None:
    """Check a file of published figures; nothing is imported."""
    from liantu.records.figures.observations_file import read_observations

    read = read_observations(path)
    row: Row = {
        "file": path.name, "table": "observations", "good": len(read.observations),
        "rejected": len(read.rejected), "warnings": len(read.warnings),
    }  # fmt: skip
    print_rows([row], style, {"file": "文件", "good": "可入库", "rejected": "退回",
                              "warnings": "提示"})  # fmt: skip
    if style == "table":
        listed([remark.message for remark in read.warnings])
    if read.rejected:
        raise InvalidRecords(
            f"{len(read.rejected)} 行未通过检查；其余可以入库。本次只检查，未作任何改动。",
            f"{len(read.rejected)} rows failed their checks. Nothing was changed.",
            [row.message for row in read.rejected],
        )


def import_figures(path: Path, by: str, style: Format) -> None:
    """Check a file of published figures and take in its good rows."""
    from liantu.records.ledger import import_observations

    with progress(1) as step:
        step("检查并入库 checking")
        batch = import_observations(path, by=by)
    if style == "table":
        click.echo(batch.summary_zh)
        click.echo(batch.summary_en)
        listed([remark.message for remark in batch.warnings])
    else:
        row: Row = {
            "file": batch.file_name, "table": "observations", "new": batch.accepted,
            "unchanged": batch.duplicates, "rejected": batch.rejected, "batch": batch.vintage,
            "already": batch.already,
        }  # fmt: skip
        print_rows([row], style)
    if batch.problems:
        raise InvalidRecords(
            f"{len(batch.problems)} 行未通过检查，已退回；"
            "用 liantu data rejected --out 文件 取回，修改后再导入。",
            f"{len(batch.problems)} rows failed their checks and were set aside; fetch them with"
            " liantu data rejected --out FILE, mend them and import again.",
            batch.problems,
        )
