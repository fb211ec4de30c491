"""Programs of the tests of workers, on a home of their own: ``python asking.py WHAT …``.

``many N`` asks for N evaluations; ``mixed`` for papers, an import and evaluations; ``tell`` prints
what became of all of them and of what they were to make.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

PERIODS = ("2023Q4", "2024Q1", "2024Q2", "2024Q3", "2024Q4")
ROWS = 3000


def many(number: int) -> list[str]:
    """Evaluations, each of another day."""
    from liantu.web.jobs import queue

    return [
        str(queue.ask("targets", {"as_of": f"{2022 + n % 4}-{1 + n % 12:02d}-{1 + n % 28:02d}"}).pk)
        for n in range(number)
    ]


def mixed() -> list[str]:
    """Papers of five quarters, an import of some thousand firms, an evaluation."""
    from liantu.web.jobs import queue

    papers = [str(queue.ask("quarterly", {"period": period}).pk) for period in PERIODS]
    return [*papers, imported(), *many(1)]


def imported() -> str:
    """A file checked as the wizard does, left to a worker."""
    from liantu.web.jobs import queue
    from liantu.web.pages.imports import checking, uploads

    path = uploads.incoming_folder() / "chains.csv"
    lines = "".join(f"chain_{n},链{n}\n" for n in range(ROWS))
    path.write_text(f"产业链代码,产业链名称\n{lines}", encoding="utf-8")
    upload = uploads.keep(path, "chains.csv", path.stat().st_size)
    upload = checking.check(uploads.settle(upload, table="chains"))
    asked = {"token": upload.token, "fingerprint": upload.state.result["fingerprint"],
             "reason": "测试"}  # fmt: skip
    return str(queue.ask("import", asked).pk)


def tell() -> dict[str, Any]:
    """What became of every job, and what is there."""
    from django.conf import settings
    from django_tasks_db.models import DBTaskResult

    from liantu.records import lake
    from liantu.records.models import Batch, Chain
    from liantu.systems.dispatch.models import FrozenEdition
    from liantu.web.jobs.models import Job

    jobs = list(Job.objects.all())
    return {
        "states": dict(Counter(job.state for job in jobs)),
        "jobs": {str(job.pk): [job.kind, job.state, job.attempts, job.result, job.error]
                 for job in jobs},
        "running_tasks": DBTaskResult.objects.running().count(),
        "periods": sorted(FrozenEdition.objects.values_list("period", flat=True)),
        "batches": Batch.objects.filter(table="chains").count(),
        "chains": Chain.objects.count(),
        "sound": lake.check(fix=True).sound,
        "left": [str(path) for path in Path(settings.HOME).glob("jobs/*/progress.json")],
    }  # fmt: skip


def main() -> Any:
    """What was asked for."""
    from liantu.web.ready import ready

    ready()
    what = sys.argv[1]
    if what == "many":
        return many(int(sys.argv[2]))
    return mixed() if what == "mixed" else tell()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    print(json.dumps(main()))
