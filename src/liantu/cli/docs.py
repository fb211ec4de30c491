"""``liantu docs``: the reference printed anew from the catalogue."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("docs/reference"),
    show_default=True,
    help="输出目录。Folder to write into.",
)
def docs(out: Path) -> None:
    """按目录生成参考文档：数据表、指标、规则、术语。The reference, printed from the catalogue.

    \b
    例 Example:
      liantu docs --out docs/reference
    """
    from liantu.cli.reference import PAGES
    from liantu.errors import unwritable

    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, page in PAGES.items():
            (out / name).write_text(page(), encoding="utf-8")
            click.echo(f"{out / name}")
    except OSError as error:
        raise unwritable(out, error) from error
