"""``liantu data show`` and its neighbours: one record looked up, changed, brought back, merged."""

from __future__ import annotations

from typing import Any

import click

from liantu.cli.data.options import as_of_option, by_option, merged_versions, pairs, reason_option
from liantu.cli.output import Format, Row, format_option, print_rows

_table = click.argument("table_id", metavar="TABLE")
_key = click.argument("key", nargs=-1, required=True, metavar="KEY...")
_version = click.option(
    "--expect-version",
    type=int,
    help="所依据的版本；他人已先修改则不改。Version seen; refused if someone was first.",
)
_CELLS = {"zh": "列", "value": "值", "unit": "单位", "column": "列名"}
_CHANGES = {"version": "版本", "at": "时间", "action": "动作", "by": "经手人", "batch": "批次",
            "changes": "变更", "reason": "理由"}  # fmt: skip


@click.command()
@_table
@_key
@as_of_option
@format_option
def show(table_id: str, key: tuple[str, ...], as_of: str | None, style: Format) -> None:
    """一条记录的全部内容。One record.

    主键按该表主键列的次序给出；已并入他条的主键显示所并入的记录。

    \b
    例 Example:
      liantu data show firms 91510100MA00000001
      liantu data show firm_month 91510100MA00000001 2025-03 --as-of 2025-06-30
    """
    _ready()
    from liantu.records import intake

    record = intake.record_of(table_id, key, as_of=as_of)
    rows: list[Row] = [
        {
            "column": column.name,
            "zh": column.zh,
            "en": column.en,
            "value": record.shown(column.name) if style == "table" else record.values[column.name],
            "unit": column.written_unit if style == "table" else column.unit,
        }
        for column in record.table.columns
    ]
    details: dict[str, Any] = {
        "table": record.table.id,
        "key": record.key,
        "values": record.values,
        "version": record.version,
        "batch": record.batch,
        "synthetic": record.synthetic,
    }
    print_rows(rows, style, _CELLS, details=details)
    if style == "table":
        click.echo(record.told.zh)
        click.echo(record.told.en)


@click.command()
@_table
@_key
@as_of_option
@format_option
def history(table_id: str, key: tuple[str, ...], as_of: str | None, style: Format) -> None:
    """一条记录的历次变更：何时、何人、改了什么、为何。Every change of a record.

    \b
    例 Example:
      liantu data history firms 91510100MA00000001
      liantu data history firm_year 91510100MA00000001 2024
    """
    _ready()
    from liantu.records import intake

    changes = intake.history_of_record(table_id, key, as_of=as_of)
    rows: list[Row] = [
        {
            "version": each.version,
            "at": each.at.strftime("%Y-%m-%d %H:%M:%S"),
            "action": each.action,
            "by": each.by,
            "batch": each.batch,
            "changes": "；".join(each.told) if style != "json" else each.changes,
            "reason": each.reason,
        }
        for each in changes
    ]
    print_rows(rows, style, _CHANGES)


@click.command()
@_table
@_key
@click.option(
    "--set",
    "cells",
    multiple=True,
    required=True,
    metavar="列=值",
    help="新值，可多次；列名带单位则按该单位。New value of a column.",
)
@_version
@by_option
@reason_option(required=True)
def edit(
    table_id: str, key: tuple[str, ...], cells: tuple[str, ...], expect_version: int | None,
    by: str, reason: str,
) -> None:  # fmt: skip
    """修改登记表的一条记录，留下历史。Change cells of a record of a register.

    \b
    例 Example:
      liantu data edit firms 91510100MA00000001 --set 注册资本（万元）=500 --reason 增资
      liantu data edit parks P01 2021 --set name=新名 --reason 更名 --expect-version 3
    """
    _ready()
    from liantu.records import intake

    version = intake.edit_record(
        table_id, key, pairs(cells, "--set"), expected_version=expect_version, by=by, reason=reason
    )
    _say(f"已修改，现为版本 {version}。", f"Changed; it is version {version} now.")


@click.command()
@_table
@_key
@_version
@by_option
@reason_option(required=True)
def delete(
    table_id: str, key: tuple[str, ...], expect_version: int | None, by: str, reason: str
) -> None:
    """删除登记表的一条记录；历史保留，可恢复。Mark a record as deleted.

    \b
    例 Example:
      liantu data delete firms 91510100MA00000001 --reason 重复登记
    """
    _ready()
    from liantu.records import intake, registers

    parts = intake.parts_of(table_id, key)
    version = registers.delete(table_id, parts, by, reason, expect_version)
    _say(
        f"已删除（版本 {version}），可用 liantu data restore 恢复。", f"Deleted, version {version}."
    )


@click.command()
@_table
@_key
@click.option("--version", type=int, help="恢复到该版本的内容。Version whose cells to take.")
@_version
@by_option
@reason_option(required=True)
def restore(
    table_id: str, key: tuple[str, ...], version: int | None, expect_version: int | None,
    by: str, reason: str,
) -> None:  # fmt: skip
    """恢复已删除、已并入的记录，或回到某一版本。Bring a record back.

    \b
    例 Example:
      liantu data restore firms 91510100MA00000001 --reason 误删
      liantu data restore firms 91510100MA00000001 --version 2 --reason 误改
    """
    _ready()
    from liantu.records import intake, registers

    parts = intake.parts_of(table_id, key)
    now = registers.restore(table_id, parts, by, reason, version, expect_version)
    _say(f"已恢复，现为版本 {now}。", f"Restored; it is version {now} now.")


@click.command()
@_table
@click.option(
    "--keep",
    multiple=True,
    required=True,
    help="留下的记录的主键；多列时依次重复。Key of the record to keep.",
)
@click.option(
    "--drop",
    multiple=True,
    required=True,
    help="并入的记录的主键；多列时依次重复。Key of the record that goes into it.",
)
@merged_versions
@by_option
@reason_option(required=True)
def merge(
    table_id: str, keep: tuple[str, ...], drop: tuple[str, ...], keep_version: int | None,
    drop_version: int | None, by: str, reason: str,
) -> None:  # fmt: skip
    """两条记录实为一条：并入其一，两个主键都保留。Two records are one: both keys stay.

    \b
    例 Example:
      liantu data merge firms --keep 91510100MA00000001 --drop 91510100MA00000002 --reason 同一企业
      liantu data merge firms --keep A --drop B --keep-version 3 --drop-version 1 --reason 同一企业
    """
    _ready()
    from liantu.records import intake, registers

    kept, dropped = intake.parts_of(table_id, keep), intake.parts_of(table_id, drop)
    seen = (keep_version, drop_version)
    version = registers.merge(table_id, kept, dropped, by, reason, seen)
    _say(f"已合并，留存记录现为版本 {version}。", f"Merged; the record kept is version {version}.")


def _ready() -> None:
    from liantu.web.ready import ready

    ready(with_first_plan=False)


def _say(zh: str, en: str) -> None:
    click.echo(zh)
    click.echo(en)
