"""The sample city on a fresh machine: made and loaded once, where the ledger holds no records.

Files are made beside the ledger, and a mark stands there from the first file that is loaded to
the last: a start that was stopped half-way goes on where it stopped, since what was taken in
before changes nothing. A ledger with records of its own is never touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

FOLDER = "sample"
_MARK = "loading"
SEED = 1
MONTHS = 12

Progress = Callable[[str], None]


def wants_sample_city() -> bool:
    """Has nobody brought records yet, or was the loading of the sample city broken off?"""
    return _mark().exists() or not _has_records()


def load_sample_city(progress: Progress | None = None, *, firms: int | None = None) -> int:
    """Make a city of the catalogue and load it; how many files.

    Args:
        firms: firms on its register; the whole city by default.

    Raises:
        StorageFailed, UsageError: disk or ledger cannot be written; the next start goes on.
    """
    from liantu.records.sample import read_manifest, write_city
    from liantu.records.sample.calibration import calibration
    from liantu.records.sample.loading import load_city
    from liantu.records.sample.population import whole_city

    folder = _home() / FOLDER
    if not folder.exists():
        part = folder.with_name(f"{FOLDER}.part")
        shutil.rmtree(part, ignore_errors=True)
        count = whole_city(calibration()) if firms is None else firms
        write_city(part, firms=count, seed=SEED, months=MONTHS, progress=progress)
        part.rename(folder)
    _mark().touch()
    load_city(folder, progress)
    _mark().unlink()
    return len(read_manifest(folder).files)


def _has_records() -> bool:
    from liantu.records import registers
    from liantu.records.models import Batch
    from liantu.records.tables.declared import load_tables

    tables = load_tables()
    if Batch.objects.filter(table__in=list(tables)).exists():
        return True
    return any(
        registers.model_of(name).versions.exists()
        for name, declared in tables.items()
        if declared.kind == "register"
    )


def _home() -> Path:
    from django.conf import settings

    return Path(settings.HOME)


def _mark() -> Path:
    return _home() / f"{FOLDER}.{_MARK}"
