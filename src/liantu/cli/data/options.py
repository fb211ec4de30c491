"""Options that the commands on records share."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable
from typing import Any

import click

from liantu.errors import UsageError

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""  # a machine without a name for its user: nobody is named


by_option = click.option(
    "--by",
    default=_user,
    show_default="登录名 login name",
    help="经手人，记入台账。Who does it, kept in the ledger.",
)
as_of_option = click.option(
    "--as-of",
    help="某日或某批次时的状态，如 2025-12-31 或 12；缺省为现在。State on a day or at a batch.",
)


def merged_versions(command: Callable[..., Any]) -> Callable[..., Any]:
    """Versions that two records had when they were compared."""
    for name in ("drop", "keep"):
        which = {"keep": "留存", "drop": "并入"}[name]
        command = click.option(
            f"--{name}-version",
            type=int,
            help=f"比较时{which}记录的版本；其后有人修改则不合并。"
            f"Version seen of the one to {name}; refused if someone changed it since.",
        )(command)
    return command


def reason_option(*, required: bool) -> Decorator:
    """Why it is done."""
    return click.option(
        "--reason", default="", required=required, help="理由，记入台账。Why, kept in the ledger."
    )


def pairs(said: Iterable[str], option: str) -> dict[str, str]:
    """``name=text`` as given on the command line.

    Raises:
        UsageError: no ``=``, or a name twice.
    """
    found: dict[str, str] = {}
    for each in said:
        name, mark, text = each.partition("=")
        name = name.strip()
        if not mark or not name or name in found:
            raise UsageError(
                f"{option} 应写作“列=值”，每列一次；所给为“{each}”。",
                f"{option} is written COLUMN=VALUE, each column once; found {each!r}.",
            )
        found[name] = text.strip()
    return found
