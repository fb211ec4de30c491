"""The list of targets: filters, sort and columns as the address states them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from liantu.errors import UsageError
from liantu.plan.package import Clause
from liantu.systems.targets.state import Light
from liantu.systems.targets.summary import LIGHTS, Watched, chapter_label

COLUMNS = (
    "id", "clause", "category", "form", "nature", "baseline", "target", "unit", "year",
    "attained", "period", "required", "progress", "light", "freshness", "verdict", "owner",
)  # fmt: skip
SHOWN = (
    "clause", "baseline", "target", "unit", "year", "attained", "period", "required", "light",
    "freshness",
)  # fmt: skip
"""Columns shown where the address chooses none; the indicator's name always stands first."""
_LIGHT_ORDER: dict[Light, int] = {
    "behind": 0, "watch": 1, "unknown": 2, "normal": 3, "done": 4,
}  # fmt: skip
_SORTS: dict[str, Callable[[Watched], Any]] = {
    "name": lambda row: (row.target.subject, row.target.indicator),
    "id": lambda row: row.target.id,
    "category": lambda row: row.target.category,
    "form": lambda row: row.target.form,
    "nature": lambda row: row.target.nature,
    "unit": lambda row: row.target.unit,
    "year": lambda row: row.target.year,
    "progress": lambda row: row.state.progress.mid if row.state.progress else float("-inf"),
    "light": lambda row: _LIGHT_ORDER[row.state.light],
    "freshness": lambda row: row.state.freshness,
    "verdict": lambda row: row.state.verdict,
    "owner": lambda row: row.target.owner,
}
"""Other columns hold figures in different units, which have no common order."""


@dataclass(frozen=True)
class Listing:
    """A checked request for the list."""

    q: str = ""
    light: str = ""
    category: str = ""
    chapter: str = ""
    nature: str = ""
    form: str = ""
    freshness: str = ""
    sort: str = ""
    """Column, with a leading ``-`` for descending; empty keeps the plan's order."""
    columns: tuple[str, ...] = SHOWN
    density: str = ""

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def sort_column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def filters(self) -> dict[str, str]:
        """Filters that are set."""
        pairs = {name: str(getattr(self, name)) for name in FILTERS}
        return {name: value for name, value in pairs.items() if value}


FILTERS = ("q", "light", "category", "chapter", "nature", "form", "freshness")
SORTABLE = frozenset(_SORTS)


def read_listing(query: Mapping[str, str]) -> Listing:
    """Check the parameters of the address.

    Raises:
        UsageError: an unknown light, sort or column, each named.
    """
    listing = Listing(
        **{name: query.get(name, "").strip()[:100] for name in FILTERS},
        sort=query.get("sort", ""),
        columns=tuple(part for part in query.get("columns", ",".join(SHOWN)).split(",") if part),
        density=query.get("density", ""),
    )
    _known("light", [listing.light] if listing.light else [], LIGHTS)
    _known("sort", [listing.sort_column] if listing.sort else [], sorted(SORTABLE))
    _known("columns", listing.columns, COLUMNS)
    return listing


def _known(name: str, found: Sequence[str], expected: Sequence[str]) -> None:
    unknown = [value[:40] for value in found if value not in expected]
    if unknown:
        raise UsageError(
            f"参数 {name} 的值“{'、'.join(unknown)}”无法识别，应为：{'、'.join(expected)}。",
            f"Parameter {name} has the unknown value {', '.join(unknown)};"
            f" expected: {', '.join(expected)}.",
        )


def listed(
    rows: Sequence[Watched], listing: Listing, chapter: Mapping[str, Clause]
) -> tuple[Watched, ...]:
    """The rows that pass the filters, in the order asked for (stable within the plan's)."""
    kept = [row for row in rows if _passes(row, listing, chapter)]
    if listing.sort:
        kept.sort(key=_SORTS[listing.sort_column], reverse=listing.descending)
    return tuple(kept)


def _passes(row: Watched, listing: Listing, chapter: Mapping[str, Clause]) -> bool:
    target, state = row.target, row.state
    clause = chapter.get(target.clause)
    wanted = (
        (listing.light, state.light),
        (listing.category, category_of(row, chapter)),
        (listing.chapter, clause.id if clause else ""),
        (listing.nature, target.nature),
        (listing.form, target.form),
        (listing.freshness, state.freshness),
    )
    if any(asked and asked != value for asked, value in wanted):
        return False
    text = search_text(row).lower()
    return all(word in text for word in listing.q.lower().split())


def category_of(row: Watched, chapter: Mapping[str, Clause]) -> str:
    """Category of the indicator table; for a target of the prose, its chapter."""
    if row.target.number:
        return row.target.category or row.target.clause
    clause = chapter.get(row.target.clause)
    return chapter_label(clause) if clause else row.target.clause


def search_text(row: Watched) -> str:
    """What the search looks into."""
    target = row.target
    parts = (target.id, target.number, target.clause, target.subject, target.indicator,
             target.category, target.unit, target.owner, *target.scope)  # fmt: skip
    return " ".join(part for part in parts if part)
