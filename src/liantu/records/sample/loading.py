"""Brings a written city into the records, through the doors that every file comes in by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from liantu.records.accept import Receipt
from liantu.records.intake import Prepared, commit, prepare
from liantu.records.models import Batch
from liantu.records.sample.manifest import SampleFile, read_manifest

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """One file as it went in."""

    file: SampleFile
    prepared: Prepared
    receipt: Receipt


def load_city(folder: Path, progress: Progress | None = None) -> list[Receipt]:
    """Take in the files of a city in order, but those that were taken in before.

    A loading that was stopped goes on where it stopped: an old file brought once more would put
    back what later ones changed.

    Raises:
        NotFound, UnreadableInput: there is no whole city in the folder.
        StorageFailed: disk or ledger cannot be written; what was accepted before stays.
    """
    return [loaded.receipt for loaded in each_file(folder, progress)]


def each_file(folder: Path, progress: Progress | None = None) -> Iterator[Loaded]:
    """As :func:`load_city`, file by file with what the doors said."""
    manifest = read_manifest(folder)
    before = set(
        Batch.objects.filter(reason__startswith=manifest.title).values_list("file_name", "table")
    )
    for file in manifest.files:
        path = folder / file.name
        if (path.name, file.table) in before:
            continue
        if progress is not None:
            progress(file.name)
        prepared = prepare(path, file.table)
        reason = f"{manifest.title}。{file.reason}"
        yield Loaded(file, prepared, commit(prepared, by=file.office, reason=reason))
