"""Areas and parks as they were drawn on a day, and what became of the codes of areas.

Old reports carry the codes of their time. The register of areas says which code was in force on
which day, the register of changes what became of a code that no longer is.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from liantu.errors import InvalidRecords, NotFound
from liantu.records import registers
from liantu.records.models.recorded import Versions
from liantu.records.registers import AsOf, read_on, valid_on

_NOBODY = "000000"


def areas_on(day: date, as_of: AsOf = None) -> pl.DataFrame:
    """Every area as it was on a day: code, name, level, area above, tier, boundary.

    Args:
        day: the day asked about; ``as_of``: when it was known, now by default.
    """
    return read_on("areas", day, as_of)


def parks_on(day: date, as_of: AsOf = None) -> pl.DataFrame:
    """Every park as it was on a day, in the version of the park system of that day."""
    return read_on("parks", day, as_of)


def area_on(code: str, day: date, as_of: AsOf = None) -> Any:
    """The area that had a code on a day.

    Raises:
        NotFound: no area had it.
        InvalidRecords: two rows claim that day.
    """
    return _only(valid_on("areas", day, as_of).filter(area_code=code), "地区 area", code, day)


def park_on(code: str, day: date, as_of: AsOf = None) -> Any:
    """The park that had a code on a day; errors as :func:`area_on`."""
    return _only(valid_on("parks", day, as_of).filter(park_code=code), "园区 park", code, day)


def _only(rows: Versions, what: str, code: str, day: date) -> Any:
    found = list(rows[:2])
    zh, en = what.split()
    if not found:
        raise NotFound(
            f"{day} 没有代码为 {code} 的{zh}。请核对代码与日期，或补录该期间的记录。",
            f"No {en} had the code {code} on {day}. Check code and day, or file its row.",
        )
    if len(found) > 1:
        raise InvalidRecords(
            f"{day} 有两条记录都称是{zh} {code}（“{found[0]}”“{found[1]}”）。请改正起止日期。",
            f"Two rows claim to be {en} {code} on {day} ({found[0]}, {found[1]}). Mend their days.",
        )
    return found[0]


def codes_on(code: str, day: date, *, written: date, as_of: AsOf = None) -> tuple[str, ...]:
    """The codes on a day of the area that had ``code`` when it was written down.

    A code in force on both days stays. Otherwise the register of changes leads on, forward or
    back; it knows years only, so a change of the year itself is taken as made unless the
    register of areas says that the code was still in force. A code that was later given to
    another area is not followed: the changes name codes, not land.

    Args:
        code: six digits, as in the register of areas.
        day: the day asked about.
        written: day of the report that carries the code.

    Returns:
        one code; several where the area was divided; none where it was abolished.

    Raises:
        NotFound: the register of areas has no row of the code for that day, and that of changes
            does not know it.
    """
    changes = _changes(as_of)
    in_force = set(read_on("areas", day, as_of, ["area_code"])["area_code"])
    forward = day >= written
    if not forward:
        changes = [(year, new, old) for year, old, new in reversed(changes)]
    first, last = sorted((written.year, day.year))
    steps = [step for step in changes if first <= step[0] <= last]
    found = _followed(code, steps, in_force)
    if found == (code,) and code not in in_force and not any(code in step for step in changes):
        raise NotFound(
            f"地区表没有代码 {code} 在 {day} 的记录，区划变更表也没有该代码。"
            "请核对代码，补录该期间的记录，或导入区划变更。",
            f"Areas have no row of {code} for {day}, and the changes do not know the code. Check"
            " it, file its row, or import the changes.",
        )
    return tuple(sorted(set(found) - {_NOBODY}))


def _changes(as_of: AsOf) -> list[tuple[int, str, str]]:
    """Year, code before, code after; a row that keeps its code changes a name, not the code."""
    rows = registers.read("area_changes", as_of, ["year", "old_code", "new_code"])
    codes = rows.with_columns(pl.col("old_code", "new_code").str.slice(0, len(_NOBODY)))
    changed = codes.filter(pl.col("old_code") != pl.col("new_code"))
    return list(changed.sort("year", "old_code", "new_code").iter_rows())


def _followed(code: str, steps: list[tuple[int, str, str]], in_force: set[str]) -> tuple[str, ...]:
    """Where the steps lead from a code; each is taken once, so no circle holds it up."""
    if code in in_force:
        return (code,)
    here = [at for at, step in enumerate(steps) if step[1] == code]
    if not here:
        return (code,)
    year = steps[here[0]][0]
    later = steps[here[0] + 1 :]
    ends = [steps[at][2] for at in here if steps[at][0] == year]
    return tuple(end for start in ends for end in _followed(start, later, in_force))
