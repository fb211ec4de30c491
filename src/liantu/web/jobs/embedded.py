"""A worker beside the pages: one process more, started anew when it dies."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)
_PAUSE = 1.0
"""Before a worker that died is started anew. [s]"""
_PATIENCE = 30.0
"""For the job at hand when the pages stop. [s]"""
_PROGRAM = """\
import sys
import django
django.setup()
from liantu.web.jobs.working import work
work(parent=int(sys.argv[1]))
"""


@contextmanager
def worker_beside() -> Iterator[None]:
    """Keep a worker running while inside."""
    over = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not over.is_set():
            process = subprocess.Popen(  # noqa: S603 - this program
                [sys.executable, "-c", _PROGRAM, str(os.getpid())],
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "liantu.web.settings"},
                stdin=subprocess.DEVNULL,
                # Ctrl+C is for the pages; they end their worker.
                start_new_session=True,
            )
            running[:] = [process]
            code = process.wait()
            if not over.is_set():
                _log.error("the worker ended (code %d) and is started anew", code)
            over.wait(_PAUSE)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        for process in running:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                # What it does is taken up again by the next worker.
                process.kill()
        keeper.join(_PATIENCE)
