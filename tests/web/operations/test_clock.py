"""A clock that jumps: nothing is lost, nothing is out of order, and who is sent away is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from liantu.records import audit
from liantu.records.models.audit import AuditEntry
from liantu.web.api import tokens
from liantu.web.jobs import queue, telling
from liantu.web.jobs.doing import do
from liantu.web.jobs.kinds import Kind, kinds
from liantu.web.jobs.models import Job, State
from liantu.web.jobs.working import alive, forget_old, take_up

pytestmark = pytest.mark.django_db
Jump = Callable[[timedelta], None]
YEARS = timedelta(days=3650)
JUMPS = (timedelta(hours=-5), YEARS, -YEARS, timedelta(0))


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """Sets the clock of the program so far off."""
    real = timezone.now

    def by(off: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + off)

    return by


def test_the_audit_log_stays_one_chain(jump: Jump) -> None:
    first = audit.verify().entries
    for off in JUMPS:
        jump(off)
        audit.note(audit.Act.DOWNLOADED, kind="page", key=str(off))
    assert audit.verify().entries == first + len(JUMPS)
    told = [entry.key for entry in AuditEntry.objects.order_by("number")][first:]
    assert told == [str(off) for off in JUMPS], "in the order in which it was done"


def test_jobs_are_done_once_and_their_workers_known_by_no_clock(
    jump: Jump, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def run(job: Job, progress: object) -> dict[str, int]:
        done.append(str(job.pk))
        jump(-YEARS)  # in the middle of its work
        return {"redone": True}

    monkeypatch.setitem(kinds(), "targets", Kind("targets", "read", 2, dict, run))
    with alive():
        for off in JUMPS:
            jump(off)
            job = queue.ask("targets", {})
            assert take_up() == 0, "nobody died"
            do(job.pk)
            job.refresh_from_db()
            assert job.state == State.DONE, job.error
    assert len(done) == len(set(done)) == len(JUMPS)


def test_a_clock_far_ahead_forgets_no_job(jump: Jump) -> None:
    job = queue.ask("targets", {"as_of": "2024-12-31"})
    queue.cancel(job.pk)
    telling.files_of(job.pk).joinpath("list.xlsx").write_bytes(b"kept")
    jump(YEARS)
    forget_old()
    assert Job.objects.filter(pk=job.pk).exists()
    assert telling.file_of(job.pk, "list.xlsx") is not None
    # Once people have gone on for as long as jobs are kept, it is old by what they did.
    queue.ask("targets", {"as_of": "2024-12-31"})
    forget_old()
    assert not Job.objects.filter(pk=job.pk).exists()


def test_a_token_out_of_its_time_is_told_and_works_again_in_it(jump: Jump, client: Client) -> None:
    _, secret = tokens.create(User.objects.get(), "试验", days=30)
    caller = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    assert Client().get("/api/v1/", **caller).status_code == 200
    jump(YEARS)
    refused = Client().get("/api/v1/", **caller)
    assert refused.status_code == 401
    assert refused.json()["detail"]
    assert refused.json()["detail_en"]
    for off in (timedelta(0), -YEARS):
        jump(off)
        assert Client().get("/api/v1/", **caller).status_code == 200


def test_moments_of_the_log_may_go_back_and_are_told_as_they_were(jump: Jump) -> None:
    """The clock's own words are kept: whoever set it back is seen to have done so."""
    for off in (timedelta(0), -YEARS):
        jump(off)
        audit.note(audit.Act.DOWNLOADED, kind="page", key="x")
    at = [entry.at for entry in AuditEntry.objects.order_by("number")][-2:]
    assert all(before > after for before, after in pairwise(at))
    assert at[1] < datetime.now(UTC) - YEARS / 2
