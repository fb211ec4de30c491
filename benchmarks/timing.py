"""Times a call several times and keeps every reading."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reading:
    """All readings of one workload. [s]"""

    name: str
    seconds: tuple[float, ...]
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def line(self) -> str:
        """``name  median  min–max  note``, in milliseconds."""
        low, high = min(self.seconds) * 1e3, max(self.seconds) * 1e3
        return f"{self.name:<44} {self.median * 1e3:>9.1f} ms  ({low:.1f}–{high:.1f})  {self.note}"


def time_call(name: str, call: Callable[[], Any], *, repeat: int = 7, note: str = "") -> Reading:
    """Time ``call`` ``repeat`` times after one unmeasured run."""
    call()
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return Reading(name, tuple(seconds), note)
