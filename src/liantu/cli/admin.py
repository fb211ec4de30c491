"""``liantu admin``: accounts, and the roles they hold. There is no default account or password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from liantu.cli.admin_tokens import token
from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import NotFound

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@click.group()
def admin() -> None:
    """账号与授权。Accounts, and the roles they hold."""


@admin.command()
@click.argument("name")
@click.option(
    "--role", default="administrator", show_default=True, help="角色。Role, see liantu admin roles."
)
@click.option(
    "--scope", default="city", show_default=True, help="范围。Scope: city, district:510104 …"
)
def create(name: str, role: str, scope: str) -> None:
    """新建账号并授予角色，随机密码只显示这一次。A new account; its password is printed once.

    \b
    例 Example:
      liantu admin create zhang
      liantu admin create li --role district --scope district:510104
    """
    _ready()
    from liantu.records.access import scope_of
    from liantu.web.accounts.keeping import make_account

    account, password = make_account(name, role, scope_of(scope))
    _print(account.username, password)


@admin.command()
@click.argument("name")
@click.argument("role")
@click.argument("scope", default="city")
def grant(name: str, role: str, scope: str) -> None:
    """授予角色。Give an account a role within a scope.

    \b
    例 Example:
      liantu admin grant li district district:510104
    """
    _ready()
    from liantu.records import access

    access.grant(find_account(name), role, access.scope_of(scope))
    click.echo(f"已授予“{name}”：{role}（{scope}）。Granted.")


@admin.command()
@click.argument("name")
@click.argument("role")
@click.argument("scope", default="city")
def revoke(name: str, role: str, scope: str) -> None:
    """收回角色；授权记录保留。Take a role back; the grant stays on record.

    \b
    例 Example:
      liantu admin revoke li district district:510104
    """
    _ready()
    from liantu.records import access

    access.revoke(find_account(name), role, access.scope_of(scope))
    click.echo(f"已收回“{name}”：{role}（{scope}）。Taken back.")


@admin.command("grants")
@click.argument("name", required=False)
@format_option
def grants_(name: str | None, style: Format) -> None:
    """谁有什么角色，何时由谁授予或收回。Who holds or held which role.

    \b
    例 Example:
      liantu admin grants
      liantu admin grants li
    """
    _ready()
    from liantu.records import access

    rows: list[Row] = [
        {
            "name": row.user.username,
            "role": row.role,
            "scope": str(access.Scope(row.scope_kind, row.scope_key)),
            "granted_by": row.granted_by,
            "granted_at": row.granted_at.isoformat(),
            "revoked_by": row.revoked_by or None,
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
        }
        for row in access.grants(find_account(name) if name else None)
    ]
    titles = {
        "name": "账号", "role": "角色", "scope": "范围", "granted_by": "授予人",
        "granted_at": "授予时间", "revoked_by": "收回人", "revoked_at": "收回时间",
    }  # fmt: skip
    print_rows(rows, style, titles)


@admin.command()
@format_option
def roles(style: Format) -> None:
    """有哪些角色，可在什么范围授予。The roles, and the scopes in which they are held.

    \b
    例 Example:
      liantu admin roles
    """
    from liantu.records.access import load_roles

    rows: list[Row] = [
        {
            "role": name,
            "zh": role.zh,
            "en": role.en,
            "scopes": ", ".join(role.scopes),
            "may": ", ".join(role.may),
        }
        for name, role in load_roles().roles.items()
    ]
    titles = {"role": "角色", "zh": "名称", "en": "英文", "scopes": "范围", "may": "权限"}
    print_rows(rows, style, titles)


@admin.command()
@click.argument("name")
def reset(name: str) -> None:
    """换一个随机密码并重新启用。A new password; a closed account is opened again.

    \b
    例 Example:
      liantu admin reset zhang
    """
    _ready()
    from liantu.web.accounts import keeping

    account = find_account(name)
    password = keeping.reset(account)
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
    from liantu.web.accounts import keeping

    account = find_account(name)
    keeping.close(account)
    click.echo(f"账号“{account.username}”已停用。The account is closed.")


@admin.command("reset-factor")
@click.argument("name")
def reset_factor(name: str) -> None:
    """取消账号的第二因素（手机丢失时）。Take the second factor off, where the phone is lost.

    \b
    例 Example:
      liantu admin reset-factor zhang
    """
    _ready()
    from liantu.web.accounts import keeping

    removed = keeping.reset_factor(find_account(name))
    click.echo(f"账号“{name}”：取消 {removed} 项。Taken off: {removed}.")


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


def find_account(name: str) -> User:
    """The account of that name.

    Raises:
        NotFound: there is none.
    """
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
        "密码只显示这一次，请记下；登录地址 /sign-in/。\n"
        "The password is shown this once: write it down. Sign in at /sign-in/.",
        err=True,
    )


admin.add_command(token)
