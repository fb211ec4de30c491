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
