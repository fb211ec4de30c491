"""Brings a written city into the records, through the doors that every file comes in by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from liantu.records.accept import Receipt
from liantu.records.intake import Prepared, commit, prepare
from liantu.records.sample.manifest import SampleFile, read_manifest

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """One file as it went in."""

    file: SampleFile
    prepared: Prepared
    receipt: Receipt


def load_city(folder: Path, progress: Progress | None = None) -> list[Receipt]:
    """Take in every file of a city in order; what was taken in before changes nothing.

    Raises:
        NotFound, UnreadableInput: there is no whole city in the folder.
        StorageFailed: disk or ledger cannot be written; what was accepted before stays.
    """
    return [loaded.receipt for loaded in each_file(folder, progress)]


def each_file(folder: Path, progress: Progress | None = None) -> Iterator[Loaded]:
    """As :func:`load_city`, file by file with what the doors said."""
    for file in read_manifest(folder).files:
        if progress is not None:
            progress(file.name)
        prepared = prepare(folder / file.name, file.table)
        receipt = commit(prepared, by=file.office, reason=file.reason)
        yield Loaded(file, prepared, receipt)
