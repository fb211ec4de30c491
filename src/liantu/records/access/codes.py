"""Codes that belong to scopes, read whole from the registers and kept until these change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl
from django.apps import apps
from django.db import connection
from django.utils import timezone

from liantu.records.access.actor import Scope
from liantu.records.access.areas import area_codes
from liantu.records.tables.declared import Table, load_tables

if TYPE_CHECKING:
    from liantu.records.access.limits import Limit

T = TypeVar("T")
Scopes = tuple[Scope, ...]
_MOST = 256
"""Answers kept; the oldest go."""
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


def raw_rows(table: Table) -> Any:
    """All versions of a register, whoever acts: for limits themselves and nothing else."""
    from liantu.records.models.recorded import Versions  # asks this room for its limits

    return Versions(apps.get_model("records", table.model)).order_by()


def codes_of(kind: str, scopes: Scopes) -> frozenset[str]:
    """Codes of areas, parks, chains or firms that scopes of one kind hold."""
    keys = frozenset(scope.key for scope in scopes)
    tables = load_tables()
    if kind == "district":
        read = [tables["areas"], tables["area_changes"]]
        today = timezone.localdate()
        return _once(("areas", keys, today), read, lambda: _areas(keys))
    if kind == "firm":
        return _once(("firms", keys), [tables["firms"]], lambda: _firms(keys))
    return keys


def ends_within(table: Table, scopes: Scopes) -> list[str]:
    """Merged keys of a register whose record, in the end, belongs to the scopes."""

    def read() -> list[str]:
        ends = _ends(table)
        if not ends:
            return []
        from liantu.records.access.limits import Limit  # which asks here

        rows = raw_rows(table).filter(recorded_to__isnull=True, merged_into="")
        own = rows.filter(Limit(table, scopes)._own()).filter(key__in=sorted(set(ends.values())))
        inside = set(own.values_list("key", flat=True))
        return sorted(key for key, end in ends.items() if end in inside)

    return _once(("ends", table.id, scopes), involved(table, scopes), read)


def through_merged(table: Table, named: Callable[[], pl.Series]) -> list[str]:
    """Keys of records that stand for merged ones which rows elsewhere still name.

    Args:
        named: gives the keys as those rows have them.
    """
    ends = _once(("all ends", table.id), [table], lambda: _ends(table))
    return sorted({ends[key] for key in named() if key in ends}) if ends else []


def values_of(table: Table, column: str, scopes: Scopes, limit: Limit) -> pl.Series:
    """Values of a column in the records of a register that belong."""

    def read() -> pl.Series:
        from liantu.records.registers.storage import frame_of  # which stands above this room

        rows = raw_rows(table).filter(limit.in_force(), recorded_to__isnull=True)
        return frame_of(rows, [column])[column].drop_nulls().unique()

    return _once(("values", table.id, column, scopes), involved(table, scopes), read)


def involved(table: Table, scopes: Scopes) -> list[Table]:
    """Registers on which it depends what of a table belongs to the scopes."""
    tables, found, waiting = load_tables(), dict[str, Table](), [table]
    kinds = {scope.kind for scope in scopes}
    while waiting:
        one = waiting.pop()
        if one.id in found:
            continue
        found[one.id] = one
        if isinstance(one.scope, str):
            continue
        for kind in kinds:
            for column in one.scope.by(kind):
                named, _, _ = column.partition(".")
                target = named if named != column else one[column].references
                if target:
                    waiting.append(tables[target])
    if "areas" in found:
        found["area_changes"] = tables["area_changes"]
    return [one for _, one in sorted(found.items()) if one.kind == "register"]


def state_of(registers: list[Table]) -> tuple[Hashable, ...]:
    """Newest version of each register: changes with every change of it.

    Asked several times by every page of whoever sees a part only; one question for all registers.
    """
    with connection.cursor() as cursor:
        cursor.execute(_newest(tuple(table.id for table in registers)))
        return tuple(cursor.fetchall())


@cache
def _newest(names: tuple[str, ...]) -> str:
    """SQL: name, id and moment of the newest version, a row a register."""
    tables = load_tables()
    parts = []
    for at, name in enumerate(names):
        stored = connection.ops.quote_name(raw_rows(tables[name]).model._meta.db_table)
        newest = f"SELECT id, recorded_from FROM {stored} ORDER BY recorded_from DESC LIMIT 1"  # noqa: S608
        parts.append(f"SELECT {at}, id, recorded_from FROM ({newest}) AS newest")  # noqa: S608
    return " UNION ALL ".join(parts)


def _once(name: tuple[Hashable, ...], registers: list[Table], make: Callable[[], T]) -> T:
    key = (name, state_of(registers))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            kept: T = _kept[key]
            return kept
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return made


def _areas(keys: frozenset[str]) -> frozenset[str]:
    tables = load_tables()
    areas = raw_rows(tables["areas"]).current().values_list("area_code", "parent_code", "valid_to")
    changes = raw_rows(tables["area_changes"]).current().values_list("old_code", "new_code")
    return area_codes(keys, list(areas), list(changes), timezone.localdate())


def _firms(keys: frozenset[str]) -> frozenset[str]:
    """The firms granted, as what stands for them now, and all keys merged into them."""
    ends = _ends(load_tables()["firms"])
    mine = {ends.get(key, key) for key in keys}
    return frozenset(mine | {key for key, end in ends.items() if end in mine})


def _ends(table: Table) -> dict[str, str]:
    """Merged key → key of the record that stands for it in the end."""
    from liantu.records.models.recorded import ends_of  # asks this room for its limits

    rows = raw_rows(table).exclude(merged_into="").filter(recorded_to__isnull=True)
    return ends_of(dict(rows.values_list("key", "merged_into")))
