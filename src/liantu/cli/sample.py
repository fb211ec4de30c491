"""``liantu sample``: a synthetic city, as files and in the records."""

from __future__ import annotations

from pathlib import Path

import click

from liantu.cli.output import progress


@click.group()
def sample() -> None:
    """模拟城市：按公开总量合成的导入文件。A synthetic city, fitted to published totals."""


@sample.command()
@click.option(
    "--firms", type=click.IntRange(200, 1_000_000),
    help="名录中的企业数，缺省为全市规模。Firms on the register; the whole city by default.",
)  # fmt: skip
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="随机种子。Seed."
)
@click.option(
    "--months", default=12, show_default=True,
    type=click.IntRange(1, 72), help="月报的月数。Months with monthly returns.",
)  # fmt: skip
@click.option("--city", default="", help="目录中的城市，缺省为第一个。City of the catalogue.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="输出文件夹。Folder.")
def city(firms: int | None, seed: int, months: int, city: str, out: Path) -> None:
    """写出一座模拟城市的导入文件、埋设的差错及其答案。Files of a city, with planted defects.

    \b
    例 Example:
      liantu sample city --firms 2000 --seed 1 --out build/city
    """
    from liantu.records.sample import write_city
    from liantu.records.sample.calibration import calibration
    from liantu.records.sample.population import whole_city

    count = whole_city(calibration(city)) if firms is None else firms
    with progress(1) as step:
        step("合成 making")
        made = write_city(out, firms=count, seed=seed, months=months, city=city,
                          progress=lambda name: step(name, 0))  # fmt: skip
    rows = sum(file.rows for file in made.files)
    click.echo(
        f"已写出 {len(made.files)} 个文件、{rows} 行到 {out}。{made.note}\n"
        f"Wrote {len(made.files)} files with {rows} rows of sample data to {out}."
    )
    click.echo("埋设的差错见 answers.json。The defects planted in it are listed in answers.json.")


@sample.command()
@click.argument("folder", type=click.Path(path_type=Path))
def load(folder: Path) -> None:
    """把模拟城市经导入检查装入台账。Load a city through the doors.

    \b
    例 Example:
      liantu sample load build/city
    """
    from liantu.web.ready import ready

    ready()
    from liantu.records.sample import read_manifest
    from liantu.records.sample.loading import load_city

    with progress(len(read_manifest(folder).files)) as step:
        receipts = load_city(folder, lambda name: step(name))
    for receipt in receipts:
        click.echo(receipt.summary_zh)
        click.echo(receipt.summary_en)
