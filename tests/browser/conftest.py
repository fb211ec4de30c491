"""A real server on a ledger of its own, and a real Chromium in front of it.

The server is started as a user starts it, by ``liantu serve``; the browser's every request and
console message is recorded, and anything outside the server is refused.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Route,
    StorageState,
    sync_playwright,
)
from tests.databases import OwnDatabase, environment

DATA = Path(__file__).parents[1] / "web" / "data"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]


def _liantu(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from liantu.cli import main; main()", *arguments]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home of the server's ledger."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def given(home: Path, own_database: OwnDatabase) -> dict[str, str]:
    """What the server and the commands beside it find in their environment."""
    return environment(home, own_database())


@pytest.fixture(scope="session")
def server(home: Path, given: dict[str, str]) -> Iterator[str]:
    """Address of the server; its ledger holds the made-up city and two frozen papers."""
    package, papers = home / "package", home / "out"
    for arguments in (
        ("plan", "compile", str(DATA / "plan.txt"), "--out", str(package)),
        ("plan", "load", str(package), "--text", str(DATA / "plan.txt")),
        ("data", "import", str(DATA / "figures.csv"), "--by", "规划处"),
        ("report", "quarterly", "--period", "2025Q4", "--out", str(papers)),
    ):
        done = subprocess.run(_liantu(*arguments), env=given, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (home / "server.log").open("w+")
    process = subprocess.Popen(
        _liantu("serve", "--port", str(port)), env=given, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, Path(log.name))
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


@pytest.fixture(scope="session")
def signed_in_state(browser: Browser, server: str, given: dict[str, str]) -> StorageState:
    """Cookies of an administrator who came in through the sign-in page."""
    made = subprocess.run(
        _liantu("admin", "create", "planner"),
        env=given, capture_output=True, text=True, check=True,
    )  # fmt: skip
    context = browser.new_context(locale="zh-CN", base_url=server)
    page = context.new_page()
    page.goto("/")
    _enter(page, "planner", made.stdout.split()[-1])
    page.wait_for_url(f"{server}/")
    state = context.storage_state()
    context.close()
    return state


OWN_PASSWORD = "a-password-of-ones-own"


def _enter(page: Page, name: str, password: str) -> None:
    """Sign in for the first time, on the page that asks for it: the password is changed at once."""
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.fill("[name=oldpassword]", password)
    page.fill("[name=password1]", OWN_PASSWORD)
    page.fill("[name=password2]", OWN_PASSWORD)
    page.keyboard.press("Enter")


@pytest.fixture
def first_sign_in() -> Callable[[Page, str, str], None]:
    """Enters name and password, and a password of one's own."""
    return _enter


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not answer: {log.read_text()}")


def _chromium() -> str:
    named = os.environ.get("LIANTU_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    reason = "no Chromium found: apt-get install chromium, or name one in LIANTU_CHROMIUM"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield found
        found.close()


@dataclass
class Record:
    """What the browser did while a test ran."""

    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def page(
    browser: Browser, server: str, record: Record, signed_in_state: StorageState
) -> Iterator[Page]:
    """An administrator's page at 1440 × 900 that may reach the server and nothing else."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale="zh-CN",
        base_url=server,
        storage_state=signed_in_state,
    )
    found = context.new_page()

    def guard(route: Route) -> None:
        if route.request.url.startswith((server, "data:", "blob:")):
            route.continue_()
        else:
            record.outside.append(route.request.url)
            route.abort()

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            record.complaints.append(message.text)

    context.route("**/*", guard)
    found.on("console", hear)
    found.on("pageerror", lambda error: record.complaints.append(str(error)))
    found.on(
        "response",
        lambda response: (
            record.failed.append(f"{response.status} {response.url}")
            if response.status >= 400
            else None
        ),
    )
    yield found
    context.close()
    assert record.outside == []
    assert record.complaints == []
    assert record.failed == []
