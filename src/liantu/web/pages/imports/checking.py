"""Checks a file on its way in and keeps what was found, so that pages of it need not check again.

The check runs in the request that asks for it: a browser waits for it as for any page, and
meanwhile may ask how far it is (:func:`progress`). What is shown carries a fingerprint; what is
accepted is checked anew and must come to the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, cast

import polars as pl
from django.utils import timezone

from liantu.errors import LiantuError, Refused, StorageFailed, unwritable
from liantu.records import intake
from liantu.records.doors import RejectedRows
from liantu.records.doors.grid import ROW
from liantu.records.tables.declared import Table
from liantu.web.pages.imports import uploads
from liantu.web.pages.imports.rules import upload_rules
from liantu.web.pages.imports.uploads import Upload

Part = Literal["new", "differences", "cells", "problems", "warnings"]
NAME = "_name"
"""Column of results: what the record is called, where the file says."""
_STAGE = "stage.json"


@dataclass(frozen=True)
class Page:
    """Some rows of a part; ``first`` and ``last`` count from 1."""

    rows: list[dict[str, Any]]
    number: int
    total: int

    @property
    def first(self) -> int:
        """Number of the first row shown."""
        return (self.number - 1) * upload_rules().rows_shown + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1

    @property
    def before(self) -> int:
        """The page before, 0 at the start."""
        return self.number - 1

    @property
    def after(self) -> int:
        """The page after, 0 at the end."""
        return self.number + 1 if self.last < self.total else 0


def prepared(upload: Upload) -> intake.Prepared:
    """The file read, checked and compared with the records as they are now.

    Raises:
        LiantuError: as :func:`liantu.records.intake.prepare`.
    """
    state = upload.state
    return intake.prepare(
        upload.path,
        state.table,
        source=state.source,
        sheet=state.sheet,
        mapping=state.mapping,
        fill=state.fill,
    )


def check(upload: Upload) -> Upload:
    """Check a file and keep the results; what stops the check is kept as its trouble.

    Raises:
        StorageFailed: the results cannot be written; those before stand.
    """
    started = time.monotonic()
    try:
        note(upload, "check")
        found = prepared(upload)
        note(upload, "compare")
        return keep(upload, found, seconds=time.monotonic() - started)
    except (Refused, StorageFailed):
        raise
    except LiantuError as error:
        said = (error.message.zh, error.message.en)
        return uploads.settle(upload, trouble=said, result={}, redone=False)
    finally:
        unnote(upload)


def keep(upload: Upload, found: intake.Prepared, *, seconds: float, redone: bool = False) -> Upload:
    """Write what a check found, then its summary into the state."""
    frames = _frames(found)
    folder = _write(upload, frames)
    summary = {**_summary(found, frames, seconds), "folder": folder}
    before = upload.state.result.get("folder")
    settled = uploads.settle(upload, result=summary, trouble=None, redone=redone)
    for old in upload.folder.glob("result-*"):
        # Somebody may be reading the results before these.
        if old.name not in (folder, before):
            shutil.rmtree(old, ignore_errors=True)
    return settled


def fingerprint(found: intake.Prepared) -> str:
    """What an import would do, as a hash: the same check of the same records gives the same."""
    sink = _Hash(found.table.id)
    shown = found.preview
    for frame in (shown.new, shown.differences, found.checked.rejected.cells):
        frame.rechunk().write_ipc(cast(IO[bytes], sink), compression="uncompressed")
    return sink.digest.hexdigest()


class _Hash:
    """A file to write to that keeps a hash only."""

    def __init__(self, first: str) -> None:
        self.digest = hashlib.sha256(first.encode())

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""


# Results ---------------------------------------------------------------------------------------


def _frames(found: intake.Prepared) -> dict[Part, pl.DataFrame]:
    """What the pages show, each row with the name of its record where the file has it."""
    checked, table = found.checked, found.table
    named = name_column(table)
    names = checked.frame.select(
        *table.key, pl.col(named).alias(NAME) if named else pl.lit(None, pl.String).alias(NAME)
    ).with_columns(checked.numbers.cast(pl.UInt32).alias("row"))
    shown = found.preview
    keyed = names.drop("row").unique(list(table.key), keep="first")
    said = ["row", *(name for name in checked.warnings.columns if name != "row")]
    return {
        "new": shown.new,
        "differences": shown.differences.join(
            keyed, on=list(table.key), how="left", maintain_order="left", nulls_equal=True
        ),
        "cells": checked.rejected.cells,
        "problems": checked.rejected.problems,
        "warnings": checked.warnings.select(said).join(
            names.with_columns(_key=key_text(table)).select("row", "_key", NAME),
            on="row", how="left", maintain_order="left",
        ),
    }  # fmt: skip


def name_column(table: Table) -> str:
    """Column that says what a row's record is called; empty where there is none."""
    if "name" in table.by_name:
        return "name"
    named = [column.name for column in table.columns if column.names in table.key]
    return next((name for name in named if name), "")


