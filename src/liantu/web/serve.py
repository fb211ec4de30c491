"""Serves the pages with granian: checks first, says the address, stops cleanly."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import nullcontext

from liantu import site
from liantu.errors import UsageError

_THREADS = 4
"""Of each process: one answers while others wait for the ledger or the disk."""
_PATIENCE = 30
"""For requests at hand when the server stops. [s]"""
_MOST = 64
"""Processes; more is a slip of the pen."""


def serve(host: str = "127.0.0.1", port: int = 8000, *, worker: bool = True) -> None:
    """Serve until interrupted.

    Args:
        host: address to listen on.
        port: port to listen on.
        worker: keep a process beside the pages that does the jobs.

    Raises:
        NotFound: the front end is not built.
        UsageError: the address is taken or cannot be listened on, or a setting is wrong.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    import django

    django.setup()
    from liantu.web.templatetags.shell import manifest

    manifest()
    processes = _processes()
    _probe(host, port)
    _allow(host)
    shown = f"[{host}]" if ":" in host else host
    print(
        f"链图已启动 Liantu is serving: http://{shown}:{port}  （Ctrl+C 停止 to stop）", flush=True
    )
    from liantu.web.jobs.embedded import worker_beside
    from liantu.web.operations.counting import counted_together

    with counted_together(), worker_beside() if worker else nullcontext():
        _run(host, port, processes)


def _processes() -> int:
    """How many processes answer pages.

    Raises:
        UsageError: none or more than anybody means.
    """
    said = int(site.text("web_processes") or 1)
    if not 1 <= said <= _MOST:
        raise UsageError(
            f"设置 LIANTU_WEB_PROCESSES 为 {said}，应为 1–{_MOST}。请改正。",
            f"The setting LIANTU_WEB_PROCESSES is {said}; it must be 1–{_MOST}. Mend it.",
        )
    return said


def _run(host: str, port: int, processes: int) -> None:
    import multiprocessing

    # The worker starts afresh: a copy of this process would hold the locks of threads that it
    # does not have (polars keeps some), and its first query would wait for ever.
    multiprocessing.set_start_method("spawn", force=True)
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "liantu.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE,
        log_enabled=False,
    ).serve()


def _probe(host: str, port: int) -> None:
    """Try the address first: granian's own failure would come from a child process, unclear."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"无法监听 {host}:{port}（{error.strerror or error}）。"
                f"若端口已被占用，请换一个，例如 --port {port + 1}。",
                f"Cannot listen on {host}:{port} ({error.strerror or error})."
                f" If the port is taken, choose another, such as --port {port + 1}.",
            ) from error


def _allow(host: str) -> None:
    """A host named on the command line is a host to be served; all-interfaces needs names."""
    from django.conf import settings

    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        if not site.listed("allowed_hosts"):
            print(
                "提示：从其他机器访问须用 LIANTU_ALLOWED_HOSTS 列出主机名。\n"
                "Note: to be reached from other machines, name this host in LIANTU_ALLOWED_HOSTS.",
                file=sys.stderr,
            )
        return
    if host not in settings.ALLOWED_HOSTS:
        names = [*site.listed("allowed_hosts"), host]
        # The worker is a process of its own and reads the environment.
        os.environ["LIANTU_ALLOWED_HOSTS"] = ",".join(names)
