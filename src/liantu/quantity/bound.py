"""A figure that may be exact, one-sided or uncertain: an interval with open or closed ends.

Bounds are carried through every computation, so that “突破 5000” meets a target of 4,500
while “约 26%” cannot decide a target of 26.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["meets", "fails", "cannot_tell"]


@dataclass(frozen=True)
class Bound:
    """The set of values a figure may take, ``low``..``high``; infinite where unbounded."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise ValueError(f"not an interval: {self.low}..{self.high}")

    @classmethod
    def exact(cls, value: float) -> Bound:
        return cls(value, value)

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def mid(self) -> float:
        """Middle of a finite interval; the finite end of a one-sided one."""
        if math.isinf(self.low):
            return self.high
        if math.isinf(self.high):
            return self.low
        return (self.low + self.high) / 2

    def at_least(self, threshold: float, *, strict: bool = False) -> Verdict:
        """Is every value (not) at or above ``threshold``? ``strict`` asks for above."""
        if self.low > threshold or (self.low == threshold and (self.low_open or not strict)):
            return "meets"
        if self.high < threshold or (self.high == threshold and (self.high_open or strict)):
            return "fails"
        return "cannot_tell"

    def at_most(self, threshold: float, *, strict: bool = False) -> Verdict:
        """Mirror of :meth:`at_least`."""
        mirrored = Bound(-self.high, -self.low, self.high_open, self.low_open)
        return mirrored.at_least(-threshold, strict=strict)
