"""What people of a crowd do: each walks pages, or edits, or fills and files sheets, by HTTP.

One thread a person with one kept connection, as a browser has it: standard library only, bodies
read whole and not parsed, so that the machine's processors are left to the server. Files that
browsers keep (style sheets, scripts) are not asked for.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

_PATIENCE = 60.0
_SEEN = re.compile(rb'name="seen" value="(\d+)"')
_CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_TOLD = b'class="note trouble"'
"""What a sheet says where a draft or a step was refused."""


@dataclass(frozen=True)
class Asked:
    """One request that was answered, or was not."""

    route: str
    seconds: float
    status: int
    trouble: str = ""


@dataclass
class City:
    """Addresses in the sample city that people look at."""

    firms: list[str]
    projects: list[str]
    clauses: list[str]
    targets: list[str]
    cycles: list[str]
    sheets: list[int]
    districts: list[str]


@dataclass
class Browser:
    """A signed-in browser or program: one connection, its cookies or its token."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    asked: list[Asked] = field(default_factory=list)
    _connection: http.client.HTTPConnection | None = None

    def ask(
        self, route: str, path: str, *, method: str = "GET", body: bytes | None = None,
        headers: dict[str, str] | None = None, expected: Sequence[int] = (200,),
    ) -> tuple[http.client.HTTPMessage | None, bytes]:  # fmt: skip
        """Ask, read the whole answer, and keep how long it took; headers and body."""
        sent = {"Accept": "text/html", "Accept-Encoding": "gzip", **self._who(), **(headers or {})}
        start = time.perf_counter()
        try:
            answer, got = self._whole(method, path, body, sent)
        except (OSError, http.client.HTTPException) as error:
            self._connection = None
            self.asked.append(Asked(route, time.perf_counter() - start, 0, repr(error)))
            return None, b""
        spent = time.perf_counter() - start
        trouble = "" if answer.status in expected else f"{answer.status} {path}"
        self.asked.append(Asked(route, spent, answer.status, trouble))
        for set_ in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = set_.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.headers, got

    def page(self, route: str, path: str) -> bytes:
        """A page whose text is looked at, therefore not compressed."""
        return self.ask(route, path, headers={"Accept-Encoding": "identity"})[1]

    def send(self, route: str, path: str, form: dict[str, str]) -> None:
        """A form, answered by the way to the next page."""
        self.ask(
            route, path, method="POST", body=urlencode(form).encode(), expected=(302,),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip

    def _who(self) -> dict[str, str]:
        if self.token:
            return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _whole(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer, answer.read()


Walk = Callable[[Browser, random.Random], Iterator[None]]
"""Yields where a person stops to read or to type."""


def reading(city: City) -> Walk:
    """Somebody who looks around: pages mostly, some of what programs ask for."""
    steps = _pages(city)
    weights = [weight for weight, _, _ in steps]

    def walk(browser: Browser, chance: random.Random) -> Iterator[None]:
        while True:
            ((_, route, address),) = chance.choices(steps, weights)
            browser.ask(route, address(chance))
            yield

    return walk


def _pages(city: City) -> list[tuple[int, str, Callable[[random.Random], str]]]:
    """How often, what it is called, and its address."""
    firm = lambda chance: quote(chance.choice(city.firms))  # noqa: E731
    sort = ("", "&sort=-capital_cny", "&sort=name")
    return [
        (10, "/", lambda _: "/"),
        (8, "/targets/", lambda _: "/targets/"),
        (10, "/targets/<target>/", lambda c: f"/targets/{c.choice(city.targets)}/"),
        (4, "/plan/", lambda _: "/plan/"),
        (4, "/plan/<clause>/", lambda c: f"/plan/{c.choice(city.clauses)}/"),
        (2, "/plan/findings/", lambda _: "/plan/findings/"),
        (4, "/records/", lambda _: "/records/"),
        (6, "/records/firms/", lambda c: f"/records/firms/?page={c.randint(1, 40)}"),
        (
            8, "/records/firms/?area_code=",
            lambda c: f"/records/firms/?area_code={c.choice(city.districts)}{c.choice(sort)}",
        ),
        (4, "/records/firms/?q=", lambda c: f"/records/firms/?q={quote(c.choice(_WORDS))}"),
        (8, "/records/firms/<firm>/", lambda c: f"/records/firms/{firm(c)}/"),
        (2, "/records/firms/<firm>/history/", lambda c: f"/records/firms/{firm(c)}/history/"),
        (4, "/records/firm_month/", lambda _: "/records/firm_month/?period=2025-11"),
        (3, "/records/projects/", lambda c: f"/records/projects/?page={c.randint(1, 3)}"),
        (2, "/records/quality/", lambda _: "/records/quality/"),
        (6, "/cycles/", lambda _: "/cycles/"),
        (6, "/cycles/<cycle>/", lambda c: f"/cycles/{c.choice(city.cycles)}/"),
        (4, "/cycles/sheet/<sheet>/", lambda c: f"/cycles/sheet/{c.choice(city.sheets)}/"),
        (2, "/sources/", lambda _: "/sources/"),
        (2, "/documents/", lambda _: "/documents/"),
        (2, "/imports/", lambda _: "/imports/"),
        (2, "/jobs/", lambda _: "/jobs/"),
        (4, "GET api targets", lambda _: "/api/v1/targets?limit=50"),
        (4, "GET api firms", lambda c: f"{_FIRMS}?area_code={c.choice(city.districts)}"),
        (4, "GET api firm", lambda c: f"{_FIRMS}/{firm(c)}"),
        (2, "GET api firm_month", lambda _: "/api/v1/series/firm_month/rows?period=2025-11"),
        (2, "GET api observations", lambda _: "/api/v1/observations?limit=50"),
    ]  # fmt: skip


_FIRMS = "/api/v1/registers/firms/records"
_WORDS = ("电子", "汽车", "机械", "食品", "材料")


def editing(firms: list[str]) -> Walk:
    """A program that keeps some firms up to date: looks, changes one cell, by the version seen."""

    def walk(browser: Browser, chance: random.Random) -> Iterator[None]:
        while True:
            path = f"{_FIRMS}/{quote(chance.choice(firms))}"
            headers, _ = browser.ask("GET api firm (writer)", path)
            if headers is not None:
                yield
                body = json.dumps({"values": {"address": f"新址{chance.randrange(10**9)}号"}})
                browser.ask(
                    "PATCH api firm", path, method="PATCH", body=body.encode(),
                    headers={"Content-Type": "application/json", "If-Match": headers["ETag"]},
                )  # fmt: skip
            yield

    return walk


def filing(sheet: int, codes: list[str], cells: dict[str, tuple[int, int]], rows: int) -> Walk:
    """An office that types some rows, files its sheet, and takes it back to go on."""

    def walk(browser: Browser, chance: random.Random) -> Iterator[None]:
        while True:
            for code in chance.sample(codes, min(rows, len(codes))):
                page = browser.page(
                    "/cycles/sheet/<sheet>/?row=", f"/cycles/sheet/{sheet}/?row={quote(code)}"
                )
                yield
                typed = {f"c-{name}": str(chance.randint(*span)) for name, span in cells.items()}
                browser.send(
                    "POST draft", f"/cycles/sheet/{sheet}/draft/", form_of(page, code=code, **typed)
                )
                yield
            for step, more in (("file", {}), ("recall", {"reason": "补报"})):
                page = browser.page("/cycles/sheet/<sheet>/ (writer)", f"/cycles/sheet/{sheet}/")
                _refused(browser, page)
                yield
                browser.send(
                    f"POST {step}", f"/cycles/sheet/{sheet}/step/{step}/", form_of(page, **more)
                )
                yield

    return walk


def form_of(page: bytes, **said: Any) -> dict[str, str]:
    """What a browser sends of a form: its token and the version that was seen."""
    found = {"csrfmiddlewaretoken": _CSRF, "seen": _SEEN}
    hidden = {name: what.search(page) for name, what in found.items()}
    return {name: got[1].decode() for name, got in hidden.items() if got} | said


def _refused(browser: Browser, page: bytes) -> None:
    """A form that was refused is told on the next page; in a crowd that is an error."""
    if _TOLD in page:
        browser.asked.append(Asked("told on the sheet", 0.0, 422, "a form was refused"))
