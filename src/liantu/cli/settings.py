"""``liantu settings``: what is in force here, and an example to start from."""

from __future__ import annotations

from pathlib import Path

import click

from liantu import site
from liantu.cli.output import Format, Row, format_option, print_rows

_TITLES = {"variable": "环境变量 variable", "value": "现值 value", "origin": "来自 from",
           "zh": "含义 meaning"}  # fmt: skip


@click.group()
def settings() -> None:
    """设置：现值与来源、示例文件。Settings in force, and an example."""


@settings.command()
@format_option
def show(style: Format) -> None:
    """列出全部设置的现值和来源，机密只显示是否已给出。Settings in force; secrets are masked.

    \b
    例 Example:
      liantu settings show
    """
    from liantu.web import environment

    home = environment.home(Path(environment.__file__).parents[3])
    site.live_in(home)
    path = site.settings_file()
    rows: list[Row] = [
        {
            "key": one.name,
            "variable": one.variable,
            "value": one.shown,
            "origin": one.origin,
            "zh": one.setting.zh,
            "en": one.setting.en,
        }
        for one in site.every()
    ]
    print_rows(rows, style, _TITLES)
    click.echo(f"目录 home: {home}", err=True)
    click.echo(f"设置文件 settings file: {path or '无 none'}", err=True)
    for name, near in site.unknown_variables():
        click.echo(
            f"环境变量 {name} 不是本程序的设置"
            + (f"，是否应为 {near}？" if near else "。")
            + f" {name} is no setting of this program"
            + (f"; was {near} meant?" if near else "."),
            err=True,
        )


@settings.command()
def example() -> None:
    """打印带说明的 liantu.toml。An annotated liantu.toml.

    \b
    例 Example:
      liantu settings example > /etc/liantu/liantu.toml
    """
    click.echo(example_file(), nl=False)


def example_file() -> str:
    """Every setting that may stand in the file, commented out, with what it means."""
    lines = [
        "# 链图的设置。去掉行首的 # 即生效；环境变量 LIANTU_… 优先于本文件；不认识的键会报错。",
        "# Settings of Liantu. Remove the # before a line to have it count; variables LIANTU_… win",
        "# over this file; unknown keys are errors.",
    ]
    for name, one in site.declared_settings().items():
        if one.kind == "secret":
            lines += ["", f"# {one.zh}。", f"# {one.en}.",
                      f"# 不写在本文件中 not in this file: {site.variable(name)}"
                      f" / {site.variable(name)}_FILE"]  # fmt: skip
        else:
            lines += ["", f"# {one.zh}。", f"# {one.en}.", f"#{name} = {_toml(one.example)}"]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value) if isinstance(value, int) else f'"{value}"'
