"""Doors of the registers: bring rows in, change one record, read them as of any moment.

Every write makes versions (:mod:`liantu.records.models.recorded`); none is ever changed.
"""

from __future__ import annotations

from liantu.records.registers.admission import ask, waits
from liantu.records.registers.editing import add, delete, edit, merge, restore
from liantu.records.registers.reading import (
    AsOf,
    Change,
    at,
    find,
    history,
    keys_of,
    merged,
    read,
)
from liantu.records.registers.register import Key, Register, model_of, register_of
from liantu.records.registers.upsert import Comparison, Upserted, compare, upsert
from liantu.records.registers.validity import overlaps, read_on, valid_on

__all__ = [
    "AsOf",
    "Change",
    "Comparison",
    "Key",
    "Register",
    "Upserted",
    "add",
    "ask",
    "at",
    "compare",
    "delete",
    "edit",
    "find",
    "history",
    "keys_of",
    "merge",
    "merged",
    "model_of",
    "overlaps",
    "read",
    "read_on",
    "register_of",
    "restore",
    "upsert",
    "valid_on",
    "waits",
]
