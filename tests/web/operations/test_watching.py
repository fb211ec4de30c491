"""What an operator watches: health, readiness with every fault, metrics for the machine only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from liantu.records.lake.folder import lake_folder
from liantu.web.jobs.working import alive
from liantu.web.operations import readiness
from liantu.web.operations.requests import HEADER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def worker(home: Path) -> Iterator[None]:
    """Somebody who does the jobs."""
    with alive():
        yield


def wrong(stranger: Client) -> set[str]:
    """What is not in order; both languages say so."""
    response = stranger.get("/readyz")
    said = response.json()
    names = {name for name, one in said["checks"].items() if not one["ok"]}
    assert response.status_code == (503 if names else 200)
    assert (said["status"] == "ready") is not bool(names)
    assert all(one["zh"] and one["en"] for one in said["checks"].values())
    return names


def test_ready_where_everything_is_in_order(stranger: Client) -> None:
    assert wrong(stranger) == set()
    assert stranger.get("/healthz").json()["status"] == "ok"
    assert not list(lake_folder().glob("*")), "nothing is left of the look"
    assert stranger.post("/readyz").status_code == 405


def test_a_ledger_that_waits_for_its_upgrade(stranger: Client) -> None:
    MigrationRecorder(connection).record_unapplied("dispatch", "0001_initial")
    assert wrong(stranger) == {"migrations"}


def test_a_lake_that_cannot_be_written(stranger: Client, home: Path) -> None:
    (home / "lake").write_text("a file where the folder should be")
    assert wrong(stranger) == {"lake"}


def test_nobody_who_does_the_jobs(stranger: Client, home: Path) -> None:
    for path in (home / "workers").iterdir():
        path.unlink()
    assert wrong(stranger) == {"worker"}


def test_a_disk_nearly_full(stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "free_bytes", lambda: 10)
    assert wrong(stranger) == {"disk"}


def test_a_ledger_that_is_gone(stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", gone)
    monkeypatch.setattr(connection, "ensure_connection", gone)
    assert {"database", "migrations"} <= wrong(stranger)
    assert stranger.get("/healthz").status_code == 503
    assert "liantu_ledger_up 0.0" in stranger.get("/metrics").content.decode()


def test_requests_are_counted_by_pattern_and_never_by_address(
    client: Client, stranger: Client
) -> None:
    client.get("/plan/c1.geheim/?q=geheim")
    client.get("/geheim/geheim")
    text = stranger.get("/metrics").content.decode()
    assert "geheim" not in text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    routes = {sample.labels["route"] for sample in families["liantu_requests"].samples}
    assert {"/plan/<str:clause_id>/", "(none)"} <= routes
    assert families["liantu_ledger_up"].samples[0].value == 1
    assert families["liantu_batches"].samples[0].value == 0
    assert families["liantu_disk_free_bytes"].samples[0].value > 0


@pytest.mark.parametrize(
    ("meta", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.0.0.7"}, 403),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ({"HTTP_FORWARDED": "for=127.0.0.1"}, 403),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer right"}, 200),
        ({"HTTP_X_FORWARDED_FOR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer right"}, 200),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer wrong"}, 403),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer "}, 403),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer 密"}, 403),
    ],
)
def test_metrics_are_for_the_machine_or_the_token(
    stranger: Client, monkeypatch: pytest.MonkeyPatch, meta: dict[str, str], status: int
) -> None:
    monkeypatch.setenv("LIANTU_METRICS_TOKEN", "right")
    assert stranger.get("/metrics", **meta).status_code == status  # type: ignore[arg-type]


def test_without_a_token_nobody_else_reads_them(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANTU_METRICS_TOKEN", raising=False)
    for shown in ("Bearer ", "", "Bearer x"):
        meta: Any = {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": shown}
        assert stranger.get("/metrics", **meta).status_code == 403


def test_a_request_has_a_number(stranger: Client) -> None:
    first, second = (stranger.get("/healthz").headers[HEADER] for _ in range(2))
    assert first != second
    given = {"HTTP_X_REQUEST_ID": "abcd-1234-efgh"}
    assert stranger.get("/healthz", **given).headers[HEADER] == "abcd-1234-efgh"  # type: ignore[arg-type]
    for forged in ("short", "a" * 65, "new\nline-and-more", "<script>alert</script>"):
        assert stranger.get("/healthz", HTTP_X_REQUEST_ID=forged).headers[HEADER] != forged
