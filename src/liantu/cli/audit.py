"""``liantu audit``: the log of who did what, proven, looked up, carried away."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils import timezone

from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import UsageError, unwritable

if TYPE_CHECKING:
    from liantu.records.audit import Asked, Proof

_MOST = 200
"""Entries on the screen; csv and json, and ``export``, hold them all."""
_DAY = click.DateTime(["%Y-%m-%d"])
_HEADS = {"number": "序号", "at": "时间", "by": "账号", "act": "动作", "kind": "类别",
          "key": "对象", "address": "来自", "details": "说明"}  # fmt: skip


@click.group()
def audit() -> None:
    """审计日志：核对、查阅、导出、留锚点。The audit log: proven, looked up, carried away."""


@audit.command()
@click.option("--anchor", "carried", multiple=True, metavar="NUMBER:DIGEST",
              help="另存的锚点，可给多个。Anchors kept elsewhere.")  # fmt: skip
@format_option
def verify(carried: tuple[str, ...], style: Format) -> None:
    """逐条核对：指出第一条不符的记录。Prove the whole log; name the first entry that is broken.

    \b
    例 Example:
      liantu audit verify
      liantu audit verify --anchor 1204:9f86d081884c7d65…
    """
    _ready()
    from liantu.records import audit as log

    proof = log.verify([_anchor(text) for text in carried])
    if style != "table":
        print_rows([_proven(proof)], style)
        return
    click.echo(
        f"审计日志完好：{proof.entries:,} 条，末条 {proof.head or '无'}，"
        f"锚点 {proof.anchors} 个相符。\n"
        f"The audit log is whole: {proof.entries:,} entries, {proof.anchors} anchors met."
    )


def _proven(proof: Proof) -> Row:
    return {"entries": proof.entries, "head": str(proof.head or ""), "anchors": proof.anchors}


def _anchor(text: str) -> Any:
    from liantu.records import audit as log

    found = log.read_anchor(text)
    if found is None:
        raise UsageError(
            f"锚点“{text[:80]}”应写作 序号:64 位摘要，如 liantu audit anchor 所示。",
            f"The anchor {text[:80]!r} must read number:64 digits, as liantu audit anchor prints.",
        )
    return found


@audit.command()
def anchor() -> None:
    """打印当前末条的锚点，请另行保存。Print an anchor of the latest entry; keep it elsewhere.

    \b
    例 Example:
      liantu audit anchor
    """
    _ready()
    from liantu.records import audit as log

    click.echo(str(log.make_anchor()))


def _asked(command: Any) -> Any:
    for option in (
        click.option("--by", default="", help="账号。Account."),
        click.option("--act", default="", help="动作代码。Code of the act."),
        click.option("--kind", default="", help="对象类别，如 firms。Kind of object."),
        click.option("--key", default="", help="对象。Its key."),
        click.option("--first", type=_DAY, help="起始日。First day."),
        click.option("--last", type=_DAY, help="终止日。Last day."),
    ):
        command = option(command)
    return command


@audit.command("list")
@_asked
@format_option
def list_(style: Format, **given: Any) -> None:
    """查阅，最近的在前。Look up, the latest first.

    \b
    例 Example:
      liantu audit list --by zhang --first 2026-11-01
      liantu audit list --kind firms --key 91510100000000001X
    """
    _ready()
    from liantu.records import audit as log

    found = log.entries(_read(given))
    rows: list[Row] = [
        {
            "number": entry.number,
            "at": f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}",
            "by": entry.by,
            "act": entry.action,
            "kind": entry.kind,
            "key": entry.key,
            "address": entry.address,
            "details": " ".join(f"{k}={v}" for k, v in log.details_of(entry).items()),
        }
        for entry in (found[:_MOST] if style == "table" else found)
    ]
    print_rows(rows, style, _HEADS)
    if style == "table" and len(rows) == _MOST:
        click.echo(f"只列最近 {_MOST} 条。The latest {_MOST} only; --format csv holds all.")


@audit.command()
@_asked
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="JSON Lines 文件。File."
)
def export(out: Path, **given: Any) -> None:
    """导出为 JSON Lines，可离开本程序核对。Export; the chain can be checked without this program.

    \b
    例 Example:
      liantu audit export --out audit.jsonl
    """
    _ready()
    from liantu.records import audit as log

    lines = log.exported(log.entries(_read(given)).order_by("number").iterator(2000))
    count = 0
    try:
        with out.open("w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(line + "\n")
                count += 1
    except OSError as error:
        raise unwritable(out, error) from error
    log.note(log.Act.LOG_EXPORTED, details={"entries": count})
    click.echo(f"{count:,} 条 → {out}")


def _read(given: dict[str, Any]) -> Asked:
    from liantu.records.audit import Asked

    days = {name: value.date() for name, value in given.items() if isinstance(value, datetime)}
    return Asked(**{**given, "first": None, "last": None, **days})


def _ready() -> None:
    from liantu.web.ready import ready

    ready(with_first_plan=False)
