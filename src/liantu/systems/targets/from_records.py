"""What the records come to of the indicators that targets speak of, as of a vintage."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from threading import Lock

from liantu.indicators.time import Span
from liantu.indicators.values import WHOLE
from liantu.records import synthetic
from liantu.records.mark import recorded_mark
from liantu.records.models import LakeFile
from liantu.systems.indicators import held
from liantu.systems.indicators.present import base_tables, present
from liantu.systems.indicators.rules import indicator_rules
from liantu.systems.targets.computed import Computed

KEPT = 16
_Key = tuple[object, ...]


@dataclass(frozen=True)
class _Made:
    values: tuple[Computed, ...]
    at: float
    took: float
    """Seconds."""

    @property
    def lately(self) -> bool:
        """Was it found so lately, for what it takes, that it need not be found anew?"""
        slow = self.took > indicator_rules().slow_seconds
        return slow and time.monotonic() - self.at < self.took * indicator_rules().reused_for


_kept: OrderedDict[_Key, _Made] = OrderedDict()
_lock = Lock()


def computed(
    indicators: Collection[str], first: int, as_of: date, vintage: str | None = None,
    *, synthetic_too: bool = False,
) -> tuple[Computed, ...]:  # fmt: skip
    """Values of whole years from ``first`` to the last that had ended, in order.

    The same values are the same tuple, so that what is made of it can be kept. Where computing
    is slow, as over many records, values found a moment ago will do, as declared.

    Args:
        indicators: ids of published indicators.
        first: year.
        as_of: day of judgement.
        vintage: what had been recorded by then; now by default.
        synthetic_too: values of synthetic records as well, told as such.
    """
    if not LakeFile.objects.exists():
        return ()
    key = (tuple(sorted(indicators)), first, as_of, vintage, synthetic_too, recorded_mark())
    with _lock:
        before = next((made for other, made in reversed(_kept.items()) if other[:-1] == key[:-1]),
                      None)  # fmt: skip
        if key in _kept or (before is not None and before.lately):
            return _kept.get(key, before).values  # type: ignore[union-attr]
    start = time.monotonic()
    found = _computed(set(indicators), first, as_of, vintage, synthetic_too)
    if before is not None and before.values == found:
        found = before.values
    with _lock:
        _kept[key] = _Made(found, time.monotonic(), time.monotonic() - start)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Drop what is kept: the ledger is another one."""
    with _lock:
        _kept.clear()


def _computed(
    indicators: set[str], first: int, as_of: date, vintage: str | None, synthetic_too: bool
) -> tuple[Computed, ...]:
    declared, _ = held.catalogue()
    wanted = {
        name: one for name, one in declared.compiled.items()
        if one.measure.indicator in indicators and "year" in one.periods
    }  # fmt: skip
    tables = {table for one in wanted.values() for table in base_tables(declared, one)}
    there = present(tables, vintage)
    made_up = {table for table in tables if synthetic.of_table(table, vintage).any}
    filled = {
        name: any(table in made_up for table in base_tables(declared, one))
        for name, one in wanted.items()
        if any(there.months.get(table) for table in base_tables(declared, one))
    }
    measures = tuple(name for name, is_made_up in filled.items() if synthetic_too or not is_made_up)
    years = [Span(at, 1, "year") for at in range(first, as_of.year + 1)]
    spans = tuple(one for one in years if one.end <= as_of)
    if not measures or not spans:
        return ()
    values = held.values(declared, [(measures, spans)], (WHOLE,), vintage).values
    return tuple(
        Computed(
            name, declared.measures[name].indicator, declared.measures[name].zh,
            declared.measures[name].en, int(row["period"]), float(f"{row['value']:.12g}"),
            declared.measures[name].unit, row["coverage"], filled[name],
        )
        for name in measures
        for row in values.of(name, WHOLE).iter_rows(named=True)
        if row["value"] is not None
    )  # fmt: skip
