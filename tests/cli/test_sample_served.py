"""``liantu serve --sample`` as a newcomer runs it: the city is loaded, its pages are read."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from tests.databases import OwnDatabase, environment

LIANTU = str(Path(sys.executable).parent / "liantu")
FIRMS = 200
PASSWORD = "a-password-of-ones-own"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PATIENCE = 300.0


@dataclass
class Visitor:
    """A browser as far as a sign-in needs one: it keeps cookies and sends forms."""

    address: str
    opener: urllib.request.OpenerDirector = field(
        default_factory=lambda: urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        )
    )

    def get(self, path: str) -> tuple[str, str]:
        """Where one ends up, and what stands there."""
        with self.opener.open(self.address + path, timeout=_PATIENCE) as answer:
            return answer.url, answer.read().decode()

    def submit(self, page: tuple[str, str], **fields: str) -> tuple[str, str]:
        """Send the form of a page to where the page is."""
        url, text = page
        token = TOKEN.search(text)
        assert token, text[:500]
        sent = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self.opener.open(url, sent, timeout=_PATIENCE) as answer:
            return answer.url, answer.read().decode()


@pytest.fixture
def served(tmp_path: Path, own_database: OwnDatabase) -> Iterator[tuple[Visitor, Path]]:
    """The server on an empty home in which a small city lies ready; what it prints."""
    given = environment(tmp_path, own_database())
    made = subprocess.run(
        [LIANTU, "sample", "city", "--firms", str(FIRMS), "--seed", "1", "--months", "2",
         "--out", str(tmp_path / "sample")],
        env=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "said"
    with log.open("w") as said:
        server = subprocess.Popen(
            [LIANTU, "serve", "--sample", "--port", str(port)], env=given, stdout=said, stderr=said
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server, log)
        yield Visitor(address), log
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=_PATIENCE).close()
        except urllib.error.HTTPError:
            raise
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.2)
        else:
            return


@pytest.mark.slow
def test_the_sample_city_is_served(served: tuple[Visitor, Path]) -> None:
    visitor, log = served
    said = log.read_text(encoding="utf-8")
    assert "模拟城市已装入" in said
    name, password = (
        re.search(rf"{what}\s+(\S+)", said) for what in ("账号 name", "密码 password")
    )
    assert name, said
    assert password, said

    page = visitor.get("/")
    assert "/sign-in/" in page[0], "nothing is shown to nobody"
    page = visitor.submit(page, login=name[1], password=password[1])
    page = visitor.submit(page, oldpassword=password[1], password1=PASSWORD, password2=PASSWORD)
    assert page[0] == f"{visitor.address}/"
    assert "模拟数据" not in page[1], "published targets are none of the sample's"

    for path in ("/records/firms/", "/records/parks/", "/records/firm_month/"):
        url, text = visitor.get(path)
        assert url == visitor.address + path
        assert "模拟数据" in text, path
    _, firms = visitor.get("/records/firms/")
    assert str(FIRMS) in firms
    first = re.search(r'data-href="(/records/firms/[^"]+)"', firms)
    assert first, firms[:500]
    assert "模拟数据" in visitor.get(first[1])[1]
    for path in ("/records/", "/targets/", "/sources/"):
        assert visitor.get(path)[1]
