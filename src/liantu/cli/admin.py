"""``liantu admin``: accounts that may look into the admin. There is none until one is made here."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click

from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import NotFound, UsageError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_BYTES = 15
"""Of chance in a password: twenty characters."""


@click.group()
def admin() -> None:
    """管理后台的账号。Accounts of the admin at /admin/."""


@admin.command()
@click.argument("name")
def create(name: str) -> None:
    """新建账号，随机密码只显示这一次。A new account; its password is printed once.

    \b
    例 Example:
      liantu admin create zhang
    """
    _ready()
    from django.contrib.auth.models import User
    from django.core.exceptions import ValidationError

    name = User.normalize_username(name)
    account = User(username=name, is_staff=True, is_superuser=True)
    password = secrets.token_urlsafe(_BYTES)
    account.set_password(password)
    try:
        account.full_clean(exclude=["password"])
    except ValidationError as error:
        why = "；".join(error.messages)
        raise UsageError(
            f"不能建立账号“{name[:40]}”：{why}",
            f"The account {name[:40]!r} cannot be made: {why}",
        ) from error
    account.save()
    _print(name, password)


@admin.command()
@click.argument("name")
def reset(name: str) -> None:
    """换一个随机密码并重新启用。A new password; a closed account is opened again.

    \b
    例 Example:
      liantu admin reset zhang
    """
    _ready()
    account = _find(name)
    password = secrets.token_urlsafe(_BYTES)
    account.set_password(password)
    account.is_active = True
    account.save()
    _print(account.username, password)


@admin.command()
@click.argument("name")
def close(name: str) -> None:
    """停用账号，登录中的也即刻失效。Close an account; whoever is signed in with it is out.

    \b
    例 Example:
      liantu admin close zhang
    """
    _ready()
    account = _find(name)
    account.set_unusable_password()
    account.is_active = False
    account.save()
    click.echo(f"账号“{account.username}”已停用。The account is closed.")


@admin.command("list")
@format_option
def list_(style: Format) -> None:
    """现有账号。The accounts.

    \b
    例 Example:
      liantu admin list
    """
    _ready()
    from django.contrib.auth.models import User

    rows: list[Row] = [
        {
            "name": account.username,
            "open": account.is_active,
            "last_login": account.last_login.isoformat() if account.last_login else None,
        }
        for account in User.objects.order_by("username")
    ]
    print_rows(rows, style, {"name": "账号", "open": "启用", "last_login": "最近登录"})


def _ready() -> None:
    from liantu.web.ready import ready

    ready(with_first_plan=False)


def _find(name: str) -> User:
    from django.contrib.auth.models import User

    found = User.objects.filter(username=User.normalize_username(name)).first()
    if found is None:
        raise NotFound(
            f"没有账号“{name[:40]}”。用 liantu admin list 查看，或用 liantu admin create 新建。",
            f"There is no account {name[:40]!r}. See liantu admin list, or make it with liantu"
            " admin create.",
        )
    return found


def _print(name: str, password: str) -> None:
    click.echo(f"账号 {name}  密码 {password}")
    click.echo(
        "密码只显示这一次，请记下；登录地址 /admin/。\n"
        "The password is shown this once: write it down. Sign in at /admin/.",
        err=True,
    )
