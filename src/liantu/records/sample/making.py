"""A synthetic city written as files: deliveries, what is wrong in them, a manifest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from liantu.records.sample.city import City, make_city
from liantu.records.sample.deliveries import batches
from liantu.records.sample.manifest import Manifest, SampleFile, note, write_manifest
from liantu.records.sample.writing import Sheet, empty_folder, write_sheet

Progress = Callable[[str], None]


def write_city(
    folder: Path, *, firms: int, seed: int, months: int, city: str = "",
    progress: Progress | None = None,
) -> Manifest:  # fmt: skip
    """Make a city and write its files into an empty folder.

    Args:
        firms: firms on its register, 200 to a million.
        seed: the same seed makes the same city.
        months: how many of the last months have monthly returns.
        city: name of the calibration; the catalogue's first by default.
        progress: told what is written.

    Raises:
        UsageError: numbers out of range, or a folder that cannot be used.
        NotFound: no such calibration.
    """
    empty_folder(folder)
    made = make_city(firms, seed, city)
    files = _write(made, folder, months, progress)
    manifest = Manifest(note(), made.calibration.totals.plan, firms, seed, months, tuple(files))
    write_manifest(manifest, folder)
    return manifest


def _write(made: City, folder: Path, months: int, progress: Progress | None) -> list[SampleFile]:
    files = []
    for batch in batches(made, months):
        if progress is not None:
            progress(batch.name)
        sheet = Sheet(batch)
        write_sheet(sheet, folder)
        rows = batch.rows.height + len(sheet.appended)
        spec = batch.spec
        files.append(SampleFile(batch.name, batch.table, spec.office, rows, spec.reason))
    return files
