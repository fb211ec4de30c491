"""Quality of filing: how timely, how complete, how clean, how often corrected; with its reasons.

Weights are editorial and stand in ``catalog/rules/cycles.yaml``. Nothing is told of a sheet that
nobody filed and that is not due yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from liantu.systems.reporting.rules import cycle_rules
from liantu.systems.reporting.standing import Line

AGAIN = ("send_back", "reopen", "correct")
"""Steps that say that something was not right."""


@dataclass(frozen=True)
class PartScore:
    """One part: ``share`` 0–1 of its weight, and the key and figures of the reason."""

    name: str
    share: float
    weight: float
    figures: dict[str, object]

    @property
    def points(self) -> float:
        """Points that it gives."""
        return self.share * self.weight


@dataclass(frozen=True)
class FilingScore:
    """0–100, with the parts that it is made of."""

    parts: tuple[PartScore, ...]

    @property
    def points(self) -> float:
        """The sum of the parts."""
        return sum(part.points for part in self.parts)


def score(
    late: int, expected: int, missing: int, rows: int, warnings: int, again: int
) -> FilingScore:  # fmt: skip
    """The score from its figures. [working days, rows, remarks, steps]"""
    rules = cycle_rules().score
    told = warnings / rows if rows else 0.0
    came = 1.0 if not expected else 1 - missing / expected
    parts: tuple[tuple[str, float, dict[str, object]], ...] = (
        ("timeliness", 1 - late * rules.timeliness.lost_per_day, {"days": late}),
        ("completeness", came, {"missing": missing, "expected": expected}),
        ("warnings", 1 - told * rules.warnings.lost_per_share, {"warnings": warnings}),
        ("corrections", 1 - again * rules.corrections.lost_each, {"times": again}),
    )
    return FilingScore(
        tuple(
            PartScore(name, min(max(share, 0.0), 1.0), getattr(rules, name).weight, figures)
            for name, share, figures in parts
        )
    )


def score_of(line: Line) -> FilingScore | None:
    """The score of a sheet that files; None where there is nothing to be told yet."""
    sheet = line.sheet
    if not sheet.leaf or (sheet.first_filed_at is None and not line.late):
        return None
    passages = sorted(sheet.passages.all(), key=lambda each: (each.at, each.pk))
    last = next((each for each in reversed(passages) if each.step == "file"), None)
    expected = len(sheet.expected)
    missing = int(last.figures.get("missing", 0)) if last else expected
    return score(
        line.late, expected, missing, sheet.rows, sheet.warnings,
        sum(each.step in AGAIN for each in passages),
    )  # fmt: skip
