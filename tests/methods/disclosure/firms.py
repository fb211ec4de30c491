"""Tables made from contributors, so that a test can look at them as each contributor does."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.methods.disclosure import (
    Cells,
    Dimension,
    Rules,
    attack,
    cells_of,
    sensitivity,
)

Array = NDArray[np.float64]
RULES = Rules(least_units=3, percent=0.1, dominance=0.85, protection=0.1)
NEAR = 1e-5


@dataclass(frozen=True)
class Tables:
    """Cells of tables, with their contributors."""

    cells: Cells
    frame: pl.DataFrame
    blur: Array
    """(cell,)"""
    own: Array
    """(firm, cell) contributions."""
    codes: list[tuple[str | None, ...]]

    def at(self, *code: str | None) -> int:
        """The position of a cell."""
        return self.codes.index(code)


def tables(
    firms: pl.DataFrame, dimensions: Mapping[str, Dimension], sets: Sequence[Sequence[str]],
    *, negative: bool = False,
) -> Tables:  # fmt: skip
    """Cells of the given sets of dimensions, with all totals.

    Args:
        firms: a column of codes for each dimension and ``x``; one row a contributor.
    """
    cells: dict[tuple[str | None, ...], list[int]] = {}
    for at, row in enumerate(firms.iter_rows(named=True)):
        groups = {name: _groups(row[name], one.parents) for name, one in dimensions.items()}
        mine = {
            tuple(chosen.get(name) for name in dimensions)
            for by in sets
            for chosen in (
                dict(zip(by, codes, strict=True))
                for codes in itertools.product(*(groups[name] for name in by))
            )
        }
        for code in mine:
            cells.setdefault(code, []).append(at)
    codes = sorted(cells, key=str)
    x = firms["x"].to_numpy().astype(np.float64)
    own = np.zeros((firms.height, len(codes)))
    for column, code in enumerate(codes):
        own[cells[code], column] = x[cells[code]]
    size = np.abs(own).sum(axis=0)
    ranked = -np.sort(-np.abs(own), axis=0)
    runner_up = ranked[1] if len(ranked) > 1 else np.zeros(len(codes))
    with np.errstate(invalid="ignore"):
        frame = pl.DataFrame(
            {name: [code[at] for code in codes] for at, name in enumerate(dimensions)},
            schema=dict.fromkeys(dimensions, pl.Utf8),
        ).with_columns(
            value=own.sum(axis=0), units=np.array([len(cells[code]) for code in codes]),
            first=pl.Series(ranked[0] / size).fill_nan(None),
            second=pl.Series(runner_up / size).fill_nan(None), size=size,
        )  # fmt: skip
    known = cells_of(frame, dimensions, negative=negative)
    found = sensitivity(size, frame["units"], ranked[0] / np.maximum(size, 1e-9),
                        runner_up / np.maximum(size, 1e-9), RULES)  # fmt: skip
    rests = len(known.value) - len(codes)
    few = (known.units[len(codes) :] > 0) & (known.units[len(codes) :] < RULES.least_units)
    rest = np.where(few, RULES.protection * np.abs(known.value[len(codes) :]), 0.0)
    return Tables(
        known, frame, np.concatenate([found.blur, rest]),
        np.hstack([own, np.zeros((len(own), rests))]), codes,
    )  # fmt: skip


def _groups(code: str | Sequence[str], parents: Mapping[str, str]) -> list[str | None]:
    """The code, those above it, and the whole."""
    found: list[str | None] = [None]
    for one in [code] if isinstance(code, str) else code:
        at: str | None = one
        while at is not None:
            if at not in found:
                found.append(at)
            at = parents.get(at)
    return found


def exposed(known: Tables, hidden: NDArray[np.bool_], firm: int | None = None) -> list[int]:
    """Sensitive cells that the attack narrows down further than they must blur.

    Args:
        firm: who attacks, knowing its own contributions; None: somebody outside. A contributor
            is not held against cells it leads; of cells it is in, only against the upper end,
            for nobody doubts that they hold its own part.
    """
    cells, need = known.cells, known.blur
    published, floor = np.where(hidden, np.nan, cells.value), cells.floor.copy()
    aim = need > 0
    inside = np.zeros(len(need), dtype=bool)
    if firm is not None:
        own = known.own[firm]
        inside = own != 0
        alone = inside & (cells.units == 1)
        published = np.where(alone, cells.value, published)
        floor = np.where(np.isfinite(floor), np.maximum(floor, own), floor)
        aim &= ~(np.abs(own) >= np.abs(known.own).max(axis=0))
    if not aim.any():
        return []
    found = attack(published, cells.links, floor, only=np.flatnonzero(aim))
    slack = NEAR * (need + np.abs(cells.value))
    above = found.high < cells.value + need - slack
    fall = np.where(np.isfinite(cells.floor), np.minimum(need, cells.value - cells.floor), need)
    below = (found.low > cells.value - fall + slack) & ~inside
    return np.flatnonzero(aim & (above | below)).tolist()
