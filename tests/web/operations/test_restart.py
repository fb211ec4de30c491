"""PostgreSQL restarted under the production server, in the middle of a request."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.databases import SERVER, OwnDatabase, environment

FILLING = Path(__file__).with_name("restarting.py")
LIANTU = str(Path(sys.executable).with_name("liantu"))


class Postgres:
    """A server of its own, which the test may stop; other tests use another."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("initdb") or str(sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1])
        real = Path(found).resolve()
        self._bin = real if real.is_dir() else real.parent
        self._data, self._folder = folder / "data", folder
        # PostgreSQL refuses to run as root; there the account made by its package runs it.
        self._as: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            self._as = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
        self._run("initdb", "-D", str(self._data), "-U", "liantu", "-A", "trust", "-E", "UTF8")
        self.start()
        folder.chmod(0o755)

    @property
    def url(self) -> str:
        """Its address."""
        return f"postgresql://liantu@/postgres?host={self._folder}"

    def start(self) -> None:
        options = f"-c listen_addresses='' -k {self._folder}"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._folder / "log"),
                  "-o", options, "start")  # fmt: skip

    def stop(self) -> None:
        """As if its process were killed: nothing is written on the way out."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as, str(self._bin / program), *arguments],
            cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.fixture
def postgres(own_database: OwnDatabase) -> Iterator[Postgres]:
    if not SERVER:
        pytest.skip("only where the tests run on PostgreSQL: a server of it is restarted")
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def given(postgres: Postgres, tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path, postgres.url) | {"LIANTU_WEB_PROCESSES": "2"}


def said(given: dict[str, str], what: str) -> Any:
    done = subprocess.run(
        [sys.executable, str(FILLING), what], env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def port(given: dict[str, str]) -> Iterator[int]:
    """The production server, with a worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    server = subprocess.Popen(
        [LIANTU, "serve", "--port", str(number)],
        env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: ask(number, "GET", "/readyz")[0] == 200)
        yield number
    finally:
        server.terminate()
        assert server.wait(timeout=90) == 0


def until(holds: Any) -> None:
    """Wait for what takes its time to start."""
    for _ in range(1200):
        try:
            if holds():
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("it did not come up within two minutes")


def ask(
    port: int, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    data = None if body is None else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, data, {"Content-Type": "application/json", **named})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode()


@pytest.mark.long
def test_a_restart_in_the_middle_of_a_request(
    postgres: Postgres, given: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    people = said(given, "fill")
    port: int = request.getfixturevalue("port")
    token = {"Authorization": f"Bearer {people['token']}"}
    browser = {"Cookie": f"sessionid={people['session']}", "Accept": "text/html"}
    firm = f"/api/v1/registers/firms/records/{people['firm']}"

    def rename(name: str) -> int:
        _, headers, _ = ask(port, "GET", firm, **token)
        status, _, _ = ask(
            port, "PATCH", firm, {"values": {"name": name}}, If_Match=headers["ETag"], **token
        )
        return status

    assert [rename(f"第{n}名") for n in range(3)] == [200] * 3
    for _ in range(12):  # every thread of both processes holds a connection by now
        assert ask(port, "GET", "/records/firms/", **browser)[0] == 200
    etag = ask(port, "GET", firm, **token)[1]["ETag"]

    # A change that waits in the middle of its transaction, for a lock that somebody else holds.
    other = psycopg.connect(postgres.url)
    other.execute("LOCK TABLE records_firm IN ACCESS EXCLUSIVE MODE")
    caught: list[Any] = []
    change = {"values": {"name": "半途之名"}}
    waiting = threading.Thread(
        target=lambda: caught.append(ask(port, "PATCH", firm, change, If_Match=etag, **token))
    )
    waiting.start()
    blocked = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(postgres.url, autocommit=True) as watching:
        until(lambda: watching.execute(blocked).fetchone())
    postgres.stop()
    other.close()
    waiting.join(60)
    status, headers, body = caught[0]
    assert (status, headers["Retry-After"]) == (503, "5")
    assert "台账暂时连不上" in json.loads(body)["detail"]
    assert "try again" in json.loads(body)["detail_en"]

    # While it is away: pages, programs and health say so.
    status, headers, body = ask(port, "GET", "/records/firms/", **browser)
    assert (status, headers["Retry-After"]) == (503, "5")
    assert "台账暂时连不上" in body
    assert "Wait a moment" in body
    assert ask(port, "GET", "/healthz")[0] == 503
    assert ask(port, "GET", firm, **token)[0] == 503

    postgres.start()
    # Every connection kept from before is dead; nobody is shown that any more.
    answers = [ask(port, "GET", "/records/firms/", **browser)[0] for _ in range(24)]
    assert answers == [200] * 24
    assert rename("恢复之后") == 200
    until(lambda: ask(port, "GET", "/readyz")[0] == 200)
    counted = ask(port, "GET", "/metrics")[2]
    assert "liantu_ledger_up 1.0" in counted
    kept = said(given, "tell")
    assert kept["names"][1:] == ["第0名", "第1名", "第2名", "恢复之后"]
    assert kept["chain"]
