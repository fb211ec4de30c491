"""Published figures in the lake: cells as written, one file a batch, none ever replaced.

Only what was written is kept. What it means is read anew by the rules of the catalogue, so that
a better rule needs no correction of the records. The series' machinery of keys and periods
would bend this: ``2024年末`` and ``2025年1—9月`` are texts until a rule reads them, and two
sources that disagree are two rows for good. So the figures of a vintage are the rows of its
files, one after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from liantu.errors import StorageFailed
from liantu.records.figures.cells import neutral
from liantu.records.figures.interpret import COLUMNS, Cells, cells_of, fingerprint, meaning
from liantu.records.figures.observation import Observation
from liantu.records.lake.reading import read_until
from liantu.records.lake.staging import Staged, stage
from liantu.records.tables.declared import figures_table


def unknown_of(observations: Iterable[Observation]) -> pl.DataFrame:
    """The figures that say something no accepted figure says, as rows to be staged."""
    rows = [(o.row, *cells_of(o).values(), fingerprint(o), meaning(o)) for o in observations]
    frame = pl.DataFrame(rows, schema=figures_table().dtypes, orient="row")
    known = _collect(read_until(figures_table(), None).select("meaning"))
    return frame.join(known, on="meaning", how="anti", maintain_order="left")


def stage_figures(frame: pl.DataFrame, folder: Path) -> list[Staged]:
    """The rows as a file that nobody sees yet; none where there are no rows."""
    return [stage(figures_table(), frame, folder)] if frame.height else []


def rows_until(moment: datetime) -> Iterator[tuple[int, Cells]]:
    """Row number and cells of every figure accepted by a moment, in order of acceptance.

    Raises:
        StorageFailed: a file that the ledger knows is missing or damaged.
    """
    kept = _collect(read_until(figures_table(), moment).select("row", *COLUMNS))
    for row, *texts in kept.iter_rows():
        # Cells are kept plain; the mark tells the reader again that they are text.
        yield row, {column: neutral(text) for column, text in zip(COLUMNS, texts, strict=True)}


def _collect(rows: pl.LazyFrame) -> pl.DataFrame:
    try:
        return rows.collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StorageFailed(
            f"公布数据的文件已损坏：{str(error)[:120]}。请用 liantu data check 查看，"
            "并从备份恢复该文件。",
            f"A file of published figures is damaged: {str(error)[:120]}. See liantu data check,"
            " and restore the file from a backup.",
        ) from error
