"""``liantu data tables``, ``template`` and ``export``: what there is, what to fill in, rows out."""

from __future__ import annotations

from pathlib import Path

import click

from liantu.cli.data.options import as_of_option, pairs
from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import UsageError

_TABLES = {"table": "表", "zh": "名称", "kind": "种类", "key": "主键", "columns": "列数",
           "owner": "填报部门", "due_days": "期后天数", "rows": "记录数"}  # fmt: skip
_COLUMNS = {"column": "列", "zh": "表头", "type": "类型", "unit": "存储单位", "required": "必填",
            "values": "取值", "meaning_zh": "含义"}  # fmt: skip
_KINDS = {"register": "登记表", "series": "序列"}


@click.command()
@click.argument("table_id", metavar="[TABLE]", required=False)
@click.option("--counts", is_flag=True, help="同时给出记录数。Count the records too.")
@as_of_option
@format_option
def tables(table_id: str | None, counts: bool, as_of: str | None, style: Format) -> None:
    """全部数据表，或一张表的各列。All tables, or the columns of one.

    \b
    例 Example:
      liantu data tables
      liantu data tables firms
      liantu data tables --counts --as-of 2025-12-31
    """
    from liantu.records.tables.declared import load_tables, table

    if table_id is not None:
        print_rows([_column(column) for column in table(table_id).columns], style, _COLUMNS)
        return
    found = {} if not (counts or as_of) else _counted(as_of)
    rows: list[Row] = [
        {
            "table": each.id,
            "zh": each.zh,
            "en": each.en,
            "kind": _KINDS[each.kind] if style == "table" else each.kind,
            "key": " ".join(each.key),
            "columns": len(each.columns),
            "owner": each.owner,
            "due_days": each.due_days,
            **({"rows": found[each.id]} if found else {}),
        }
        for each in load_tables().values()
    ]
    titles = {name: zh for name, zh in _TABLES.items() if found or name != "rows"}
    print_rows(rows, style, titles)


def _counted(as_of: str | None) -> dict[str, int]:
    from liantu.web.ready import ready

    ready()
    from liantu.records import intake
    from liantu.records.tables.declared import load_tables

    return {name: intake.count_of(name, as_of=as_of) for name in load_tables()}


def _column(column: object) -> Row:
    from liantu.records.tables.declared import Column

    assert isinstance(column, Column)
    values = "、".join(f"{choice.code} {choice.zh}" for choice in column.choices)
    return {
        "column": column.name,
        "zh": column.header,
        "en": column.en,
        "type": column.type,
        "unit": column.unit,
        "required": "是" if column.required else "",
        "values": values or column.references or column.pattern,
        "aliases": " ".join(column.aliases),
        "meaning_zh": column.meaning_zh,
        "meaning_en": column.meaning_en,
    }


@click.command()
@click.argument("table_ids", nargs=-1, metavar="TABLE...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="输出文件，多张表时为文件夹；缺省在当前目录。File, or folder for several.",
)
@click.option("--all", "every", is_flag=True, help="全部数据表。All tables.")
def template(table_ids: tuple[str, ...], out: Path | None, every: bool) -> None:
    """写出可填写的 xlsx 模板：下拉选项、单位、示例行、说明。Templates to fill in.

    \b
    例 Example:
      liantu data template firms --out firms.xlsx
      liantu data template firms parks --out build/templates
      liantu data template --all --out build/templates
    """
    from liantu.records.doors import write_template
    from liantu.records.tables.declared import load_tables, table

    if bool(table_ids) == every:
        raise UsageError(
            "请给出数据表，或用 --all 写出全部（liantu data tables 可查）。",
            "Name tables, or write all with --all (see liantu data tables).",
        )
    chosen = [table(each) for each in (load_tables() if every else table_ids)]
    one_file = len(chosen) == 1 and (out is None or out.suffix.lower() == ".xlsx")
    if not one_file and out is not None and out.suffix:
        raise UsageError(
            f"--out {out} 应为 .xlsx（一张表时）或文件夹。",
            f"--out {out} must be .xlsx for one table, else a folder.",
        )
    for each in chosen:
        path = out if one_file and out is not None else (out or Path()) / f"{each.id}.xlsx"
        write_template(each, path)
        click.echo(f"{each.zh} → {path}")


@click.command()
@click.argument("table_id", metavar="[TABLE]", default="observations")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="输出文件（.csv、.xlsx、.parquet）。File to write.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="列=值",
    help="只要符合的记录，可多次。Only records with these values.",
)
@as_of_option
@click.option("--vintage", help="同 --as-of。The same as --as-of.")
def export(
    table_id: str, out: Path, where: tuple[str, ...], as_of: str | None, vintage: str | None
) -> None:
    """导出一张表，可原样再导入；不写表名则导出公布数据。Export; it imports again unchanged.

    \b
    例 Example:
      liantu data export firms --out firms.csv
      liantu data export firm_month --where period=2025-03 --out march.parquet
      liantu data export parcels --as-of 2025-06-30 --out parcels.xlsx
      liantu data export --out figures.csv
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records import intake

    if as_of and vintage:
        raise UsageError(
            "--as-of 与 --vintage 同义，请只用一个。",
            "--as-of and --vintage mean the same; use one of them.",
        )
    chosen = as_of or vintage
    count = intake.export(table_id, out, as_of=chosen, where=pairs(where, "--where"))
    click.echo(f"已导出 {count} 条到 {out}。Exported {count} records.")
