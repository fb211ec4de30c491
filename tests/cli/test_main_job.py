"""The main job, as a user does it: text and figures in, states, contradictions and papers out.

Every step runs the installed command in a process of its own, on a ledger that starts empty.
"""

from __future__ import annotations

import csv
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.databases import OwnDatabase, environment

LIANTU = Path(sys.executable).parent / "liantu"
HEADER = (
    "id,clause,start,end,subject,indicator,form,comparator,baseline,baseline_year,"
    "low,high,unit,year,nature"
)
AS_OF = "2025-12-31"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def given(home: Path, own_database: OwnDatabase) -> dict[str, str]:
    """What the commands find in their environment: a ledger of this module's own."""
    return environment(home, own_database())


@pytest.fixture(scope="module")
def run(given: dict[str, str]) -> Run:
    def call(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(LIANTU), *map(str, arguments)],
            capture_output=True,
            text=True,
            env=given,
            check=False,
        )
        assert done.returncode == code, (
            f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done

    return call


@pytest.fixture(scope="module")
def package(shared: Path, home: Path, run: Run) -> Path:
    out = home / "plan"
    run("plan", "compile", shared / "plan" / "chengdu_manufacturing_14fyp.txt", "--out", out)
    return out


def test_text_becomes_a_table_of_targets(package: Path) -> None:
    lines = (package / "targets.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == HEADER
    assert len(lines) > 80


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_encoding_changes_nothing(
    encoding: str, plan_text: str, package: Path, home: Path, run: Run
) -> None:
    text = home / f"{encoding}.txt"
    text.write_bytes(plan_text.encode(encoding))
    run("plan", "compile", text, "--out", home / encoding)
    same = (home / encoding / "targets.csv").read_bytes()
    assert same == (package / "targets.csv").read_bytes()


def test_contradictions_come_with_figures(package: Path, run: Run) -> None:
    findings = json.loads(run("plan", "audit", package, "--format", "json").stdout)
    assert {"kind", "severity", "items", "message"} <= findings[0].keys()
    for figures in (("70", "80"), ("924", "1000"), ("3.95", "4")):
        assert any(all(figure in item["message"] for figure in figures) for item in findings)


def test_states_from_files_and_from_the_ledger_agree(package: Path, shared: Path, run: Run) -> None:
    figures = shared / "data" / "observations" / "observations.csv"
    from_files = run(
        "evaluate", "targets", "--as-of", AS_OF, "--plan", package, "--observations", figures,
        "--format", "csv",
    )  # fmt: skip
    from_ledger = run("evaluate", "targets", "--as-of", AS_OF, "--format", "csv")
    one, other = (
        {row["id"]: (row["light"], row["verdict"]) for row in csv.DictReader(text.splitlines())}
        for text in (from_files.stdout, from_ledger.stdout)
    )
    assert one == other
    assert one["b1.3"] == ("done", "meets")


def test_one_target_is_explained(run: Run) -> None:
    said = run("explain", "b1.3", "--as-of", AS_OF).stdout
    assert "4500" in said.replace(",", "")
    assert "5000" in said.replace(",", "")
    run("explain", "b1.99", code=6)


@pytest.mark.parametrize("kind", ["quarterly", "final"])
def test_papers_are_written(kind: str, home: Path, run: Run) -> None:
    out = home / "papers" / kind
    run("report", kind, "--period", "2025Q4", "--out", out)
    assert {".docx", ".pdf", ".xlsx"} <= {path.suffix for path in out.iterdir()}
    run("report", kind, "--period", "2025Q5", "--out", out, code=2)


def test_figures_leave_and_come_back_unchanged(home: Path, run: Run) -> None:
    first, second = home / "out.csv", home / "again.csv"
    run("data", "export", "--out", first)
    run("data", "import", first)
    run("data", "export", "--out", second)
    assert first.read_bytes() == second.read_bytes()


def test_pages_are_served(given: dict[str, str]) -> None:
    _serves(given)


def test_the_first_start_loads_and_serves(tmp_path: Path, own_database: OwnDatabase) -> None:
    """The process that fills the ledger has threads: the worker must not be a copy of it."""
    _serves(environment(tmp_path, own_database()))


def _serves(given: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([str(LIANTU), "serve", "--port", str(port)], env=given)
    try:
        assert "规划" in _page(f"http://127.0.0.1:{port}/")
    finally:
        server.terminate()
        server.wait(timeout=20)


def _page(url: str, patience: float = 90.0) -> str:
    end = time.monotonic() + patience
    while True:
        try:
            return str(urllib.request.urlopen(url, timeout=patience).read().decode())
        except urllib.error.HTTPError:
            raise
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
