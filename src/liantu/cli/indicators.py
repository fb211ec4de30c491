"""``liantu indicators``: measures declared in YAML, checked and computed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import InvalidDeclaration, NotFound, NothingToCompute, UsageError

if TYPE_CHECKING:
    from liantu.indicators.ledger import EngineName

_FAULTS = {"where": "位置 where", "measure": "度量 measure", "zh": "错在哪里 what is wrong"}


@click.group()
def indicators() -> None:
    """度量：用 YAML 声明，随时检查、计算、说明。Measures: declared in YAML, checked, computed."""


@indicators.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def check(files: tuple[Path, ...], style: Format) -> None:
    """检查全部度量声明（或再加所给文件），列出每处错误的文件、行、列和改法。Check declarations.

    \b
    例 Example:
      liantu indicators check
      liantu indicators check my-measures.yaml
    """
    from liantu.indicators.loading import check as checked

    catalogue, faults = checked(files, folders=folders())
    if not faults:
        computed = len(catalogue.compiled)
        click.echo(
            f"{len(catalogue.measures)} 个度量全部通过：{computed} 个可计算，"
            f"{len(catalogue.measures) - computed} 个尚待数据。\n"
            f"All {len(catalogue.measures)} measures are sound: {computed} can be computed,"
            f" {len(catalogue.measures) - computed} wait for records."
        )
        return
    rows: list[Row] = [
        {"where": fault.where, "measure": fault.measure, "zh": fault.zh, "en": fault.en}
        for fault in faults
    ]
    if style == "table":
        for fault in faults:
            click.echo(f"{fault.message.zh}\n    {fault.en}")
    else:
        print_rows(rows, style, _FAULTS)
    raise InvalidDeclaration(
        f"度量声明有 {len(faults)} 处错误，见上。请改正后重试。",
        f"{len(faults)} faults in the declarations of measures, see above. Mend them and retry.",
    )


@indicators.command("list")
@click.option("--topic", help="只列一个主题。One topic.")
@click.option(
    "--word", default="", help="名称、id 或定义中含有的文字。A word in name, id, definition."
)
@format_option
def list_(topic: str | None, word: str, style: Format) -> None:
    """列出全部度量：名称、单位、数据表、公式。Every measure with its unit, table and formula.

    \b
    例 Example:
      liantu indicators list
      liantu indicators list --topic scale
      liantu indicators list --word 亩均
    """
    from liantu.indicators.loading import load

    catalogue = load(folders())
    if topic and topic not in catalogue.topics:
        raise NotFound(
            f"没有名为“{topic}”的主题。应为 {'、'.join(catalogue.topics)}。",
            f"There is no topic {topic!r}. Topics: {', '.join(catalogue.topics)}.",
        )
    rows: list[Row] = [
        {
            "id": one.id, "zh": one.zh, "en": one.en, "unit": one.unit, "topic": one.topic,
            "of": one.of, "formula": one.formula, "where": one.where,
            "needs": one.needs.zh if one.needs else "", "place": catalogue.places[one.id],
        }
        for one in catalogue.measures.values()
        if (not topic or one.topic == topic)
        and word.lower() in f"{one.id} {one.zh} {one.en} {one.definition}".lower()
    ]  # fmt: skip
    print_rows(rows, style, {"id": "id", "zh": "名称 name", "unit": "单位 unit", "of": "数据表 of",
                             "formula": "公式 formula"})  # fmt: skip


@indicators.command()
@click.argument("ids", nargs=-1)
@click.option(
    "--period",
    "periods",
    required=True,
    metavar="2025Q4",
    help="期间：2025、2025Q4、2025-07、2025-07T（1—7月累计），逗号分隔或 2021..2025。Periods.",
)
@click.option(
    "--by",
    multiple=True,
    metavar="DIMENSION",
    help="分组：district、park、chain、industry……；district,industry 为交叉；可重复。Groupings.",
)
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    help="计算引擎；spark 见 docs/how-to/run-on-spark.md。What computes.",
)
@click.option(
    "--published",
    "public",
    is_flag=True,
    help="按可公布的口径：隐去能推知单个单位的值（docs/explanation/disclosure.md）。As published.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="按该日（或批次）时的数据。As known by then.")
@format_option
def compute(
    ids: tuple[str, ...], periods: str, by: tuple[str, ...], engine: EngineName,
    public: bool, as_of: str | None, style: Format,
) -> None:  # fmt: skip
    """计算度量；不写 id 则全部。Compute measures; all without ids.

    \b
    例 Example:
      liantu indicators compute above_scale_revenue --period 2025Q4 --by district
      liantu indicators compute --period 2021..2025 --format csv
      liantu indicators compute --period 2025Q4 --by district --by industry --published
    """
    from liantu.web.ready import ready

    ready()
    from liantu.indicators.ledger import compute_now
    from liantu.indicators.loading import load
    from liantu.indicators.reporting import as_rows
    from liantu.indicators.showing import for_publication, shown
    from liantu.indicators.time import spans

    catalogue = load(folders())
    groupings = [tuple(filter(None, one.split(","))) for one in by] or [()]
    wanted = list(ids) or list(catalogue.compiled)
    values, inputs = compute_now(
        catalogue, wanted, spans(periods), groupings, as_of, engine=engine, leading=public
    )
    values = for_publication(values, catalogue, inputs) if public else shown(values, catalogue)
    rows = as_rows(values, catalogue, inputs)
    if not rows:
        raise NothingToCompute(
            "所选度量不能按所给期间与分组计算。liantu indicators list 列出各度量的期间与分组。",
            "None of these measures has these periods and groupings. See liantu indicators list.",
        )
    columns = {name: title for name, title in _COLUMNS.items() if name in rows[0]}
    columns |= {name: catalogue.dimensions[name].zh for name in values.dimensions}
    order = ["zh", "period", *values.dimensions, "value", "unit", "units", "expected", "coverage",
             "absence"]  # fmt: skip
    print_rows(rows, style, {name: columns[name] for name in order})


_COLUMNS = {
    "zh": "度量 measure", "period": "期间 period", "value": "值 value", "unit": "单位 unit",
    "units": "已报 units", "expected": "应报 expected", "coverage": "覆盖率 coverage",
    "absence": "无值原因 absence",
}  # fmt: skip


@indicators.command("keep")
@click.argument("ids", nargs=-1)
@click.option("--period", "periods", required=True, metavar="2025Q4", help="期间。Periods.")
@click.option("--by", multiple=True, metavar="DIMENSION", help="分组，可重复；全市总有。Groupings.")
@click.option("--as-of", metavar="YYYY-MM-DD", help="按该日（或批次）时的数据。As known by then.")
@format_option
def keep_(
    ids: tuple[str, ...], periods: str, by: tuple[str, ...], as_of: str | None, style: Format
) -> None:  # fmt: skip
    """计算并保存；规则和数据都没变的期间不重算。Compute and keep what has changed.

    \b
    例 Example:
      liantu indicators keep --period 2024..2025 --by district --by park
    """
    from liantu.web.ready import ready

    ready()
    from liantu.indicators.keeping import keep
    from liantu.indicators.loading import load
    from liantu.indicators.time import spans

    catalogue = load(folders())
    groupings = [(), *(tuple(filter(None, one.split(","))) for one in by)]
    wanted = list(ids) or list(catalogue.compiled)
    kept = keep(catalogue, wanted, spans(periods), groupings, as_of)
    rows: list[Row] = [
        {"period": one.period, "rows": one.rows, "new": one.new,
         "state": "已计算 computed" if one.new else "未变 unchanged", "file": one.path.name}
        for one in kept
    ]  # fmt: skip
    print_rows(rows, style, {"period": "期间 period", "rows": "行 rows", "state": "状态 state",
                             "file": "文件 file"})  # fmt: skip


@indicators.command("explain")
@click.argument("measure_id")
@click.option("--period", "periods", metavar="2025Q4", help="同时给出这些期间的值。With values.")
@click.option("--as-of", metavar="YYYY-MM-DD", help="按该日（或批次）时的数据。As known by then.")
def explain_(measure_id: str, periods: str | None, as_of: str | None) -> None:
    """一个度量的定义、公式、输入、缺报处理、依据，以及某期的值。One measure explained.

    \b
    例 Example:
      liantu indicators explain above_scale_revenue --period 2025
    """
    tell(measure_id, periods, as_of)


def tell(measure_id: str, periods: str | None, as_of: str | None) -> None:
    """Print what :func:`liantu.indicators.explain.explain` says, with values where asked for."""
    from liantu.indicators.explain import explain, explain_values
    from liantu.indicators.loading import load

    catalogue = load(folders())
    sections = explain(catalogue, measure_id)
    if periods:
        from liantu.web.ready import ready

        ready()
        from liantu.indicators.ledger import compute_now
        from liantu.indicators.showing import shown
        from liantu.indicators.time import spans

        values, inputs = compute_now(catalogue, [measure_id], spans(periods), as_of=as_of)
        sections.append(
            explain_values(catalogue, measure_id, shown(values, catalogue), inputs, as_of or "")
        )
    for section in sections:
        click.secho(section.title, bold=True)
        for line in section.lines:
            click.echo(f"  {line}")


@indicators.command()
@click.argument("measure_id")
@click.option("--period", required=True, metavar="2025Q4", help="期间。The period.")
@click.option(
    "--in",
    "groups",
    multiple=True,
    metavar="DIMENSION=GROUP",
    help="分组，如 district=510104；不写为全市。Groups; the whole city without.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="按该日（或批次）时的数据。As known by then.")
@format_option
def behind(
    measure_id: str, period: str, groups: tuple[str, ...], as_of: str | None, style: Format
) -> None:  # fmt: skip
    """一个值背后的记录：由哪些单位的哪些行得来。The records behind a value.

    \b
    例 Example:
      liantu indicators behind above_scale_revenue --period 2025-11 --in district=510104
    """
    from liantu.web.ready import ready

    ready()
    from liantu.indicators.behind import records_behind
    from liantu.indicators.loading import load

    group = dict(_pair(one) for one in groups)
    found = records_behind(load(folders()), measure_id, period, group, as_of)
    rows: list[Row] = found.rows.to_dicts()
    titles = {column.name: column.zh for column in found.table.columns
              if found.rows.height and column.name in found.rows.columns
              and found.rows[column.name].is_not_null().any()}  # fmt: skip
    print_rows(rows, style, titles)
    click.echo(
        f"由 {found.units} 个单位得来，其中 {found.within} 个在可见范围内，共 {found.found} 行。"
        f" Made of {found.units} units, {found.within} of them within reach; {found.found} rows.",
        err=True,
    )


def _pair(text: str) -> tuple[str, str]:
    name, sign, group = text.partition("=")
    if not sign:
        raise UsageError(
            f"--in 应写作 维度=组，如 district=510104；所给为 {text}。",
            f"Write --in dimension=group, such as district=510104; found {text}.",
        )
    return name, group


def folders() -> list[Path]:
    """Folders of measures: the packaged one, and the user's own in the home."""
    from liantu.indicators.loading import FOLDER
    from liantu.web import environment

    home = environment.home(Path(environment.__file__).parents[3])
    own = home / "measures"
    return [FOLDER, *([own] if own.is_dir() else [])]