def key_text(table: Table) -> pl.Expr:
    """The key of a row in one text."""
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in table.key]
    return pl.concat_str(cells, separator=" ")


def _write(upload: Upload, frames: dict[Part, pl.DataFrame]) -> str:
    """Name of a new folder that holds the results."""
    folder = upload.folder / f"result-{time.monotonic_ns()}"
    try:
        folder.mkdir(mode=0o700)
        for name, frame in frames.items():
            frame.write_parquet(folder / f"{name}.parquet")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise unwritable(upload.folder.parent, error) from error
    return folder.name


def _summary(
    found: intake.Prepared, frames: dict[Part, pl.DataFrame], seconds: float
) -> dict[str, Any]:
    checked, shown = found.checked, found.preview
    return {
        "fingerprint": fingerprint(found),
        **shown.counts,
        "rows": checked.frame.height + len(checked.rejected),
        "cells": shown.differences.height,
        "warnings": checked.warnings.height,
        "said": [name for name in checked.said if name in found.table.by_name],
        "problem_kinds": _kinds(frames["problems"]),
        "warning_kinds": _kinds(frames["warnings"]),
        "remarks": [[remark.zh, remark.en] for remark in found.remarks],
        "corrections": [
            [kept.id, list(kept.correction.key), kept.correction.column, kept.correction.expect,
             kept.correction.value, kept.correction.reason]
            for kept in found.corrections
        ],
        "synthetic": checked.synthetic,
        "seconds": round(seconds, 1),
        "checked_at": timezone.localtime().isoformat(timespec="seconds"),
    }  # fmt: skip


def _kinds(problems: pl.DataFrame) -> dict[str, int]:
    """Code → rows that have it, the most frequent first."""
    counted = (
        problems.group_by("code")
        .agg(pl.col("row").n_unique().alias("rows"))
        .sort("rows", "code", descending=[True, False])
    )
    return dict(counted.select("code", "rows").iter_rows())


def page(upload: Upload, part: Part, number: int) -> Page:
    """One page of a part of the results."""
    size = upload_rules().rows_shown
    rows = _scan(upload, part)
    total = int(rows.select(pl.len()).collect().item())
    shown = rows.slice((number - 1) * size, size).collect()
    return Page(shown.to_dicts(), number, total)


def rows(upload: Upload, part: Part) -> pl.LazyFrame:
    """All rows of a part of the results.

    Raises:
        NotFound: there are no results.
    """
    return _scan(upload, part)


def rejected(upload: Upload, number: int | None = None) -> tuple[RejectedRows, int]:
    """Rows sent back, of one page or all; and how many there are."""
    cells = _scan(upload, "cells")
    total = int(cells.select(pl.len()).collect().item())
    if number is not None:
        size = upload_rules().rows_shown
        cells = cells.slice((number - 1) * size, size)
    kept = cells.collect()
    problems = _scan(upload, "problems").collect()
    wanted = kept.select(pl.col(ROW).cast(pl.UInt32).alias("row"))
    return RejectedRows(kept, problems.join(wanted, on="row", how="semi")), total


def _scan(upload: Upload, part: Part) -> pl.LazyFrame:
    path: Path = upload.folder / upload.state.result.get("folder", "") / f"{part}.parquet"
    if not path.is_file():
        raise uploads.gone()
    return pl.scan_parquet(path, glob=False)


# How far it is ---------------------------------------------------------------------------------


def note(upload: Upload, stage: str) -> None:
    """Say what is being done; where that cannot be written, the work goes on unsaid."""
    with suppress(OSError):
        text = json.dumps({"stage": stage, "since": time.time()})
        (upload.folder / _STAGE).write_text(text, encoding="utf-8")


def unnote(upload: Upload) -> None:
    """The work is done or given up."""
    with suppress(OSError):
        (upload.folder / _STAGE).unlink(missing_ok=True)


def progress(upload: Upload) -> tuple[str, float]:
    """What is being done and for how many seconds; empty where nothing is."""
    try:
        said = json.loads((upload.folder / _STAGE).read_text(encoding="utf-8"))
        return str(said["stage"]), max(time.time() - float(said["since"]), 0.0)
    except (OSError, ValueError, TypeError, KeyError):
        return "", 0.0


def stages() -> Iterable[str]:
    """All that may be said; their words are ``imports.stage.<name>``."""
    return ("check", "compare", "commit")
