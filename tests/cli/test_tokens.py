"""``liantu admin token``: made, listed, ended from the shell."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.test import Client

from liantu.cli.main import cli
from liantu.errors import LiantuError
from liantu.records import access

pytestmark = pytest.mark.django_db


def run(*words: str, code: int = 0) -> str:
    found = CliRunner().invoke(cli, ["admin", "token", *words])
    raised = found.exception
    ended = raised.exit_code if isinstance(raised, LiantuError) else found.exit_code
    assert ended == code, (found.output, raised)
    return found.stdout


def test_a_token_is_made_listed_and_ended() -> None:
    user = User.objects.create(username="zhang")
    access.grant(user, "planner", access.CITY)
    secret = run("create", "zhang", "月报", "--days", "30", "--may", "read").strip()
    found = Client().get("/api/v1/", HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert found.json()["capabilities"] == ["read"]
    (row,) = json.loads(run("list", "--format", "json"))
    assert (row["account"], row["state"], row["may"]) == ("zhang", "open", "read")
    assert secret not in json.dumps(row)
    assert secret.startswith(row["prefix"])
    run("revoke", row["prefix"])
    assert json.loads(run("list", "zhang", "--format", "json"))[0]["state"] == "revoked"
    assert Client().get("/api/v1/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401
    run("revoke", row["prefix"], code=6)
    run("create", "nobody", "月报", code=6)
    run("create", "zhang", "月报", "--may", "accounts", code=2)
    run("create", "zhang", "月报", "--scope", "district", code=2)
