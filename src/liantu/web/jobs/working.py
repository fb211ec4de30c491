"""Workers: do jobs one after another, and take up those whose worker died.

Every worker holds the lock of a file ``<home>/workers/<name>`` for as long as it lives; the system
frees it, whatever ends the worker, and no clock is asked. Whoever gets the lock of another worker
knows that it is dead: its job goes back into the queue, or is given up after a few times.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, close_old_connections, connections, transaction
from django.db.models import Max
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from liantu.errors import unwritable
from liantu.web.jobs import telling
from liantu.web.jobs.models import OPEN, Job, State
from liantu.web.jobs.queue import send
from liantu.web.jobs.rules import job_rules

_log = logging.getLogger(__name__)
_GIVEN_UP = [
    "执行该任务的进程多次中断，已停止重试；没有只做一半的改动。请查看日志与内存，然后重做。",
    "The process that did this job died several times and it is not tried again; nothing was left"
    " half done. Look at the log and the memory of the machine, then do it again.",
]


def work(*, drain: bool = False, parent: int = 0) -> None:
    """Do jobs until told to stop.

    Args:
        drain: stop when no job is left.
        parent: process with which this one ends.
    """
    rules = job_rules()
    with alive() as name:
        worker = Worker(
            queue_names=["*"], interval=rules.interval_seconds, batch=drain,
            backend_name="default", startup_delay=False, max_tasks=None, worker_id=name,
            excluded_queue_names=[],
        )  # fmt: skip
        worker.configure_signals()
        take_up()
        forget_old()
        over = threading.Event()
        tending = threading.Thread(target=_tend, args=(over, parent), daemon=True)
        tending.start()
        try:
            worker.run()
        finally:
            over.set()
            tending.join()


def _tend(over: threading.Event, parent: int) -> None:
    """Beside the work: jobs of dead workers, and the end of the process that started this one."""
    waited, pause = 0.0, 0.5
    while not over.wait(pause):
        if parent and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        waited += pause
        if waited < job_rules().tend_seconds:
            continue
        waited = 0.0
        try:
            close_old_connections()
            take_up()
        except OperationalError:
            _log.warning("the ledger is busy; dead workers are looked for later")
        finally:
            connections["default"].close()


def take_up() -> int:
    """Put jobs whose worker died back into the queue, or give them up; returns how many."""
    taken = 0
    for row in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        name = row.worker_ids[-1] if row.worker_ids else ""
        if name and _is_alive(name):
            continue
        with transaction.atomic():
            # Another worker may have seen it too: one of them removes the row.
            if DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING).delete()[0]:
                taken += _put_back(str(row.pk))
    return taken


def _put_back(task: str) -> int:
    job = Job.objects.filter(task=task, state__in=OPEN).first()
    if job is None:
        return 0
    if telling.is_stopped(job.pk):
        _settle(job, State.CANCELLED)
    elif job.attempts >= job_rules().most_attempts:
        _settle(job, State.FAILED)
        Job.objects.filter(pk=job.pk).update(error=_GIVEN_UP)
    else:
        Job.objects.filter(pk=job.pk).update(state=State.WAITING, started_at=None)
        send(job)
    return 1


def _settle(job: Job, state: State) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now())
    transaction.on_commit(lambda: telling.forget(job.pk))


def forget_old() -> None:
    """Remove what is older than declared: finished jobs with their files, tasks of the queue.

    Older than the latest that was asked for: a clock that jumps ahead makes nothing old by itself.
    """
    latest = Job.objects.aggregate(latest=Max("asked_at"))["latest"] or timezone.now()
    before = min(timezone.now(), latest) - timedelta(days=job_rules().keep_days)
    for job in Job.objects.exclude(state__in=OPEN).filter(finished_at__lt=before):
        telling.remove(job.pk)
        job.delete()
    yesterday = timezone.now() - timedelta(days=1)
    DBTaskResult.objects.finished().filter(finished_at__lt=yesterday).delete()


# Who lives -------------------------------------------------------------------------------------


def _folder() -> Path:
    return Path(settings.HOME) / "workers"


@contextmanager
def alive() -> Iterator[str]:
    """Hold the lock of a new name while inside."""
    name = uuid.uuid4().hex
    path = _folder() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Locked before it has its name: nobody finds it unlocked.
        handle = os.open(beside := path.with_name(f".{name}"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        beside.rename(path)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        yield name
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _is_alive(name: str) -> bool:
    try:
        handle = os.open(_folder() / name, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        with suppress(OSError):
            (_folder() / name).unlink()
        return False
    finally:
        os.close(handle)


def workers_alive() -> int:
    """How many workers live on this machine."""
    try:
        names = [path.name for path in _folder().iterdir() if not path.name.startswith(".")]
    except OSError:
        return 0
    return sum(_is_alive(name) for name in names)
