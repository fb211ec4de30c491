"""Two references of one row that must fit each other: a node, and the chain it is said to be of.

Declared beside the columns of a table (``agreements``), held against files at the doors, against
records as they are edited, and against all that is stored by the report of data quality.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from liantu.declarations import Declared
from liantu.errors import InvalidDeclaration

if TYPE_CHECKING:
    from liantu.records.tables.declared import Table

ENDS = "valid_to"
"""Column of a register after whose day a code is no longer that of its area."""


class Agreement(Declared):
    """What the record that a row names must say, for the row to be right.

    The record that ``column`` points at must have, in its own column ``theirs``, what the row
    says in ``ours``, or one of the values ``among``. Where either says nothing, or the record is
    not registered, nothing is said; of several records of one code, one that fits is enough.

    ``apart``: ``theirs`` and ``ours`` are codes of one register, and two of its records exclude
    each other only where both are in force and alike in this column: of two districts a parcel
    lies in one, of a district and a functional zone it may lie in both.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    column: str
    theirs: str
    ours: str = ""
    among: tuple[str, ...] = ()
    apart: str = ""
    severity: Literal["error", "warning"] = "warning"
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def cells(self) -> tuple[str, ...]:
        """Columns of the row that it is about."""
        return tuple(filter(None, (self.column, self.ours)))

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.ours) == bool(self.among):
            raise ValueError("either a column of the row or values, not both")
        if self.apart and not self.ours:
            raise ValueError("only two codes of one register are told apart")
        return self


def asked_of(register: str, tables: Iterable[Table], known: Mapping[str, Table]) -> list[str]:
    """Columns of a register that agreements of ``tables`` read, in the order of its columns.

    Args:
        known: all tables by id.
    """
    wanted: set[str] = set()
    for table in tables:
        for rule in table.agreements:
            if table[rule.column].references == register:
                wanted.add(rule.theirs)
            if rule.apart and table[rule.ours].references == register:
                wanted |= {rule.apart, ENDS}
    return [name for name in known[register].by_name if name in wanted]


def check_agreements(tables: Mapping[str, Table]) -> None:
    """Raises :class:`InvalidDeclaration` where a rule names what its register does not have."""
    wrong = [
        f"{table.id}.{rule.id}"
        for table in tables.values()
        for rule in table.agreements
        if not _sound(rule, table, tables)
    ]
    if wrong:
        raise InvalidDeclaration(
            f"互相核对的列在所引用的登记表中不存在：{'；'.join(wrong)}。请改正 agreements。",
            f"Agreements about columns that the register lacks: {'; '.join(wrong)}. Mend them.",
        )


def _sound(rule: Agreement, table: Table, tables: Mapping[str, Table]) -> bool:
    target = tables.get(table[rule.column].references)
    if target is None or rule.theirs not in target.by_name:
        return False
    if not rule.apart:
        return True
    shared = table[rule.ours].references
    return bool(shared) and shared == target[rule.theirs].references and (
        {rule.apart, ENDS} <= tables[shared].by_name.keys()
    )  # fmt: skip
