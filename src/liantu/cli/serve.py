"""``liantu serve``: the pages."""

from __future__ import annotations

import click

from liantu.cli.output import progress


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="监听地址。Address to listen on."
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。Port."
)
@click.option(
    "--sample",
    is_flag=True,
    help="台账没有记录时，先装入模拟城市。Load the sample city where the ledger holds no records.",
)
@click.option(
    "--worker/--no-worker",
    default=True,
    show_default=True,
    help="是否附带后台任务进程；另行运行 liantu worker 时不附带。With a worker for the jobs.",
)
def serve(host: str, port: int, sample: bool, worker: bool) -> None:
    """启动页面服务。Serve the pages.

    \b
    例 Example:
      liantu serve --port 8000
    """
    from liantu.web.ready import ready

    ready()
    from liantu.web.operations.settings_noted import note_settings

    note_settings()
    _first_account()
    if sample:
        _with_sample_city()
    from liantu.web.serve import serve as run

    run(host, port, worker=worker)


def _first_account() -> None:
    """Nobody could sign in: make an administrator. The password goes to the terminal only."""
    from liantu.web.accounts.keeping import first_account

    made = first_account()
    if made is None:
        return
    click.echo(
        f"首次启动：已建立系统管理员账号。密码只显示这一次，请记下。\n"
        "First start: an administrator was made. The password is shown this once; write it down.\n"
        f"账号 name  {made[0]}\n密码 password  {made[1]}"
    )


@click.command()
@click.option("--drain", is_flag=True, help="做完现有任务即退出。Stop when no job is left.")
def worker(drain: bool) -> None:
    """执行后台任务：导入、评价、文件。可运行多个。Do the jobs; several may run.

    \b
    例 Example:
      liantu worker
    """
    from liantu.web.ready import ready

    ready()
    from liantu.web.jobs.working import work

    work(drain=drain)


@click.command()
def migrate() -> None:
    """建立台账，或升级到本程序的结构。Make the ledger, or bring it up to this program.

    每个命令首次运行时也会自动升级；升级前请先 liantu backup。
    Every command does so when it first runs; back up before an upgrade.

    \b
    例 Example:
      liantu migrate
    """
    from liantu.web.ready import ready

    ready()
    click.echo("台账为最新结构。The ledger is up to date.")


def _with_sample_city() -> None:
    from liantu.web.sample_city import load_sample_city, wants_sample_city

    if not wants_sample_city():
        return
    click.echo("首次启动：合成并装入模拟城市（模拟数据），约半分钟…", err=True)
    click.echo("First start: making and loading the sample city, about half a minute …", err=True)
    with progress(1) as step:
        files = load_sample_city(lambda name: step(name, 0))
    click.echo(
        f"模拟城市已装入：{files} 个文件。The sample city is loaded: {files} files.", err=True
    )
