"""Programs before the API: a city, accounts of every role, and tokens for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from tests.web.registers.data import fill

from liantu.records.access import acting, actor_of
from liantu.web.api import tokens

ROOT = "/api/v1"


class Program:
    """Calls the API with a token, or as somebody signed in where it has none."""

    def __init__(self, secret: str = "", client: Client | None = None) -> None:
        self.client = client or Client()
        self.secret = secret

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One request; ``headers`` are written with underscores."""
        given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        if self.secret:
            given["HTTP_AUTHORIZATION"] = f"Bearer {self.secret}"
        data = b"" if body is None else json.dumps(body).encode()
        address = path if path.startswith("/api") else ROOT + path
        return self.client.generic(  # type: ignore[return-value]
            method, address, data, content_type="application/json", **given
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.call("GET", path, **headers)

    def json(self, path: str, **headers: str) -> Any:
        """Read, and it is there."""
        found = self.get(path, **headers)
        assert found.status_code == 200, found.content.decode()
        return found.json()  # type: ignore[attr-defined]


Make = Callable[..., Program]


@pytest.fixture
def registers_filled(db: None) -> None:
    """Areas, parks and firms."""
    fill()


@pytest.fixture
def programs(accounts: Any) -> Make:
    """Makes an account in a role and a program with a token of it."""

    def make(
        role: str = "administrator", scope: str = "city", name: str = "", **limits: Any
    ) -> Program:
        user = accounts(name or f"{role}-{scope}", role, scope)
        return program_of(user, **limits)

    return make


def program_of(user: User, **limits: Any) -> Program:
    """A program with another token of an account."""
    with acting(actor_of(user)):
        _, secret = tokens.create(user, "试验", **limits)
    return Program(secret)


@pytest.fixture
def program(programs: Make) -> Program:
    """A program of an administrator."""
    return programs()


def problem_of(found: HttpResponse, status: int) -> dict[str, Any]:
    """The problem that an answer tells of, whole and in both languages."""
    assert found.status_code == status, (found.status_code, found.content.decode())
    assert found.headers["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = json.loads(found.content)
    assert said["status"] == status
    assert said["detail"]
    assert said["detail_en"]
    assert said["title"]
    assert said["title_en"]
    return said
