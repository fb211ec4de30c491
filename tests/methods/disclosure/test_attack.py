"""The attacker finds what published figures give away, and says what they contradict."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from liantu.methods.disclosure import attack

# a b | A        a + b = A, c + d = B, a + c = C, b + d = D
# c d | B
# C D
TABLE = sparse.csr_array(
    np.array(
        [
            [1, 1, 0, 0, -1, 0, 0, 0],
            [0, 0, 1, 1, 0, -1, 0, 0],
            [1, 0, 1, 0, 0, 0, -1, 0],
            [0, 1, 0, 1, 0, 0, 0, -1],
        ],
        dtype=np.float64,
    )
)
FULL = np.array([3, 7, 5, 2, 10, 7, 8, 9], dtype=np.float64)


def hiding(*cells: int) -> np.ndarray:
    published = FULL.copy()
    published[list(cells)] = np.nan
    return published


def test_one_hidden_cell_is_subtracted() -> None:
    found = attack(hiding(0), TABLE, np.zeros(8))
    assert found.exact.tolist() == [True] + [False] * 7
    assert found.low[0] == found.high[0] == 3


def test_a_chain_of_subtractions_is_followed() -> None:
    assert attack(hiding(0, 1, 3), TABLE, np.zeros(8)).exact[[0, 1, 3]].all()


def test_a_rectangle_leaves_an_interval() -> None:
    found = attack(hiding(0, 1, 2, 3), TABLE, np.zeros(8))
    assert not found.exact.any()
    # a between max(0, 10 − 9) and min(10, 8)
    assert (found.low[0], found.high[0]) == (pytest.approx(1), pytest.approx(8))
    free = attack(hiding(0, 1, 2, 3), TABLE, np.full(8, -np.inf))
    assert (free.low[0], free.high[0]) == (-np.inf, np.inf)


def test_what_is_known_besides_narrows_the_interval() -> None:
    floor = np.zeros(8)
    floor[1] = 6  # somebody knows its own six in b
    assert attack(hiding(0, 1, 2, 3), TABLE, floor).high[0] == pytest.approx(4)
    ceiling = np.full(8, np.inf)
    ceiling[3] = 2
    found = attack(hiding(0, 1, 2, 3), TABLE, np.zeros(8), ceiling=ceiling)
    assert found.high[0] == pytest.approx(3)


def test_zeros_that_leave_no_room_give_cells_away() -> None:
    """Three hidden corners of value 0 pin the fourth although four cells are hidden."""
    full = np.array([0, 4, 0, 0, 4, 0, 0, 4], dtype=np.float64)
    published = np.where(np.arange(8) < 4, np.nan, full)
    found = attack(published, TABLE, np.zeros(8))
    assert found.exact[:4].all()
    assert found.low[:4] == pytest.approx([0, 4, 0, 0], abs=1e-9)


def test_small_cells_beside_great_ones() -> None:
    full = FULL.copy()
    full[[0, 4, 6]] += 1e11
    published = np.where(np.arange(8) < 4, np.nan, full)
    found = attack(published, TABLE, np.zeros(8), only=[3])
    assert found.low[3] == pytest.approx(0, abs=1e-3)
    assert found.high[3] == pytest.approx(7, rel=1e-3)
    assert found.low[0] == 0  # not asked for


def test_contradictions_and_misfits_are_said() -> None:
    wrong = hiding(0, 1, 2, 3)
    wrong[4] = 1e3
    with pytest.raises(ValueError, match="contradict"):
        attack(wrong, TABLE, np.zeros(8))
    with pytest.raises(ValueError, match="same cells"):
        attack(FULL[:-1], TABLE, np.zeros(8))
