"""Asking for a job, doing it as who asked, stopping it, doing it again; who sees which."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from tests.records.test_faults import small_disk, stuffed  # noqa: F401 - one is a fixture

from liantu.errors import Busy, LiantuError, NotFound, Refused, StaleEdit, UsageError
from liantu.plan.package import PlanPackage
from liantu.records import access
from liantu.systems.dispatch.models import FrozenEdition
from liantu.web.jobs import queue, telling
from liantu.web.jobs.doing import do
from liantu.web.jobs.kinds import Kind, kinds
from liantu.web.jobs.models import Job, State
from liantu.web.jobs.rules import job_rules
from liantu.web.jobs.working import take_up, workers_alive

pytestmark = pytest.mark.django_db
Accounts = Callable[..., User]
DAY = {"as_of": "2024-12-31"}


def done(job: Job) -> Job:
    do(job.pk)
    return Job.objects.get(pk=job.pk)


def as_(user: User) -> Any:
    return access.acting(access.actor_of(user))


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Puts another way of working into the kind ``targets``."""

    def put(run: Callable[..., Any]) -> None:
        monkeypatch.setitem(kinds(), "targets", Kind("targets", "read", 2, dict, run))

    return put


def test_an_evaluation_says_how_many_show_each_light(city: PlanPackage) -> None:
    job = done(queue.ask("targets", DAY))
    assert job.state == State.DONE, job.error
    assert sum(job.result["lights"].values()) == len(city.targets)
    assert (job.attempts, job.by, job.user_id) == (1, access.OPERATOR.name, None)
    assert job.started_at is not None
    assert job.finished_at is not None
    assert telling.far(job.pk) == telling.Far()


def test_a_paper_is_frozen_once_however_often_it_is_asked_for(city: PlanPackage) -> None:
    first, second = (done(queue.ask("quarterly", {"period": "2024q4"})) for _ in range(2))
    assert first.state == second.state == State.DONE, (first.error, second.error)
    assert first.result == second.result
    assert FrozenEdition.objects.count() == 1
    assert first.inputs == {"period": "2024Q4"}


def test_quality_leaves_its_list(city: PlanPackage, client: Client) -> None:
    job = done(queue.ask("quality", DAY))
    assert job.state == State.DONE, job.error
    address = reverse("job-file", args=[job.pk, job.result["file"]])
    assert client.get(address).getvalue()[:2] == b"PK"  # type: ignore[attr-defined]
    for name in ("..%2Fprogress.json", "none.xlsx", ".."):
        assert client.get(reverse("jobs") + f"{job.pk}/files/{name}").status_code in (404, 301, 302)


@pytest.mark.parametrize(
    ("name", "inputs", "error"),
    [
        ("targets", {}, UsageError),
        ("targets", {"as_of": "31.12.2024"}, UsageError),
        ("targets", {"as_of": "0001-01-01"}, UsageError),
        ("quarterly", {"period": "2024Q5"}, UsageError),
        ("quarterly", {"period": "٢٠٢٤Q1"}, UsageError),
        ("import", {"token": "../../etc"}, UsageError),
        ("import", {"token": "a" * 32}, NotFound),
        ("rm -rf", {}, NotFound),
    ],
)
def test_what_cannot_be_is_refused_when_asked_for(
    name: str, inputs: dict[str, str], error: type[LiantuError]
) -> None:
    with pytest.raises(error):
        queue.ask(name, inputs)
    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_what_goes_wrong_is_said_in_both_languages(city: PlanPackage, kind: Any) -> None:
    job = done(queue.ask("quarterly", {"period": "1990Q1"}))
    assert job.state == State.FAILED
    assert all(job.error) and len(job.error) == 2  # noqa: PT018 - one thing
    kind(lambda job, progress: 1 / 0)
    broken = done(queue.ask("targets", {}))
    assert broken.state == State.FAILED
    assert "ZeroDivision" not in " ".join(broken.error)
    assert "nothing was changed" in broken.error[1]


