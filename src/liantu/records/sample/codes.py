"""Credit codes of firms that do not exist: right check characters, a range nobody can issue.

Digits three to eight name the registering area; 000000 is none. See ``doors.yaml``, synthetic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liantu.records.doors.rules import door_rules
from liantu.records.identity.credit_code import ALPHABET

_PLACES = 6
_LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_STEP = 514_229
"""Coprime to 31, so that numbers that follow each other have codes that do not."""


def credit_codes(numbers: NDArray[np.int64], prefix: str) -> list[str]:
    """The code of each number; different numbers have different codes.

    Args:
        numbers: 0 … 31⁶ - 1.
        prefix: two letters at the beginning of the organisation code.
    """
    start = np.frombuffer((door_rules().synthetic.credit_codes + prefix).encode(), dtype=np.uint8)
    mixed = (numbers * _STEP + 12_345) % len(ALPHABET) ** _PLACES
    digits = np.stack(
        [mixed // len(ALPHABET) ** place % len(ALPHABET) for place in reversed(range(_PLACES))], 1
    )
    codes = np.empty((numbers.size, 18), dtype=np.uint8)
    codes[:, : start.size] = start
    codes[:, start.size : start.size + _PLACES] = _LETTERS[digits]
    codes[:, 16] = _organisation_check(codes[:, 8:16])
    codes[:, 17] = _check(codes[:, :17])
    return [row.decode() for row in codes.view("S18").ravel().tolist()]


def _organisation_check(letters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """GB 11714: characters count as in base 36, modulo 11, ten is X."""
    base36 = np.where(letters >= ord("A"), letters - ord("A") + 10, letters - ord("0"))
    rest = -(base36.astype(np.int64) @ np.array([3, 7, 9, 10, 5, 8, 4, 2])) % 11
    return np.asarray(np.frombuffer(b"0123456789X", dtype=np.uint8)[rest])


def _check(letters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """GB 32100: characters count by their place in the alphabet, modulo 31."""
    value = np.zeros(128, dtype=np.int64)
    value[_LETTERS] = np.arange(len(ALPHABET))
    weights = np.array([pow(3, place, 31) for place in range(17)])
    return np.asarray(_LETTERS[-(value[letters] @ weights) % 31])
