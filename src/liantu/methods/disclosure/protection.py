"""Which further cells to hide so that no sensitive one can be computed back or narrowed down.

For every sensitive cell a *shift* is sought: another table that everybody must hold possible
(published cells, sums and ratios unchanged, nothing below its floor), in which the cell lies
higher, and one in which it lies lower, by what it must blur. Cells that a shift moves must be
hidden; a linear program finds the shift that hides least, the shifts are the proof.

Whoever stands alone in a cell knows that cell: the shift must also exist with it held still. Any
other leading contributor knows that its cell is not smaller than its own part.

Source: Kelly, Golden & Assad (1992), Networks 22; Robertson (1993), Statistics Canada (CONFID);
Fischetti & Salazar (2001), Management Science 47 (the linear programs of attacker and defender);
Jewett (1993), US Bureau of the Census (singletons).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from liantu.methods.disclosure.cells import Cells
from liantu.methods.disclosure.programs import Program

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Protection:
    """What to hide; arrays are (cell,)."""

    hidden: Mask
    """All that is not published."""
    secondary: Mask
    """Hidden only to protect others."""
    failed: Mask
    """Sensitive, and not to be protected even with all hidden that may be: publish none of it."""


def protect(cells: Cells, blur: ArrayLike, *, insiders: bool = True) -> Protection:
    """Hide what must be hidden, and little more.

    Args:
        cells: of all tables of one publication.
        blur: (cell,) how far each sensitive cell must blur to either side; 0 where it is not
            sensitive. Downwards a cell blurs to its floor at most.
        insiders: also hold against contributors who know their own parts.
    Returns:
        a pattern proven by its shifts: every sensitive cell outside ``failed`` blurs as asked.
    Raises:
        ValueError: lengths differ, or a blur is negative.
    """
    need = np.asarray(blur, dtype=np.float64)
    if need.shape != cells.value.shape or (need < 0).any() or not np.isfinite(need).all():
        raise ValueError("blur must hold one finite amount ≥ 0 for every cell")
    work = _Search(cells, need, insiders)
    for cell in np.argsort(-need, kind="stable")[: int((need > 0).sum())]:
        for side in (1, -1):
            work.secure(int(cell), side)
    work.release()
    sensitive = need > 0
    secondary = work.hidden & ~sensitive & ~cells.hidden
    return Protection(work.hidden, secondary, work.failed)


class _Search:
    """The pattern so far, and the shifts that prove it."""

    def __init__(self, cells: Cells, need: Array, insiders: bool) -> None:
        self.cells, self.need = cells, need
        self.hidden = cells.hidden | (need > 0)
        self.failed = np.zeros(len(need), dtype=bool)
        self.movable = cells.free | self.hidden
        self.room = np.where(self.movable, cells.value - cells.floor, 0.0)
        self.room = np.maximum(self.room, 0.0)
        self._kept = np.empty((64, len(need)))
        self._count = 0
        self.known = _knowledge(cells)
        self.insiders = insiders
        self._up = np.where(self.movable, np.inf, 0.0)
        self._over(np.arange(len(need)))

    def _over(self, columns: NDArray[np.int_]) -> None:
        """Seek shifts among these cells only."""
        links = sparse.csr_array(sparse.csc_array(self.cells.links)[:, columns])
        links = links[np.flatnonzero(np.diff(links.indptr))]
        rows = sparse.csr_array(sparse.hstack([links, -links]))
        self._columns = columns
        self._place = np.full(len(self.need), -1)
        self._place[columns] = np.arange(len(columns))
        bounds = np.zeros(2 * len(columns))
        self._program = Program(rows, np.zeros(rows.shape[0]), bounds, bounds)

    @property
    def shifts(self) -> Array:
        """(shift, cell) all that were found."""
        return self._kept[: self._count]

    def asked(self, cell: int, side: int) -> float:
        """How far the cell must move to this side."""
        return float(self.need[cell] if side > 0 else min(self.need[cell], self.room[cell]))

    def secure(self, cell: int, side: int, without: int | None = None) -> bool:
        """Find the shifts of one cell to one side, hiding what they move.

        With ``without`` nothing more may be hidden, and that cell must hold still.
        """
        if self.asked(cell, side) <= 0 or self.failed[cell]:
            return True
        for _ in range(len(self.known.leaders) + 2):
            shifts = self._scaled(cell, side, without)
            knows = self._who_knows(shifts, cell)
            if len(shifts) and knows is None:
                return True
            if not self._find(cell, side, knows, without):
                if without is None:
                    self.failed[cell] = True
                return False
        raise ArithmeticError(f"cell {cell} is not settled although every insider was met")

    def _scaled(self, cell: int, side: int, without: int | None) -> Array:
        """(shift, cell) known shifts that move the cell far enough, brought to the very amount."""
        asked, moved = self.asked(cell, side), self.shifts[:, cell] * side
        enough = moved >= asked * (1 - _TOLERANCE)
        if without is not None:
            enough &= self.shifts[:, without] == 0
        return self.shifts[enough] * (asked / moved[enough])[:, None]

    def _who_knows(self, shifts: Array, cell: int) -> int | None:
        """A contributor whom no known shift leaves in doubt about the cell; None: nobody."""
        if not self.insiders or not len(shifts):
            return None
        fall, rise = self.known.limits(cell)
        slack = _TOLERANCE * self.need[cell] + 1e-9 * np.abs(self.cells.value)
        against = (shifts < -(fall + slack)) | (shifts > rise + slack)
        met = self.known.none_of(against & self.hidden)
        open_ = np.flatnonzero(~met.any(axis=0))
        return int(open_[0]) if len(open_) else None

    def _find(self, cell: int, side: int, knows: int | None, without: int | None) -> bool:
        """Solve for one shift that this insider must hold possible; hide what it moves."""
        asked, columns = self.asked(cell, side), self._columns
        rise, fall = self._up[columns], self.room[columns] / asked
        if without is not None:
            rise = np.where(self.hidden[columns], rise, 0.0)
            fall = np.where(self.hidden[columns], fall, 0.0)
            rise[self._place[without]] = fall[self._place[without]] = 0.0
        if knows is not None:
            own = (self.known.leader == knows)[columns]
            most_fall, most_rise = self.known.limits(cell)
            fall[own] = np.minimum(fall, most_fall[columns] / asked)[own]
            rise[own] = np.minimum(rise, most_rise[columns])[own]
        at = self._place[cell]
        mover, other = (rise, fall) if side > 0 else (fall, rise)
        if mover[at] < 1 - _TOLERANCE:
            return False
        mover[at], other[at] = 1.0, 0.0
        low, high = np.zeros(2 * len(columns)), np.concatenate([rise, fall])
        low[at if side > 0 else len(columns) + at] = 1.0
        high[high > _FAR] = np.inf
        self._program.bounds(np.arange(len(high)), low, high)
        found = self._cheapest(asked)
        if found is None:
            return False
        shift = np.zeros(len(self.need))
        shift[columns] = np.where(np.abs(found) > _TOLERANCE, found, 0.0)
        self.hidden |= shift != 0
        self._keep(shift * asked)
        return True

    def _cheapest(self, asked: float) -> Array | None:
        """The shift, in units of what is asked, that hides least.

        A cell is lost whole, however little it moves: costs per amount are set anew from the last
        solution, so that few cells move far rather than many a little.
        """
        columns = self._columns
        weight = np.where(self.hidden, 0.0, self.cells.weight)[columns]
        cost = weight / np.clip(self.room[columns] / asked, 1e-3, 1.0) + 1e-6
        best: Array | None = None
        least = np.inf
        for _ in range(_REWEIGHTED):
            self._program.costs(np.concatenate([cost, cost]))
            solution = self._program.solve()
            if solution is None:
                return best
            if isinstance(solution, float):
                raise ArithmeticError("costs are not negative: no program falls without end")
            shift = solution[: len(columns)] - solution[len(columns) :]
            lost = float(weight[np.abs(shift) > _TOLERANCE].sum())
            if lost < least:
                best, least = shift, lost
            if lost == 0:
                break
            cost = weight / (np.abs(shift) + 0.05) + 1e-6
        return best

    def _keep(self, shift: Array) -> None:
        """Keep a shift, and its mirror image as far as the floors let it go."""
        falls = shift > 0
        far = np.min(self.room[falls] / shift[falls], initial=np.inf)
        for one in [shift] + ([-shift * min(far, 1.0)] if far > _TOLERANCE else []):
            if self._count == len(self._kept):
                self._kept = np.vstack([self._kept, np.empty_like(self._kept)])
            self._kept[self._count] = one
            self._count += 1

    def release(self) -> None:
        """Publish again, dearest first, what no sensitive cell needs."""
        self._over(np.flatnonzero(self.hidden))
        given = self.hidden & ~(self.need > 0) & ~self.cells.hidden
        for cell in sorted(np.flatnonzero(given), key=lambda at: -self.cells.weight[at]):
            if all(self.secure(*one, without=int(cell)) for one in self._leaning_on(int(cell))):
                self.hidden[cell] = False
                rest = self.shifts[self.shifts[:, cell] == 0]
                self._kept[: len(rest)], self._count = rest, len(rest)

    def _leaning_on(self, cell: int) -> list[tuple[int, int]]:
        """Sensitive cells, and sides, with a shift far enough that moves the cell."""
        using = self.shifts[self.shifts[:, cell] != 0]
        if not len(using):
            return []
        up = (self.need > 0) & (using.max(axis=0) >= self.need * (1 - _TOLERANCE))
        fall = np.minimum(self.need, self.room)
        down = (fall > 0) & (-using.min(axis=0) >= fall * (1 - _TOLERANCE))
        return [
            (int(at), side) for side, who in ((1, up), (-1, down)) for at in np.flatnonzero(who)
        ]


class _Knowledge:
    """What the leading contributors know: nobody's cell is less than what they hold of it."""

    def __init__(self, leader: NDArray[np.int_], alone: Mask, first: Array, second: Array) -> None:
        self.leader = leader
        self.leaders, self._starts = _starts(leader)
        self._order = np.argsort(leader, kind="stable")
        self._alone, self._first, self._second = alone, first, second

    def limits(self, cell: int) -> tuple[Array, Array]:
        """(cell,) how far each may fall and rise before its leader knows better.

        Of cells led by whoever leads this cell it is the runner-up who looks.
        """
        same = self.leader == self.leader[cell]
        fall = np.where(same, self._second, self._first)
        rise = np.where(self._alone & ~same, 0.0, np.inf)
        fall[cell] = rise[cell] = np.inf
        return fall, rise

    def none_of(self, against: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(shift, leader) whether none of a leader's cells is marked."""
        return ~np.logical_or.reduceat(against[:, self._order], self._starts, axis=1)


def _starts(label: NDArray[np.int_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    ordered = np.sort(label)
    return np.unique(ordered, return_index=True)


def _knowledge(cells: Cells) -> _Knowledge:
    """Who leads which cells, as far as that can be told.

    Where one contributor holds more of a total than any other, and a part's leader holds the very
    same amount, they are the same.
    """
    alone = cells.units == 1
    size = np.abs(cells.value)
    first = np.where(alone, 1.0, np.nan_to_num(cells.first)) * size
    second = np.where(alone, 0.0, np.nan_to_num(cells.second)) * size
    ties = sparse.coo_array(cells.totals)
    part, total = first[ties.row], first[ties.col]
    same = (np.abs(part - total) <= 1e-12 * total) & (total > second[ties.col] * (1 + 1e-9))
    same |= alone[ties.row] & alone[ties.col]
    tied = sparse.csr_array(
        (np.ones(int(same.sum())), (ties.row[same], ties.col[same])), shape=ties.shape
    )
    leader = connected_components(tied, directed=False)[1].astype(np.int64)
    open_ = ~np.isfinite(cells.floor)  # where amounts may be negative, a part bounds nothing
    room = np.maximum(cells.value - np.where(open_, 0.0, cells.floor), 0.0)
    leave, runner_up = np.maximum(room - first, 0.0), np.maximum(room - second, 0.0)
    leave[open_ & ~alone], runner_up[open_] = np.inf, np.inf
    return _Knowledge(leader, alone, np.where(alone, 0.0, leave), runner_up)


_TOLERANCE = 1e-7
_FAR = 1e9
"""Room of so many times what is asked bounds nothing."""
_REWEIGHTED = 3
