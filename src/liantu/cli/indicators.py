"""``liantu indicators``: measures declared in YAML, checked and computed."""

from __future__ import annotations

from pathlib import Path

import click

from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import InvalidDeclaration

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


def folders() -> list[Path]:
    """Folders of measures: the packaged one, and the user's own in the home."""
    from liantu.indicators.loading import FOLDER
    from liantu.web import environment

    home = environment.home(Path(environment.__file__).parents[3])
    own = home / "measures"
    return [FOLDER, *([own] if own.is_dir() else [])]
