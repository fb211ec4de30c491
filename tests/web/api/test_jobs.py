"""Jobs for programs: a large import is taken on, followed to its end, and cancelled."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.api.conftest import program_of

from liantu.records.models import Batch
from liantu.web.jobs import rules
from liantu.web.jobs.doing import do
from liantu.web.jobs.models import Job

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"
ROWS = "产业链代码,产业链名称\nc1,电子\nc2,汽车\n"


@pytest.fixture
def checked(program: Any) -> dict[str, Any]:
    """A file that was looked at."""
    file = SimpleUploadedFile("chains.csv", ROWS.encode())
    signed = {"HTTP_AUTHORIZATION": f"Bearer {program.secret}"}
    answer = program.client.post(f"{ROOT}/imports?table_id=chains", {"file": file}, **signed)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def commit(program: Any, checked: dict[str, Any], **headers: str) -> Any:
    path = f"/imports/{checked['token']}/commit"
    return program.call("POST", path, {"fingerprint": checked["fingerprint"]}, **headers)


def test_an_import_in_the_background(program: Any, checked: dict[str, Any]) -> None:
    answer = commit(program, checked, prefer="respond-async")
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["Location"] == job["href"] == f"{ROOT}/jobs/{job['number']}"
    assert (job["state"], job["open"], job["batch"]) == ("waiting", True, None)
    assert "chains.csv" in job["title"]["zh"]
    # Sent again, it is the same job.
    assert commit(program, checked, prefer="respond-async").json() == job
    assert Job.objects.count() == 1
    do(Job.objects.get().pk)
    done = program.get(f"/jobs/{job['number']}").json()
    assert (done["state"], done["open"], done["done"]) == ("done", False, done["total"])
    assert done["batch"] == Batch.objects.get(table="chains").pk
    # What is in is not asked for once more.
    again = commit(program, checked, prefer="respond-async")
    assert (again.status_code, again.json()["id"]) == (201, done["batch"])
    assert program.get("/jobs").json()["items"] == [done]


def test_many_rows_are_always_brought_in_by_a_worker(
    program: Any, checked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = rules.job_rules().model_copy(update={"background_rows": 1})
    monkeypatch.setattr("liantu.web.api.imports.job_rules", lambda: few)
    assert commit(program, checked).status_code == 202
    assert not Batch.objects.filter(table="chains").exists()


def test_one_is_cancelled_and_what_it_was_about_stays_as_it_was(
    program: Any, checked: dict[str, Any]
) -> None:
    job = commit(program, checked, prefer="respond-async").json()
    answer = program.call("DELETE", f"/jobs/{job['number']}")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert answer.headers["Location"] == job["href"]
    do(Job.objects.get().pk)
    assert not Batch.objects.filter(table="chains").exists()
    assert program.call("DELETE", f"/jobs/{job['number']}").status_code == 409
    assert program.get("/jobs/00000000-0000-4000-8000-000000000000").status_code == 404


def test_a_token_that_only_reads_stops_nothing_that_it_could_not_ask_for(
    program: Any, checked: dict[str, Any]
) -> None:
    job = commit(program, checked, prefer="respond-async").json()
    reader = program_of(User.objects.get(pk=Job.objects.get().user_id), capabilities=["read"])
    assert reader.get(f"/jobs/{job['number']}").status_code == 200
    assert reader.call("DELETE", f"/jobs/{job['number']}").status_code == 403
    assert Job.objects.get().state == "waiting"
