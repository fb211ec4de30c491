"""Codes of areas that a district answers for: its own, of its parts, and those it used to have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

_NOBODY = "000000"
_SIX = len(_NOBODY)


def area_codes(
    keys: Iterable[str],
    areas: Iterable[tuple[str, str | None, date | None]],
    changes: Iterable[tuple[str, str]],
    today: date,
) -> frozenset[str]:
    """All codes of the areas that ``keys`` name.

    Args:
        keys: codes of areas, as granted.
        areas: code, code of the area above, last day (None: it still is) of every row.
        changes: code before, code after, of every change of divisions.
        today: the day on which an area still is one.

    Returns:
        the keys; what became of a key that is no more, where it became one area only; codes
        whose every successor is among them; all areas below any of them.
    """
    now = {code: above for code, above, last in areas if last is None or last >= today}
    became: dict[str, set[str]] = defaultdict(set)
    for before, after in changes:
        if before[:_SIX] != after[:_SIX] and before[:_SIX] != _NOBODY:
            became[before[:_SIX]].add(after[:_SIX])
    found = {end for key in keys for end in (key, *_became(key, now, became))}
    while True:
        more = {code for code, above in now.items() if above in found}
        more |= {
            code
            for code, ends in became.items()
            # A code that was given up, and whose land all lies within.
            if code not in now and ends <= found
        }
        if more <= found:
            return frozenset(found)
        found |= more


def _became(key: str, now: Any, became: dict[str, set[str]]) -> list[str]:
    """Codes that a code led to one after another, as long as each became one area only."""
    chain: list[str] = []
    while key not in now and len(became.get(key, ())) == 1:
        (key,) = became[key]
        if key == _NOBODY or key in chain:
            break
        chain.append(key)
    return chain
