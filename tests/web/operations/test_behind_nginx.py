"""The shipped proxy for real: nginx ends TLS in front of the production server."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import OwnDatabase, environment

ROOT = Path(__file__).resolve().parents[3]
LIANTU = str(Path(sys.executable).with_name("liantu"))
NAME = "liantu.example.gov.cn"
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed here"),
]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Site:
    """What a browser sees: the name by TLS, the plain port beside it."""

    def __init__(self, tls: int, plain: int, server: int) -> None:
        self.tls, self.plain, self.server = tls, plain, server

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.tls, timeout=60, context=trusting
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": NAME, **named})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, own_database: OwnDatabase) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    found = Site(free_port(), free_port(), free_port())
    given = environment(folder / "home", own_database()) | {
        "LIANTU_ALLOWED_HOSTS": NAME, "LIANTU_HTTPS": "1",
    }  # fmt: skip
    server = subprocess.Popen(
        [LIANTU, "serve", "--port", str(found.server)],
        env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    proxy = subprocess.Popen(
        ["nginx", "-c", str(configured(folder, found)), "-g", "daemon off;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(1200):
            assert server.poll() is None
            assert proxy.poll() is None, (folder / "error.log").read_text()
            try:
                if found.ask("/healthz")[0] == 200:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        yield found
    finally:
        proxy.terminate()
        server.terminate()
        proxy.wait(timeout=30)
        server.wait(timeout=90)


def configured(folder: Path, site: Site) -> Path:
    """The shipped file, with ports and certificate of this machine in their places."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}",
         "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"],
        capture_output=True, check=True,
    )  # fmt: skip
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for here, there in {
        "127.0.0.1:8000": f"127.0.0.1:{site.server}",
        "listen 80;": f"listen 127.0.0.1:{site.plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{site.tls} ssl;",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl;\n": "",
        "/etc/liantu/tls/": f"{folder}/",
    }.items():
        assert here in text, here
        text = text.replace(here, there)
    kept = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{kept}{text}\n}}\n",
        encoding="utf-8",
    )
    return whole


def test_pages_come_with_their_headers(site: Site) -> None:
    status, headers, _ = site.ask("/")
    assert status == 302
    assert headers["Location"].startswith("/"), "a redirect stays on the name and on TLS"
    status, headers, text = site.ask(headers["Location"])
    assert status == 200
    assert "<form" in text
    assert headers.get_all("Strict-Transport-Security") == ["max-age=2592000"], "said once"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    cookies = headers.get_all("Set-Cookie") or []
    assert cookies
    assert all("Secure" in cookie for cookie in cookies), "the page knows that it came by TLS"
    assert len(headers["X-Request-ID"]) == 32, "numbered by the proxy"


def test_plain_http_is_led_to_tls(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=30)
    connection.request("GET", "/targets/?as_of=2025-12-31", headers={"Host": NAME})
    answer = connection.getresponse()
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{NAME}/targets/?as_of=2025-12-31"


def test_what_a_caller_claims_of_itself_does_not_get_through(site: Site) -> None:
    forged = {"X_Forwarded_For": "127.0.0.1", "X_Forwarded_Proto": "http", "X_Real_IP": "127.0.0.1"}
    assert site.ask("/", **forged)[0] == 302, "still TLS for the program"
    assert site.ask("/metrics", **forged)[0] == 404, "never past the proxy"
    assert site.ask("/healthz")[0] == 200
    assert site.ask("/", Host="elsewhere.example")[0] == 400


def test_static_files_are_kept_by_browsers(site: Site) -> None:
    _, _, page = site.ask("/sign-in/", Accept="text/html")
    _, _, page = site.ask("/accounts/login/") if "/static/" not in page else (0, None, page)
    address = next(part.split('"')[0] for part in page.split('="') if part.startswith("/static/"))
    status, headers, text = site.ask(address)
    assert status == 200
    assert text
    assert "max-age" in headers["Cache-Control"]


def test_files_as_large_as_the_doors_take_pass_and_larger_do_not(site: Site) -> None:
    # Nobody is signed in: the program refuses after reading; the proxy refuses before.
    small = site.ask("/api/v1/imports", "POST", b"x" * 3_000_000, Content_Type="text/plain")
    assert small[0] == 401
    connection = socket.create_connection(("127.0.0.1", site.tls), timeout=60)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(connection, server_hostname=NAME) as secured:
        secured.sendall(
            f"POST /api/v1/imports HTTP/1.1\r\nHost: {NAME}\r\n"
            f"Content-Length: {600 * 1024 * 1024}\r\n\r\n".encode()
        )
        assert b" 413 " in secured.recv(200).split(b"\r\n")[0]
