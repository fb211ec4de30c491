"""``liantu data import``: a file, a workbook or a folder into the records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from liantu.cli.data.figures import check_figures, import_figures
from liantu.cli.data.many import import_many
from liantu.cli.data.options import by_option, pairs, reason_option
from liantu.cli.data.showing import print_preview, print_receipt, say_rejected
from liantu.cli.output import Format, format_option, progress
from liantu.errors import UsageError


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--table", "table_id", help="数据表，缺省由表头识别。Table; told by the header.")
@click.option("--sheet", default="", help="工作簿中的工作表。Sheet of a workbook.")
@click.option("--source", default="", help="来源，如 税务月报；其列对应关系保存复用。Source.")
@click.option(
    "--fill",
    multiple=True,
    metavar="列=值",
    help="整个文件同一值的列，可多次。Column that the file has one value of.",
)
@click.option(
    "--match",
    multiple=True,
    metavar="表头=列",
    help="指明表头的含义，如 实缴=税收（万元），可多次。What a header means.",
)
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path),
    help="列对应关系文件（JSON）。File of a mapping.",
)
@by_option
@reason_option(required=False)
@click.option("--check", "only_check", is_flag=True, help="只检查，不入库。Check, import nothing.")
@click.option(
    "--again",
    is_flag=True,
    help="此前已导入、其后有改动的，再次导入。Import once more what came before.",
)
@format_option
def import_(path: Path, only_check: bool, again: bool, style: Format, **given: Any) -> None:
    """导入文件、工作簿或文件夹：好行一次入库，坏行退回。Good rows in, bad rows back.

    表头按名称、别名和该来源保存的对应关系识别；先显示新增、更改和退回，再入库。
    公布数据（指标、地区、期间……）用同一命令。文件夹按引用次序导入，中断后重来即可。

    \b
    例 Example:
      liantu data import firms.xlsx --by 企业处
      liantu data import tax.csv --source 税务月报 --match 实缴=税收（万元） --fill 月份=2025-03
      liantu data import figures.csv --check
      liantu data import build/city --by 规划处
    """
    from liantu.web.ready import ready

    ready()
    options = _Options(given)
    targets = _targets(path, options)
    if targets is None or len(targets) > 1:
        options.refuse_for_many(other=only_check or again)
        import_many(path, by=options.by, reason=options.reason, source=options.source, style=style)
        return
    table_id, sheet = targets[0]
    if _is_figures(path, table_id):
        if only_check:
            check_figures(path, style)
        else:
            import_figures(path, options.by, style)
        return
    _import_table(path, table_id, sheet, options, style, only_check=only_check, again=again)


def _import_table(
    path: Path, table_id: str, sheet: str, options: _Options, style: Format, *,
    only_check: bool, again: bool,
) -> None:  # fmt: skip
    from liantu.records import intake

    with progress(2) as step:
        step("检查 checking")
        prepared = intake.prepare(
            path, table_id, source=options.source, sheet=sheet,
            mapping=options.mapping(table_id), fill=options.fill,
        )  # fmt: skip
        if only_check or style == "table":
            print_preview(prepared, style)
        receipt = None
        if not only_check:
            step("入库 importing")
            receipt = intake.commit(prepared, by=options.by, reason=options.reason, again=again)
    if receipt is not None:
        print_receipt(prepared, receipt, style)
    say_rejected(prepared, receipt)


class _Options:
    """What the command was given beside the path."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.table_id: str | None = given["table_id"]
        self.sheet: str = given["sheet"]
        self.source: str = given["source"]
        self.fill = pairs(given["fill"], "--fill")
        self.match = pairs(given["match"], "--match")
        self.mapping_file: Path | None = given["mapping_file"]
        self.by: str = given["by"]
        self.reason: str = given["reason"]

    def mapping(self, table_id: str) -> Any:
        """What was said of the headers: the file's, and before it what the command says."""
        from liantu.records import intake
        from liantu.records.doors import load_mapping
        from liantu.records.tables.declared import table

        kept = load_mapping(self.mapping_file) if self.mapping_file else None
        if not self.match:
            return kept
        said = intake.matched(table(table_id), self.match.items())
        return intake.with_matches(kept, said)

    def refuse_for_many(self, *, other: bool) -> None:
        """Many files are told apart by themselves, and each refers to those before it."""
        single = (self.table_id, self.sheet, self.fill, self.match, self.mapping_file)
        if other or any(single):
            raise UsageError(
                "文件夹和多表工作簿逐表识别并入库，--table、--fill、--match、--mapping、--check、"
                "--again 只用于单个文件（工作簿可用 --sheet 指明工作表）。",
                "A folder or a workbook of several tables is imported table by table; --table,"
                " --fill, --match, --mapping, --check and --again are for one file (name a sheet"
                " with --sheet).",
            )


def _targets(path: Path, options: _Options) -> list[tuple[str, str]] | None:
    """Tables and sheets that the file holds; None for a folder."""
    from liantu.records import intake
    from liantu.records.doors import load_mapping

    if path.is_dir():
        return None
    if options.table_id is not None:
        return [(options.table_id, options.sheet)]
    if options.mapping_file is not None:
        return [(load_mapping(options.mapping_file).table, options.sheet)]
    guesses = intake.guess(path, source=options.source, fill=options.fill, match=options.match)
    if options.sheet:
        guesses = tuple(each for each in guesses if each.sheet == options.sheet)
    return [(each.table, each.sheet) for each in intake.settled(path, guesses)]


def _is_figures(path: Path, table_id: str) -> bool:
    from liantu.records import intake

    if table_id == intake.CORRECTIONS:
        raise UsageError(
            f"{path.name} 是更正文件。请用 liantu data correct --file {path.name} 读入。",
            f"{path.name} holds corrections. Read it with liantu data correct --file {path.name}.",
        )
    return table_id == intake.OBSERVATIONS
