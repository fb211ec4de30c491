"""Breaks a title into lines as official papers want them: between words, in the shape of a
trapezium or a diamond, the shorter line never a single word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

WIDEST = 20
"""Characters that a line of the title's size holds between the margins."""
_ATOM = re.compile(r"《[^》]{0,18}》|“[^”]*”|[0-9A-Za-z]+年?|[^\s]")
_CLOSING = "》”，、。）的和与及"
_OPENING = "《“（"


def title_lines(parts: Sequence[str], width: int = WIDEST) -> tuple[str, ...]:
    """The title's parts, each on lines of its own, broken where longer than ``width``."""
    return tuple(line for part in parts if part for line in _broken(part, width))


def _broken(part: str, width: int) -> tuple[str, ...]:
    if _length(part) <= width:
        return (part,)
    atoms = _ATOM.findall(part)
    needed = -(-int(_length(part)) // width)
    for count in (needed, needed + 1, needed + 2):
        cuts = [_cut(atoms, places) for places in combinations(_places(atoms), count - 1)]
        fitting = [lines for lines in cuts if all(_length(line) <= width for line in lines)]
        if fitting:
            return min(fitting, key=_unevenness)
    # A single word longer than a line: the line is cut where it is full.
    return tuple(part[start : start + width] for start in range(0, len(part), width))


def _places(atoms: Sequence[str]) -> list[int]:
    """Where a line may end: after a quoted name, a comma or a little word, or before a name.

    Anywhere else only if the title has no such place.
    """
    good = [
        place
        for place in range(1, len(atoms))
        if (atoms[place - 1][-1] in _CLOSING or atoms[place][0] in _OPENING)
        and atoms[place][0] not in "》”，、。）"
    ]
    fair = [
        place
        for place in range(2, len(atoms) - 1)
        if atoms[place][0] not in _CLOSING and atoms[place - 1][-1] not in _OPENING
    ]
    return sorted({*good, *fair}) if len(atoms) <= 60 else good


def _cut(atoms: Sequence[str], cuts: Sequence[int]) -> tuple[str, ...]:
    edges = [0, *cuts, len(atoms)]
    return tuple("".join(atoms[a:b]) for a, b in pairwise(edges))


def _unevenness(lines: tuple[str, ...]) -> tuple[float, float]:
    """Prefer a line that ends at a good place, then lines of like length, the longer first."""
    good = sum(1 for line in lines[:-1] if line[-1] in _CLOSING)
    lengths = [_length(line) for line in lines]
    spread = max(lengths) - min(lengths)
    widening = sum(max(0.0, b - a) for a, b in pairwise(lengths))
    return (spread + 2 * widening - 6 * good, spread)


def _length(line: str) -> float:
    return sum(0.5 if ord(letter) < 0x2000 else 1 for letter in line)
