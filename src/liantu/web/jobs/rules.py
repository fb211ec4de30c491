"""Declared limits of jobs (``catalog/rules/jobs.yaml``)."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared


class JobRules(Declared):
    """How often a job is tried, how long it is kept, how many there may be."""

    id: str
    source: Source
    most_attempts: int = Field(gt=0)
    keep_days: int = Field(gt=0)
    most_waiting: int = Field(gt=0)
    most_waiting_own: int = Field(gt=0)
    interval_seconds: float = Field(gt=0)
    tend_seconds: float = Field(gt=0)
    shown: int = Field(gt=0)
    background_rows: int = Field(ge=0)


@cache
def job_rules() -> JobRules:
    """The rules, read once."""
    return read_declared(JobRules, CATALOG / "rules" / "jobs.yaml")
