"""The lake: series and published figures as append-only Parquet files, made visible by the ledger.

The door of the room: ``stage`` and ``publish`` bring rows in, ``read``, ``history``,
``absences`` and ``sql`` take them out as of a vintage, ``check`` proves that ledger and lake
agree.
"""

from __future__ import annotations

from liantu.records.lake.proof import check
from liantu.records.lake.publishing import publish
from liantu.records.lake.querying import sql
from liantu.records.lake.reading import Absence, absences, history, read
from liantu.records.lake.staging import Staged, stage

__all__ = [
    "Absence",
    "Staged",
    "absences",
    "check",
    "history",
    "publish",
    "read",
    "sql",
    "stage",
]
