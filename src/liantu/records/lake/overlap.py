"""Which newer files can hold a newer row for the keys of a file: those that share a period.

Most files of a series bring a period of their own and overlap with none: they are read as they
are. The others are read without the keys that a newer file has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from liantu.records.models import LakeFile


@dataclass(frozen=True)
class Layer:
    """One visible file and what covers it."""

    file: LakeFile
    covers: tuple[LakeFile, ...]
    """Newer files with rows in some of the same periods."""
    shared: tuple[str, ...]
    """Periods that those files and this one have in common."""


def layers(files: Sequence[LakeFile]) -> list[Layer]:
    """The files, oldest first, each with what covers it."""
    newer: dict[str, list[LakeFile]] = {}
    result = []
    for file in reversed(files):
        shared = tuple(period for period in file.periods if period in newer)
        covers = {other.pk: other for period in shared for other in newer[period]}
        result.append(Layer(file, tuple(covers.values()), shared))
        for period in file.periods:
            newer.setdefault(period, []).append(file)
    result.reverse()
    return result


SMALL = 20_000
"""Rows of a file that is small: many of them in one period are read together."""
TOGETHER = 400_000
"""Rows read together at most."""
MANY = 8
"""Fewer files are read each by itself, so that filters reach into them."""


def runs(files: Sequence[LakeFile]) -> list[tuple[LakeFile, ...]]:
    """The files, oldest first, small ones that overlap their neighbours taken together.

    Two hundred units that file a few rows each of one period would else be compared two by two.
    """
    result: list[list[LakeFile]] = []
    periods: set[str] = set()
    for file in files:
        last = result[-1] if result else []
        fits = sum(each.rows for each in last) + file.rows <= TOGETHER
        small = file.rows <= SMALL and bool(last) and all(each.rows <= SMALL for each in last)
        if small and fits and periods.intersection(file.periods):
            last.append(file)
            periods.update(file.periods)
        else:
            result.append([file])
            periods = set(file.periods)
    parted: list[tuple[LakeFile, ...]] = []
    for run in result:
        parted += [tuple(run)] if len(run) >= MANY else [(file,) for file in run]
    return parted