def test_it_is_done_as_who_asked_with_the_rights_of_that_moment(
    city: PlanPackage, accounts: Accounts, kind: Any
) -> None:
    acted = []
    kind(lambda job, progress: acted.append(access.current()) or {})
    reader, gone, left = (accounts(name, "reader") for name in ("reader", "gone", "left"))
    jobs = []
    for user in (reader, gone, left):
        with as_(user):
            jobs.append(queue.ask("targets", {}))
    with pytest.raises(Refused), as_(reader):
        queue.ask("quarterly", {"period": "2024Q4"})
    access.revoke(gone, "reader", access.CITY)
    left.is_active = False
    left.save()
    states = [done(job).state for job in jobs]
    assert states == [State.DONE, State.FAILED, State.FAILED]
    assert [actor.name for actor in acted] == ["reader"]
    assert acted[0].user_id == reader.pk
    assert access.somebody() == access.OPERATOR, "nobody else acts afterwards"


def test_one_waiting_is_cancelled_at_once_and_never_done(kind: Any) -> None:
    ran = []
    kind(lambda job, progress: ran.append(1) or {})
    job = queue.cancel(queue.ask("targets", {}).pk)
    assert job.state == State.CANCELLED
    assert done(job).state == State.CANCELLED
    assert not ran
    with pytest.raises(StaleEdit):
        queue.cancel(job.pk)
    again = queue.again(job.pk)
    assert (again.again_of_id, again.inputs) == (job.pk, job.inputs)
    assert done(again).state == State.DONE
    assert ran == [1]


def test_one_running_stops_between_its_steps(kind: Any) -> None:
    steps = []

    def run(job: Job, progress: telling.Progress) -> dict[str, Any]:
        for name in ("evaluate", "count"):
            progress.step(name)
            steps.append((name, telling.far(job.pk).done))
            if name == "evaluate":
                assert Job.objects.get(pk=job.pk).state == State.RUNNING
                queue.cancel(job.pk)
                with pytest.raises(StaleEdit):
                    queue.again(job.pk)
        raise AssertionError("it went on")

    kind(run)
    job = done(queue.ask("targets", {}))
    assert job.state == State.CANCELLED
    assert steps == [("evaluate", 0)]
    assert not telling.is_stopped(job.pk)
    assert done(queue.again(job.pk)).state == State.CANCELLED


def test_a_job_is_done_once(kind: Any) -> None:
    ran = []
    kind(lambda job, progress: ran.append(do(job.pk)) or {})
    job = done(queue.ask("targets", {}))
    do(job.pk)
    assert len(ran) == 1


def test_too_many_are_refused(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = job_rules().model_copy(update={"most_waiting_own": 2, "most_waiting": 3})
    monkeypatch.setattr(queue, "job_rules", lambda: rules)
    one, other = accounts("one", "reader"), accounts("other", "reader")
    with as_(one):
        for _ in range(2):
            queue.ask("targets", DAY)
        with pytest.raises(Busy, match="of yours"):
            queue.ask("targets", DAY)
    with as_(other):
        queue.ask("targets", DAY)
        with pytest.raises(Busy, match="waiting already"):
            queue.ask("targets", DAY)


# Dead workers ----------------------------------------------------------------------------------


def test_a_job_whose_worker_died_is_taken_up_and_given_up_at_last() -> None:
    job = queue.ask("targets", DAY)
    for attempt in range(1, job_rules().most_attempts + 1):
        row = DBTaskResult.objects.get()
        row.claim("a-worker-that-is-no-more")
        Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=attempt)
        assert take_up() == 1
        job.refresh_from_db()
    assert job.state == State.FAILED
    assert "died" in job.error[1]
    assert not DBTaskResult.objects.exists()
    assert take_up() == 0


