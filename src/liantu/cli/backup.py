"""``liantu backup`` and ``liantu restore``: everything saved as one file, proven, brought back."""

from __future__ import annotations

import os
from pathlib import Path

import click

from liantu.cli.output import progress

_STEPS = {
    "unpack": "解包并核对 unpacking",
    "build": "重建台账 building the ledger",
    "lake": "放回数据文件 lake",
    "swap": "切换 switching",
}


class _Making(click.Group):
    """``liantu backup DIR`` is ``liantu backup make DIR``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """What is no name of a command is where to write."""
        if args[0] not in self.commands:
            args = ["make", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Making)
def backup() -> None:
    """备份：台账、数据文件、文件成品存为一个文件，附校验和。Back up everything as one file.

    \b
    例 Example:
      liantu backup /srv/backups --keep 14
      liantu backup /srv/backups/before-upgrade.zip
      liantu backup verify /srv/backups/before-upgrade.zip
    """


@backup.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="DIR|FILE.zip")
@click.option(
    "--with-secret-key",
    is_flag=True,
    help="连同密钥（持有者可伪造登录）。The secret key too; its holder can sign in as anybody.",
)
@click.option(
    "--keep",
    type=click.IntRange(1),
    help="目录中只留最近若干份。Keep only so many of the backups in the folder.",
)
def make(target: Path, with_secret_key: bool, keep: int | None) -> None:
    """生成一份备份；期间可照常使用。Make a backup; work goes on meanwhile.

    \b
    例 Example:
      liantu backup make /srv/backups --keep 14
    """
    _set_up()
    from liantu.records import backup as room

    with progress(1) as step:
        made = room.make(target.absolute(), secret=with_secret_key, step=lambda name: step(name, 0))
    known = made.manifest
    files = sum(name.startswith("lake/") for name in known.members)
    click.echo(made.path)
    click.echo(
        f"台账 {known.rows} 行、数据文件 {files} 个，共 {made.size} 字节。"
        f" {known.rows} rows of the ledger, {files} files of the lake, {made.size} bytes.",
        err=True,
    )
    if keep:
        _keep(made.path, keep)


def _keep(newest: Path, keep: int) -> None:
    """Remove the oldest backups that were named by their moment."""
    named = sorted(newest.parent.glob("liantu-[0-9]*-[0-9]*.zip"))
    for old in [path for path in named if path != newest][: max(0, len(named) - keep)]:
        old.unlink()
        click.echo(f"已删除旧备份 removed the old backup {old.name}", err=True)


@backup.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.zip")
def verify(file: Path) -> None:
    """逐字节核对一份备份，不改动任何数据。Prove a backup, byte by byte.

    \b
    例 Example:
      liantu backup verify /srv/backups/before-upgrade.zip
    """
    _set_up()
    from liantu.records import backup as room

    known = room.verify(file).manifest
    click.echo(
        f"完好：{known.made_at} 由 liantu {known.program} 自 {known.database} 生成，"
        f"批次 {known.batches} 个，台账 {known.rows} 行，文件 {len(known.members)} 个"
        + ("，含模拟数据。" if known.synthetic else "。")
    )
    click.echo(
        f"Sound: made {known.made_at} by liantu {known.program} from {known.database};"
        f" {known.batches} batches, {known.rows} rows of the ledger, {len(known.members)} files"
        + (", synthetic data among them." if known.synthetic else ".")
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.zip")
@click.option(
    "--replace",
    is_flag=True,
    help="取代现有全部数据。Put it in the place of all that is there.",
)
def restore(file: Path, replace: bool) -> None:
    """从备份恢复，SQLite 与 PostgreSQL 可互换；要么全部恢复，要么原样不动。Restore a backup.

    先停止服务。Stop the service first.

    \b
    例 Example:
      liantu restore /srv/backups/liantu-20260105-021500.zip
      liantu restore /srv/backups/before-upgrade.zip --replace
    """
    _set_up()
    from liantu.records import backup as room

    with progress(len(_STEPS)) as step:
        done = room.restore(file.absolute(), replace=replace, step=lambda name: step(_STEPS[name]))
    known = done.manifest
    click.echo(
        f"已恢复 {known.made_at} 的备份：批次 {known.batches} 个，台账 {known.rows} 行，"
        f"数据文件 {done.files} 个。所有人须重新登录；请重启服务。"
    )
    click.echo(
        f"Restored the backup of {known.made_at}: {known.batches} batches, {known.rows} rows of"
        f" the ledger, {done.files} files of the lake. Everybody signs in anew; restart the"
        " service."
    )


def _set_up() -> None:
    """Django without migrating: what is saved is saved as it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    import django

    django.setup()
