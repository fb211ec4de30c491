"""A question to a register: which rows, in which order; the answer page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from liantu.errors import Refused
from liantu.records import access
from liantu.records.rolls.conditions import PERSONAL, SEARCH, Condition, expression
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
    alive = _alive(roll, question)
    found = _found(roll, question, alive)
    listed = roll.sorted(found, question.sort, descending=question.descending)
    ids = roll.frame["id"].gather(listed[first : first + size])
    return Page(tuple(ids.to_list()), len(listed), int(np.count_nonzero(alive)))


def ids_of(question: Question) -> Sequence[int]:
    """All rows of the answer in order, as ids."""
    roll = roll_of(question.table)
    found = _found(roll, question, _alive(roll, question))
    listed = roll.sorted(found, question.sort, descending=question.descending)
    return roll.frame["id"].gather(listed).to_list()


def _alive(roll: Roll, question: Question) -> npt.NDArray[np.bool_]:
    """Rows in force that whoever asks may see."""
    alive = roll.in_force(question.moment)
    bound = access.limit(roll.reg.table)
    if bound is None:
        return alive
    return alive & roll.within(bound, present=question.moment is None)


def _found(roll: Roll, question: Question, alive: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    hidden = access.hidden(roll.reg.table)
    asked = {question.sort, *(condition.column for condition in question.conditions)}
    if told := sorted(asked & hidden.keys()):
        raise _personal(roll, told)
    if not question.conditions and not question.words:
        return alive
    texts = [name for name in (SEARCH, PERSONAL) if name in roll.frame.columns]
    if hidden:
        texts = [SEARCH]
    return alive & roll.matching(expression(question.conditions, question.words, texts))


def _personal(roll: Roll, columns: Sequence[str]) -> Refused:
    table = roll.reg.table
    named = "、".join(table[name].zh for name in columns)
    return Refused(
        f"“{table.zh}”的 {named} 是个人信息，当前账号不能按它筛选或排序。请去掉该条件。",
        f"{', '.join(columns)} of {table.id} are personal data: this account neither filters nor"
        " sorts by them. Drop that condition.",
    )
