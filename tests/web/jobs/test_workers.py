"""Workers as processes: many jobs, kills at any point, restarts, several at once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tests.databases import OwnDatabase, environment

ASKING = Path(__file__).with_name("asking.py")
LIANTU = str(Path(sys.executable).with_name("liantu"))
PERIODS = ["2023Q4", "2024Q1", "2024Q2", "2024Q3", "2024Q4"]
ROWS = 3000


class City:
    """One installation, its ledger of the kind that the tests run on."""

    def __init__(self, home: Path, url: str) -> None:
        self.environment = environment(home, url)

    def run(self, *arguments: str) -> Any:
        """What a program of ``asking.py`` prints."""
        done = subprocess.run(
            [sys.executable, str(ASKING), *arguments],
            env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def worker(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [LIANTU, "worker", *arguments], env=self.environment, stderr=subprocess.DEVNULL
        )

    def drain(self) -> None:
        assert self.worker("--drain").wait(timeout=500) == 0


@pytest.fixture
def city(tmp_path: Path, own_database: OwnDatabase) -> City:
    return City(tmp_path / "home", own_database())


def test_two_workers_share_the_jobs_and_do_each_once(city: City) -> None:
    city.run("mixed")
    workers = [city.worker("--drain") for _ in range(2)]
    assert [one.wait(timeout=500) for one in workers] == [0, 0]
    told = city.run("tell")
    assert told["states"] == {"done": 7}, told["jobs"]
    assert {job[2] for job in told["jobs"].values()} == {1}
    assert (told["periods"], told["batches"], told["chains"]) == (PERIODS, 1, ROWS)


@pytest.mark.long
def test_two_hundred_jobs_are_drained(city: City) -> None:
    asked = city.run("many", "200")
    assert len(asked) == 200
    city.drain()
    told = city.run("tell")
    assert told["states"] == {"done": 200}
    assert (told["running_tasks"], told["left"]) == (0, [])


@pytest.mark.long
def test_a_worker_killed_at_any_point_leaves_the_state_before_or_after(city: City) -> None:
    chance = random.Random(20260107)
    city.run("mixed")
    for _ in range(6):
        worker = city.worker()
        time.sleep(chance.uniform(2.0, 9.0))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        told = city.run("tell")
        assert told["sound"]
        assert told["batches"] == told["chains"] // ROWS, "a file is in whole or not at all"
        assert len(told["periods"]) == len(set(told["periods"]))
    city.drain()
    told = city.run("tell")
    assert told["running_tasks"] == 0
    assert told["left"] == []
    # A job that was hit again and again is given up, in words; every other is done, once.
    given_up = [job for job in told["jobs"].values() if job[1] == "failed"]
    assert all(job[2] == 3 and "died" in job[4][1] for job in given_up), given_up
    assert sum(told["states"].values()) == 7
    assert set(told["states"]) <= {"done", "failed"}
    for kind, state, _, result, _ in told["jobs"].values():
        if kind == "quarterly" and state == "done":
            assert told["periods"].count(result["period"]) == 1
        if kind == "import" and state == "done":
            assert (told["batches"], told["chains"]) == (1, ROWS)


@pytest.mark.long
def test_a_worker_told_to_stop_ends_the_job_at_hand(city: City) -> None:
    city.run("mixed")
    worker = city.worker()
    while not any(job[1] == "running" for job in city.run("tell")["jobs"].values()):
        assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=120)
    told = city.run("tell")
    assert "running" not in told["states"]
    assert all(job[2] <= 1 for job in told["jobs"].values()), "nothing had to be done twice"


@pytest.mark.long
def test_the_pages_bring_a_worker_along_and_start_it_anew(city: City) -> None:
    city.run("tell")
    port = 20_000 + os.getpid() % 20_000
    log = subprocess.PIPE
    pages = subprocess.Popen(
        [LIANTU, "serve", "--port", str(port)], env=city.environment, stdout=log, stderr=log
    )
    try:
        first = _worker_of(pages.pid)
        _ready(port)
        os.kill(first, signal.SIGKILL)
        second = _worker_of(pages.pid, other_than=first)
        city.run("many", "1")
        while city.run("tell")["states"] != {"done": 1}:
            assert pages.poll() is None
    finally:
        pages.send_signal(signal.SIGINT)
        pages.wait(timeout=60)
    for _ in range(100):
        if not Path(f"/proc/{second}").exists():
            break
        time.sleep(0.2)
    assert not Path(f"/proc/{second}").exists(), "the worker ends with the pages"


def _worker_of(parent: int, other_than: int = 0) -> int:
    """The process that does the jobs of a server: the child that is told its parent."""
    for _ in range(600):
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().split(b"\0")
            except OSError:
                continue
            number = int(path.parent.name)
            if words[-2:-1] == [str(parent).encode()] and number != other_than:
                return number
        time.sleep(0.1)
    raise AssertionError("no worker was started")


def _ready(port: int) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the service never became ready")
