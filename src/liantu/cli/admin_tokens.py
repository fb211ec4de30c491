"""``liantu admin token``: tokens by which programs use the API."""

from __future__ import annotations

import click

from liantu.cli.output import Format, Row, format_option, print_rows


@click.group()
def token() -> None:
    """程序使用接口的令牌。Tokens by which programs use the API."""


@token.command()
@click.argument("account")
@click.argument("name")
@click.option("--days", type=int, help="有效天数。Days it lives.")
@click.option(
    "--may", "capabilities", multiple=True, help="只给这些权限，可重复。Only these capabilities."
)
@click.option(
    "--scope", "scopes", multiple=True, help="只限这些范围，可重复。Only within, district:510104 …"
)
def create(
    account: str,
    name: str,
    days: int | None,
    capabilities: tuple[str, ...],
    scopes: tuple[str, ...],
) -> None:
    """给账号签发令牌，只显示这一次。A token for an account; it is printed once.

    \b
    例 Example:
      liantu admin token create zhang 月报接口 --days 90 --may read
      liantu admin token create li 区县报送 --scope district:510104
    """
    _ready()
    from liantu.cli.admin import find_account
    from liantu.web.api import tokens

    made, secret = tokens.create(
        find_account(account), name, days=days, capabilities=capabilities, scopes=scopes
    )
    click.echo(secret)
    click.echo(
        f"令牌“{made.name}”（{account}），{made.expires_at:%Y-%m-%d} 到期；只显示这一次，请记下。\n"
        f"The token {made.name!r} of {account} expires on {made.expires_at:%Y-%m-%d}; it is shown"
        " this once: write it down.",
        err=True,
    )


@token.command("list")
@click.argument("account", required=False)
@format_option
def list_(account: str | None, style: Format) -> None:
    """现有令牌，只列前缀。The tokens, by their first characters.

    \b
    例 Example:
      liantu admin token list
      liantu admin token list zhang --format json
    """
    _ready()
    from liantu.cli.admin import find_account
    from liantu.web.api import tokens

    found = tokens.of_account(find_account(account)) if account else tokens.everybodys()
    rows: list[Row] = [
        {
            "account": one.user.get_username(),
            "name": one.name,
            "prefix": one.shown,
            "state": tokens.state_of(one),
            "may": ", ".join(one.capabilities) or None,
            "scopes": ", ".join(one.scopes) or None,
            "expires_at": one.expires_at.isoformat(),
            "last_used_at": one.last_used_at.isoformat() if one.last_used_at else None,
        }
        for one in found
    ]
    titles = {
        "account": "账号", "name": "名称", "prefix": "前缀", "state": "状态", "may": "权限",
        "scopes": "范围", "expires_at": "到期", "last_used_at": "最近使用",
    }  # fmt: skip
    print_rows(rows, style, titles)


@token.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """作废一个令牌，即刻失效；记录保留。End a token at once; it stays on record.

    \b
    例 Example:
      liantu admin token revoke lt_Xk3vQ9aB
    """
    _ready()
    from liantu.web.api import tokens

    ended = tokens.revoke(prefix)
    click.echo(f"令牌“{ended.name}”（{ended.user.get_username()}）已作废。The token is revoked.")


def _ready() -> None:
    from liantu.web.ready import ready

    ready(with_first_plan=False)
