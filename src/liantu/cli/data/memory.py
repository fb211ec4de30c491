"""``liantu data correct``, ``corrections`` and ``mappings``: what imports remember."""

from __future__ import annotations

from pathlib import Path

import click

from liantu.cli.data.options import as_of_option, by_option, reason_option
from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import UsageError

_CORRECTIONS = {"id": "编号", "table": "表", "key": "主键", "column": "列", "expect": "预期原值",
                "value": "更正为", "reason": "理由", "by": "经手人", "added": "时间",
                "used": "已用批次", "retired": "停用"}  # fmt: skip
_MAPPINGS = {"source": "来源", "table": "表", "version": "版本", "header": "表头", "column": "列",
             "unit": "单位", "by": "经手人", "saved": "时间"}  # fmt: skip


@click.command()
@click.argument("table_id", metavar="[TABLE]", required=False)
@click.argument("key", nargs=-1, metavar="[KEY...]")
@click.option("--column", help="列；带单位的表头则按该单位。Column, with a unit if any.")
@click.option("--expect", default="", help="来源中的错误值，缺省为空。What the source says.")
@click.option("--value", help="应为的值；空文本表示无数据。What it should be.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path),
    help="更正文件（csv、xlsx）。File of corrections (csv, xlsx).",
)
@click.option("--retire", type=int, help="停用该编号的更正。End the correction of this number.")
@by_option
@reason_option(required=False)
def correct(
    table_id: str | None, key: tuple[str, ...], column: str | None, expect: str,
    value: str | None, file: Path | None, retire: int | None, by: str, reason: str,
) -> None:  # fmt: skip
    """记录一条更正：来源的错误值每次导入都改正，来源自行改正后报错。Correct a source's cell.

    现有记录若仍为错误值，同时改正。不带单位的列名按存储单位。

    \b
    例 Example:
      liantu data correct firm_year 91510100MA00000001 2024 --column 用地面积（亩） \\
          --expect 400 --value 40 --reason 小数点错位，见宗地台账
      liantu data correct --file corrections.csv --by 企业处
      liantu data correct --retire 3 --reason 来源已改正
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    ways = (table_id is not None, file is not None, retire is not None)
    if sum(ways) != 1:
        raise UsageError(
            "请给出一条更正（TABLE KEY --column --value），或 --file，或 --retire，三者取一。",
            "Give one correction (TABLE KEY --column --value), or --file, or --retire.",
        )
    if retire is not None:
        _retire(retire, by, reason)
    elif file is not None:
        _read(file, by)
    elif table_id is not None:
        _add(table_id, key, column, expect, value, by, reason)


def _retire(number: int, by: str, reason: str) -> None:
    from liantu.records import intake

    ended = intake.retire_correction(number, by=by, reason=reason)
    click.echo(f"已停用更正 {ended.place}。Correction #{ended.id} retired.")


def _read(file: Path, by: str) -> None:
    from liantu.records import intake

    kept = intake.add_corrections(intake.read_corrections(file), by=by)
    click.echo(f"已记录 {len(kept)} 条更正。Kept {len(kept)} corrections.")


def _add(
    table_id: str, key: tuple[str, ...], said: str | None, expect: str, value: str | None,
    by: str, reason: str,
) -> None:  # fmt: skip
    from liantu.records import intake
    from liantu.records.tables.declared import table

    if said is None or value is None:
        raise UsageError(
            "请用 --column 指明列，--value 指明应为的值。",
            "Name the column with --column and what it should be with --value.",
        )
    declared = table(table_id)
    column, _ = intake.column_named(declared, said)
    kept = intake.add_correction(
        intake.Correction(
            declared.id,
            key,
            column.name,
            intake.written(intake.value_said(declared, said, expect)[1]),
            intake.written(intake.value_said(declared, said, value)[1]),
            reason,
        ),
        by=by,
    )
    click.echo(f"已记录更正 {kept.place}，自下次导入起执行；现有记录如为错误值，已一并改正。")
    click.echo(f"Correction #{kept.id} kept; the record was put right where it had the error.")


@click.command()
@click.argument("table_id", metavar="[TABLE]", required=False)
@click.option("--all", "every", is_flag=True, help="含已停用的。Retired ones too.")
@as_of_option
@format_option
def corrections(table_id: str | None, every: bool, as_of: str | None, style: Format) -> None:
    """查看更正。Corrections in force.

    \b
    例 Example:
      liantu data corrections
      liantu data corrections firm_year --all
      liantu data corrections --as-of 2025-12-31
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records import intake

    rows: list[Row] = [
        {
            "id": each.id,
            "table": each.correction.table,
            "key": " ".join(each.correction.key),
            "column": each.correction.column,
            "expect": each.correction.expect,
            "value": each.correction.value,
            "reason": each.correction.reason,
            "by": each.by,
            "added": each.added_at.strftime("%Y-%m-%d %H:%M"),
            "used": each.used,
            "retired": each.retired_reason,
        }
        for each in intake.corrections(table_id, retired=every, as_of=as_of)
    ]
    print_rows(rows, style, _CORRECTIONS)


@click.command()
@click.option("--source", default="", help="来源，缺省全部。Source; all by default.")
@click.option("--table", "table_id", help="数据表。Table.")
@click.option("--forget", is_flag=True, help="停用该来源对该表的对应关系。End the mapping.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="写成可编辑的 JSON，供 --mapping 用。Write it as JSON for --mapping.",
)
@as_of_option
@by_option
@format_option
def mappings(
    source: str, table_id: str | None, forget: bool, out: Path | None, as_of: str | None, by: str,
    style: Format,
) -> None:  # fmt: skip
    """查看、写出或停用各来源的列对应关系。Mappings of headers kept by source.

    \b
    例 Example:
      liantu data mappings
      liantu data mappings --source 税务月报 --table firm_month --out tax.json
      liantu data mappings --source 税务月报 --table firm_month --forget
      liantu data mappings --as-of 2025-12-31
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records import intake

    if (forget or out is not None) and not (source and table_id):
        raise UsageError(
            "--forget 和 --out 需同时给出 --source 和 --table。",
            "--forget and --out need --source and --table.",
        )
    if forget and as_of is not None:
        raise UsageError(
            "--forget 停用现行的对应关系，不能与 --as-of 同用。",
            "--forget ends the mapping in force; it does not go with --as-of.",
        )
    if forget and table_id:
        intake.forget(source, table_id, by)
        click.echo(f"已停用 {source} → {table_id}。Mapping of {source} for {table_id} ended.")
    elif out is not None and table_id:
        intake.write_mapping(source, table_id, out, as_of)
        click.echo(f"已写出到 {out}。Wrote {out}.")
    else:
        kept = intake.mappings(source, as_of)
        found = [each for each in kept if table_id in (None, each.mapping.table)]
        print_rows([row for each in found for row in _rows(each)], style, _MAPPINGS)


def _rows(kept: object) -> list[Row]:
    from liantu.records.intake import KeptMapping

    assert isinstance(kept, KeptMapping)
    head: Row = {"source": kept.mapping.source, "table": kept.mapping.table,
                 "version": kept.version}  # fmt: skip
    tail: Row = {"by": kept.by, "saved": kept.saved_at.strftime("%Y-%m-%d %H:%M")}
    pairs = [(m.header, m.column or "（不导入）", m.unit or "") for m in kept.mapping.matches]
    pairs += [("（固定值）", f"{name}={text}", "") for name, text in kept.mapping.fill.items()]
    return [{**head, "header": h, "column": c, "unit": u, **tail} for h, c, u in pairs]
