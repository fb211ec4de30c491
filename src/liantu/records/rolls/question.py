"""A question to a register: which rows, in which order; the answer page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from liantu.records.rolls.conditions import Condition, expression
from liantu.records.rolls.keeping import roll_of
from liantu.records.rolls.roll import Roll


@dataclass(frozen=True)
class Question:
    """Rows of a register that meet all conditions and hold every word.

    ``sort`` is a column or ``key``; empty cells come last in both directions, and rows equal in
    it stand by key, so that every row has one place and pages neither overlap nor leave gaps.
    """

    table: str
    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()
    sort: str = "key"
    descending: bool = False
    moment: datetime | None = None
    """As recorded at this moment; now where it is None."""


@dataclass(frozen=True)
class Page:
    """One page of an answer."""

    ids: tuple[int, ...]
    """Rows of the register's table in the order asked for."""
    count: int
    """Rows of the whole answer, exactly."""
    held: int
    """Rows of the register at that moment."""


def answer(question: Question, first: int, size: int) -> Page:
    """Rows ``first`` to ``first + size`` of the answer, counted from 0."""
    roll = roll_of(question.table)
    alive = roll.in_force(question.moment)
    found = _found(roll, question, alive)
    listed = roll.sorted(found, question.sort, descending=question.descending)
    ids = roll.frame["id"].gather(listed[first : first + size])
    return Page(tuple(ids.to_list()), len(listed), int(np.count_nonzero(alive)))


def ids_of(question: Question) -> Sequence[int]:
    """All rows of the answer in order, as ids."""
    roll = roll_of(question.table)
    found = _found(roll, question, roll.in_force(question.moment))
    listed = roll.sorted(found, question.sort, descending=question.descending)
    return roll.frame["id"].gather(listed).to_list()


def _found(roll: Roll, question: Question, alive: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    if not question.conditions and not question.words:
        return alive
    return alive & roll.matching(expression(question.conditions, question.words))
