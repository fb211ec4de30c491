"""Values of one period by the groups of a dimension: ordered, with a drawing for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from liantu.indicators.declared import UNFILLED, Measure
from liantu.indicators.time import Span
from liantu.indicators.values import Values
from liantu.systems.indicators.series import change
from liantu.words import Language

WIDTH, MARGIN = 132.0, 5.0


@dataclass(frozen=True)
class Place:
    """One group: its rank among those with a value, and where its dot falls."""

    group: str
    name: str
    row: Mapping[str, Any]
    rank: int | None
    before: float | None
    dot: float | None
    zero: float
    width: float = WIDTH

    @property
    def value(self) -> float | None:
        """In the measure's unit."""
        found = self.row["value"]
        return None if found is None else float(found)


def ranking(
    measure: Measure, found: Values, by: str, at: Span,
    names: Mapping[str, tuple[str, str]], language: Language,
) -> list[Place]:  # fmt: skip
    """Groups of a dimension in a period: the better first, those without a value last.

    What did not say its group stands last and has no rank.
    """
    rows = {
        (row["period"], row[by]): row for row in found.of(measure.id, (by,)).iter_rows(named=True)
    }
    mine = [row for (period, _), row in rows.items() if period == at.code]
    numbers = [row["value"] for row in mine if row["value"] is not None]
    low, high = min(0.0, *numbers, 0.0), max(0.0, *numbers, 0.0)
    scale = (WIDTH - 2 * MARGIN) / ((high - low) or 1.0)
    sign = 1 if measure.direction == "down" else -1
    ordered = sorted(
        mine,
        key=lambda row: (row["value"] is None, row[by] == UNFILLED, sign * (row["value"] or 0.0)),
    )
    ranked, places = 0, []
    for row in ordered:
        group, value = row[by], row["value"]
        counts = value is not None and group != UNFILLED
        ranked += counts
        earlier = rows.get((at.back().code, group), {}).get("value")
        places.append(
            Place(
                group, _name(names, group, language), row, ranked if counts else None,
                change(measure, value, earlier),
                None if value is None else round(MARGIN + (value - low) * scale, 1),
                round(MARGIN - low * scale, 1),
            )
        )  # fmt: skip
    return places


def _name(names: Mapping[str, tuple[str, str]], group: str, language: Language) -> str:
    said = names.get(group, (group, group))
    return said[1] if language == "en" else said[0]


def absences(rows: list[Mapping[str, Any]]) -> dict[str, int]:
    """How many groups are absent, by kind of absence."""
    found: dict[str, int] = {}
    for row in rows:
        if row["absence"]:
            found[row["absence"]] = found.get(row["absence"], 0) + 1
    return found
