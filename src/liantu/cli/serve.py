"""``liantu serve``: the pages."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="监听地址。Address to listen on."
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。Port."
)
def serve(host: str, port: int) -> None:
    """启动页面服务。Serve the pages.

    \b
    例 Example:
      liantu serve --port 8000
    """
    from liantu.web.ready import ready

    ready()
    from liantu.web.serve import serve as run

    run(host, port)
