"""``liantu jobs``: ask for work in the background, see how far it is, stop it, do it again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import click

from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import NotFound

if TYPE_CHECKING:
    from liantu.web.jobs.models import Job

_TITLES = {"job": "编号 job", "title": "任务", "state": "状态", "now": "结果 result",
           "by": "要求人 by", "asked_at": "提出时间", "attempts": "次数"}  # fmt: skip
_MOST = 50


@click.group()
def jobs() -> None:
    """后台任务：提出、查看、取消、重做；由 liantu worker 执行。Jobs, done by liantu worker."""


@jobs.command("list")
@format_option
def list_(style: Format) -> None:
    """最近的任务。The latest jobs.

    \b
    例 Example:
      liantu jobs list
    """
    _ready()
    from liantu.web.jobs import queue

    print_rows([_row(job) for job in queue.seen()[:_MOST]], style, _TITLES)


@jobs.command()
@click.argument("kind")
@click.option("--as-of", default="", metavar="YYYY-MM-DD", help="评价基准日。Reference date.")
@click.option("--period", default="", metavar="2025Q4", help="期间。Quarter, month or week.")
def ask(kind: str, as_of: str, period: str) -> None:
    """提出任务：targets、quality、weekly、monthly、quarterly、final。Ask; its number is printed.

    \b
    例 Example:
      liantu jobs ask quarterly --period 2025Q4
      liantu jobs ask quality --as-of 2025-12-31
    """
    _ready()
    from liantu.web.jobs import queue

    click.echo(queue.ask(kind, {"as_of": as_of, "period": period}).pk)


@jobs.command()
@click.argument("job")
def cancel(job: str) -> None:
    """取消任务：等待的立即取消，进行中的在当前步骤后停止。Stop a job.

    \b
    例 Example:
      liantu jobs cancel 3f306d9b-d810-4c41-a4dd-34a4bbf1d3b0
    """
    _ready()
    from liantu.web.jobs import queue

    click.echo(queue.cancel(_number(job)).state)


@jobs.command()
@click.argument("job")
def again(job: str) -> None:
    """重做已结束的任务；打印新任务的编号。Do a job again; the new number is printed.

    \b
    例 Example:
      liantu jobs again 3f306d9b-d810-4c41-a4dd-34a4bbf1d3b0
    """
    _ready()
    from liantu.web.jobs import queue

    click.echo(queue.again(_number(job)).pk)


def _row(job: Job) -> Row:
    from liantu.web.jobs.showing import shown

    found = shown(job)
    return {
        "job": str(job.pk),
        "title": found.title,
        "state": job.state,
        "now": found.now,
        "by": job.by,
        "asked_at": job.asked_at.isoformat(timespec="seconds"),
        "attempts": job.attempts,
    }


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(
            f"“{text[:40]}”不是任务编号。请从 liantu jobs list 中复制。",
            f"{text[:40]!r} is no number of a job. Copy one from liantu jobs list.",
        ) from error


def _ready() -> None:
    from liantu.web.ready import ready

    ready()
