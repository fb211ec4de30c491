"""A synthetic city written as files: deliveries, what is wrong in them, a manifest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from liantu.records.sample.city import City, make_city
from liantu.records.sample.defects import Defect, Planter, defects, write_answers
from liantu.records.sample.deliveries import ANY_TABLE, Batch, FileSpec, mended_batch, ordered
from liantu.records.sample.manifest import Manifest, SampleFile, note, write_manifest
from liantu.records.sample.writing import Sheet, empty_folder, write_sheet
from liantu.records.tables.declared import load_tables

Progress = Callable[[str], None]

_MENDED_LATE = ("organisations", "people", "chains", "chain_nodes", "parks")
"""Registers whose spoilt rows come right only in the last delivery."""


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
    areas = made.registers["areas"].drop_nulls("boundary")
    planter = Planter(seed, _spared(made), frozenset(areas["area_code"]))
    files = _write(made, folder, months, planter, progress)
    write_answers(planter.answers, folder)
    manifest = Manifest(note(), made.calibration.totals.plan, firms, seed, months, tuple(files))
    write_manifest(manifest, folder)
    return manifest


def _write(
    made: City, folder: Path, months: int, planter: Planter, progress: Progress | None
) -> list[SampleFile]:
    order = ordered(made, months)
    wanted = _where_planted([batch for _, _, batches in order for batch in batches])
    files = []
    for delivery, spec, batches in order:
        if spec.part == "mended":
            batches = [
                mended_batch(delivery, spec, source, rows) for source, rows in _due(planter, spec)
            ]
        for batch in batches:
            if progress is not None:
                progress(batch.name)
            sheet = Sheet(batch)
            planter.plant(sheet, wanted.get(batch.name, []))
            if spec.part == "changes":
                planter.note_renamed(sheet, made.makings.firms.names_by_code_before())
            write_sheet(sheet, folder)
            rows = batch.rows.height + len(sheet.appended)
            own = batch.spec
            files.append(SampleFile(batch.name, batch.table, own.office, rows, own.reason))
    return files


def _due(planter: Planter, spec: FileSpec) -> list[tuple[Batch, pl.DataFrame]]:
    """Spoilt files that are mended here."""
    here = [spec.table in (ANY_TABLE, batch.table) for batch, _ in planter.mended]
    due = [item for item, now in zip(planter.mended, here, strict=True) if now]
    planter.mended = [item for item, now in zip(planter.mended, here, strict=True) if not now]
    return due


def _where_planted(batches: list[Batch]) -> dict[str, list[Defect]]:
    """File → its defects. Where several files fit, the last: nothing after it is put out."""
    able = [batch for batch in batches if _can_be_spoilt(batch)]
    wanted: dict[str, list[Defect]] = {}
    for defect in defects():
        fitting = [
            batch.name for batch in able
            if batch.table == defect.table and batch.file.startswith(defect.file)
        ]  # fmt: skip
        if fitting:
            wanted.setdefault(fitting[-1], []).append(defect)
    return wanted


def _can_be_spoilt(batch: Batch) -> bool:
    late = batch.spec.part in ("changes", "revised", "mended")
    return not late and not batch.file.endswith(".parquet")


def _spared(made: City) -> dict[str, frozenset[str]]:
    """Rows that others refer to before their own would be mended."""
    registers = made.registers
    spared = {"firms": frozenset(registers["firms"]["parent_code"].drop_nulls())}
    for target in _MENDED_LATE:
        named: set[str] = set()
        for name, frame in registers.items():
            for column, to in load_tables()[name].references:
                if to == target and column.name in frame.columns:
                    named |= set(frame[column.name].drop_nulls())
        spared[target] = frozenset(named)
    return spared
