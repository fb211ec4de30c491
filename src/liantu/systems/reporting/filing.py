"""Files a sheet: what was typed or brought goes in through the doors, then the sheet is filed."""

from __future__ import annotations

from pathlib import Path

from liantu.systems.reporting.forms import bring_drafts, bring_file
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.permits import check
from liantu.systems.reporting.rules import step_named
from liantu.systems.reporting.steps import Taken, take


def file_sheet(
    sheet: Sheet, *, by: str = "", reason: str = "", path: Path | None = None,
    seen: int | None = None,
) -> Taken:  # fmt: skip
    """File a sheet with what was typed, or with a filled-in workbook.

    The rows and the step are two transactions: where the step fails, the rows are in the records
    as after any import, and the sheet stays open.

    Raises:
        InvalidRecords: cells that cannot stand, rows of others; nothing is filed.
        Refused, UsageError, StaleEdit: as :func:`liantu.systems.reporting.steps.take`.
    """
    who, _ = check(step_named("file"), sheet, by)
    if sheet.leaf and path is not None:
        bring_file(sheet, path, by=who)
    elif sheet.leaf:
        bring_drafts(sheet, by=who)
    return take(sheet, "file", by=by, reason=reason, seen=seen)
