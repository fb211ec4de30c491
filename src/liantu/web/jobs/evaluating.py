"""Evaluations in the background: the state of every target, the quality of the records."""

from __future__ import annotations

from datetime import date
from typing import Any

from liantu.records import quality as rooms_of_quality
from liantu.records.quality import listing
from liantu.records.quality.sentence import sentence
from liantu.systems.targets.board import board
from liantu.systems.targets.summary import LIGHTS
from liantu.web.jobs.models import Job
from liantu.web.jobs.telling import Progress, files_of
from liantu.web.pages.quality.files import write_list

QUALITY_FILE = "quality.xlsx"


def targets(job: Job, progress: Progress) -> dict[str, Any]:
    """Evaluate every target; how many show each light, and the vintage it was made from."""
    progress.step("evaluate")
    found = board(date.fromisoformat(job.inputs["as_of"]))
    progress.step("count")
    counts = {light: sum(one.light == light for one in found.states) for light in LIGHTS}
    return {"as_of": job.inputs["as_of"], "vintage": found.vintage, "lights": counts}


def quality(job: Job, progress: Progress) -> dict[str, Any]:
    """Look at every record; the sentence, and the list of whom to ask as a file."""
    progress.step("look")
    found = rooms_of_quality.report(job.inputs["as_of"])
    progress.step("list")
    rows = listing.rows(found, "todo", listing.Asked("", "", ""))
    progress.step("write")
    write_list(rows, "todo", files_of(job.pk) / QUALITY_FILE)
    said = sentence(found)
    return {"as_of": job.inputs["as_of"], "said": [said.zh, said.en], "file": QUALITY_FILE}
