"""Start the server as a user does, wait for the first page, then ask for the overview."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.timing import Reading

PATIENCE = 60.0
REQUESTS = 50


def run() -> list[Reading]:
    """From an empty ledger to the first page, a second start, and the overview when warm."""
    with tempfile.TemporaryDirectory() as home:
        first, _ = _start(home, requests=0)
        again, overview = _start(home, requests=REQUESTS)
    return [
        Reading("server: empty ledger to first page", (first,), "loads plan and figures"),
        Reading("server: second start to first page", (again,)),
        Reading("overview page, whole request", tuple(overview), f"{REQUESTS} requests, warm"),
    ]


def _start(home: str, *, requests: int) -> tuple[float, list[float]]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [str(Path(sys.executable).parent / "liantu"), "serve", "--port", str(port)]
    start = time.perf_counter()
    server = subprocess.Popen(command, env={**os.environ, "LIANTU_HOME": home})
    try:
        while not _answers(url):
            if time.perf_counter() - start > PATIENCE:
                raise TimeoutError(f"no page within {PATIENCE} s")
            time.sleep(0.05)
        ready = time.perf_counter() - start
        return ready, [_timed(url) for _ in range(requests)]
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        return bool(urllib.request.urlopen(url, timeout=30).status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def _timed(url: str) -> float:
    start = time.perf_counter()
    urllib.request.urlopen(url, timeout=30).read()
    return time.perf_counter() - start


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    for reading in run():
        print(reading.line())
