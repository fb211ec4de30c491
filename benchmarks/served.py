"""The production server, started as an operator starts it, with a home of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120.0
"""For the first page. [s]"""


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    port: int
    ready: float
    """From the command to the first page. [s]"""
    process: int

    def cpu(self) -> float:
        """What its processes have used since they were started, the worker's included. [s]"""
        return sum(_used(number) for number in _family(self.process))

    @property
    def url(self) -> str:
        """Its address, without the last slash."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served(home: str, *options: str) -> Iterator[Served]:
    """``liantu serve`` on a free port, until the block ends."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "liantu"), "serve", "--port", str(port), *options]
    start = time.perf_counter()
    with Path(home, "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, env={**os.environ, "LIANTU_HOME": home}, stdout=log, stderr=log
        )
        try:
            while not _answers(port):
                if server.poll() is not None or time.perf_counter() - start > PATIENCE:
                    raise TimeoutError(Path(home, "server.log").read_text(encoding="utf-8"))
                time.sleep(0.05)
            yield Served(port, time.perf_counter() - start, server.pid)
        finally:
            server.terminate()
            server.wait(timeout=60)


def log_of(home: str) -> str:
    """What the server said on its last start: warnings and errors only."""
    return Path(home, "server.log").read_text(encoding="utf-8")


def _family(process: int) -> list[int]:
    """A process and all that it started, by the kernel's own list."""
    told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [process, *(each for child in told.split() for each in _family(int(child)))]


def _used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _answers(port: int) -> bool:
    try:
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