def test_one_that_was_to_stop_is_not_taken_up() -> None:
    job = queue.ask("targets", DAY)
    DBTaskResult.objects.get().claim("dead")
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=1)
    queue.cancel(job.pk)
    assert take_up() == 1
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_nobody_lives_where_nobody_started() -> None:
    assert workers_alive() == 0


# Who sees which --------------------------------------------------------------------------------


def test_own_jobs_only_but_for_planners_and_auditors(accounts: Accounts) -> None:
    users = {role: accounts(role, role) for role in ("reader", "planner", "auditor", "desk")}
    jobs = {}
    for role, user in users.items():
        with as_(user):
            jobs[role] = queue.ask("targets", DAY)
    seen = {}
    for role, user in users.items():
        with as_(user):
            seen[role] = {job.pk for job in queue.seen()}
    every = {job.pk for job in jobs.values()}
    assert seen["planner"] == seen["auditor"] == every
    assert seen["reader"] == {jobs["reader"].pk}
    assert seen["desk"] == {jobs["desk"].pk}
    with as_(users["reader"]), pytest.raises(NotFound):
        queue.cancel(jobs["desk"].pk)
    with as_(users["planner"]), pytest.raises(Refused):
        queue.cancel(jobs["desk"].pk)
    with access.acting(None), pytest.raises(LiantuError):
        queue.seen()


def test_pages(city: PlanPackage, client: Client, stranger: Client, accounts: Accounts) -> None:
    assert client.get(reverse("jobs")).status_code == 200
    bad = client.post(reverse("jobs"), {"kind": "targets", "as_of": "never"})
    assert bad.status_code == 422
    assert "never" in bad.content.decode()
    made = client.post(reverse("jobs"), {"kind": "targets", **DAY})
    (job,) = Job.objects.all()
    assert made.headers["Location"] == reverse("job", args=[job.pk])
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert f'data-job="{reverse("job-state", args=[job.pk])}"' in page
    assert "<progress" in page
    state = client.get(reverse("job-state", args=[job.pk])).json()
    assert (state["state"], state["open"], state["words"]) == ("waiting", True, "等待执行")
    do(job.pk)
    assert client.get(reverse("job-state", args=[job.pk])).json()["open"] is False
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert "data-job=" not in page
    assert f"{reverse('targets')}?as_of=2024-12-31" in page
    assert client.post(reverse("job-cancel", args=[job.pk])).status_code == 409
    assert client.post(reverse("job-again", args=[job.pk])).status_code == 302
    assert client.get(reverse("job", args=[uuid.uuid4()])).status_code == 404
    assert client.get(reverse("job-cancel", args=[job.pk])).status_code == 405
    for address in ("jobs", "job", "job-state"):
        arguments = [] if address == "jobs" else [job.pk]
        assert stranger.get(reverse(address, args=arguments)).status_code in (302, 401)
    other = Client()
    other.force_login(accounts("other", "reader"))
    assert other.get(reverse("job", args=[job.pk])).status_code == 404
    offered = other.get(reverse("jobs")).content.decode()
    assert 'value="targets"' in offered
    assert 'value="quarterly"' not in offered


def test_text_of_others_runs_nowhere(client: Client) -> None:
    Job.objects.create(kind="import", by="<script>x</script>", state=State.FAILED,
                       inputs={"file": "<img src=x>"}, error=["<b>", "<b>"])  # fmt: skip
    page = client.get(reverse("jobs")).content.decode()
    assert "<script>x" not in page
    assert "<img src=x>" not in page
    assert "<b>" not in page


def test_a_disk_that_is_full_while_a_job_is_done(
    city: PlanPackage,
    small_disk: Path,  # noqa: F811
    settings: Any,
) -> None:
    settings.HOME = small_disk
    job = queue.ask("quality", DAY)
    ballast = stuffed(small_disk)
    failed = done(job)
    assert failed.state == State.FAILED
    assert "空间" in failed.error[0]
    assert "space" in failed.error[1]
    ballast.unlink()
    assert done(queue.again(job.pk)).state == State.DONE
