"""Settings that changed between two starts are told to the audit log, once and without secrets."""

from __future__ import annotations

from typing import Any

import pytest

from liantu import site
from liantu.records import audit
from liantu.web.operations.settings_noted import note_settings
from liantu.web.sign_in.declared import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in site.every():
        if one.name != "database_url":
            monkeypatch.delenv(one.variable, raising=False)


def test_only_what_changed_is_told(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert note_settings()
    assert not note_settings()
    monkeypatch.setenv("LIANTU_ALLOWED_HOSTS", "liantu.example.gov.cn")
    assert note_settings()
    assert not note_settings()
    settings.SIGN_IN = SignIn(second_factor=("planner",))
    assert note_settings()
    told = [entry for entry in audit.all_entries() if entry.action == "settings_changed"]
    assert len(told) == 3
    assert "allowed_hosts" in audit.details_of(told[1])["set"]


def test_secrets_are_compared_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    note_settings()
    monkeypatch.setenv("LIANTU_SECRET_KEY", "a-secret-that-nobody-may-read")
    assert note_settings()
    assert "nobody-may-read" not in "".join(audit.exported(audit.all_entries()))
