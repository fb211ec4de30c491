"""Values for pages: computed once, kept until something is recorded, shown by scope.

What is kept is of the whole city; :func:`liantu.indicators.showing.shown` decides anew for every
reader what of it is theirs.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
from django.conf import settings
from django.utils import timezone

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import compute
from liantu.indicators.faults import Fault, FaultyDeclarations
from liantu.indicators.groups import group_names
from liantu.indicators.ledger import from_ledger, tables_of
from liantu.indicators.loading import FOLDER, load
from liantu.indicators.planning import closure, passes
from liantu.indicators.showing import shown
from liantu.indicators.time import Span
from liantu.indicators.values import WHOLE, Grouping, Values
from liantu.records import access
from liantu.records.mark import recorded_mark
from liantu.systems.indicators.rules import indicator_rules

Names = dict[str, dict[str, tuple[str, str]]]
"""Dimension → group → its name, Chinese and English."""


@dataclass(frozen=True)
class Held:
    """Values of one question, and what they were made from."""

    values: Values
    names: Names
    day: date
    """By it returns were due."""
    stamp: str
    """Names what the inputs held."""
    made_at: datetime
    age: float
    overtaken: bool = False
    """Something has been recorded since."""


def catalogue() -> tuple[Catalogue, list[Fault]]:
    """All measures, the home's own among them; where one of those is faulty, the packaged ones.

    Returns:
        the catalogue, and the faults that keep the home's own measures out.
    """
    own = Path(settings.HOME) / "measures"
    if not own.is_dir():
        return load(), []
    try:
        return load((FOLDER, own)), []
    except FaultyDeclarations as error:
        return load(), list(error.faults)


_Key = tuple[object, ...]
_kept: OrderedDict[_Key, Held] = OrderedDict()
_lock = threading.Lock()
"""Held for a look into what is kept only."""
_work = threading.Lock()


Part = tuple[tuple[str, ...], tuple[Span, ...]]
"""Measures, and the periods that they are wanted for."""


def values(
    declared: Catalogue,
    parts: Sequence[Part],
    by: Sequence[Grouping] = (WHOLE,),
    as_of: str | None = None,
    *,
    lately: bool = False,
) -> Held:
    """Values as whoever acts may see them.

    Args:
        declared: the catalogue.
        parts: measures with their periods; each measure in one part only.
        by: groupings.
        as_of: vintage; the present by default.
        lately: content with what was found a while ago, as declared.

    Raises:
        as :func:`liantu.indicators.compute.compute` and ``from_ledger``.
    """
    access.require("read")
    names = [name for part in parts for name in part[0]]
    question = (tuple(parts), tuple(by), as_of, declared.digest(names))
    key = (*question, timezone.localdate(), recorded_mark())
    found = _known(key) or (_overtaken(key) if lately else None)
    if found is None:
        # One at a time: a second reader waits for the first one's values, and may find theirs.
        with _work:
            found = _known(key) or _keep(key, _computed(declared, parts, by, as_of))
    return replace(found, values=shown(found.values, declared))


def forget() -> None:
    """Drop what is kept: the ledger is another one."""
    with _lock:
        _kept.clear()


def _computed(
    declared: Catalogue, parts: Sequence[Part], by: Sequence[Grouping], as_of: str | None
) -> Held:
    """Inputs are gathered once for all parts: registers are not read again for each."""
    made_at, age = timezone.now(), time.monotonic()
    planned = [
        one
        for measures, spans in parts
        for one in passes(declared, closure(declared, measures, spans, by))
    ]
    inputs = from_ledger(tables_of(declared, planned), as_of)
    found = [compute(declared, inputs, measures, spans, by) for measures, spans in parts]
    whole = Values(pl.concat([one.frame for one in found]), found[0].dimensions)
    with access.whole("measures"):
        names = {n: group_names(declared.dimensions[n], inputs) for n in whole.dimensions}
    return Held(whole, names, inputs.day, inputs.stamp, made_at, age)


def _known(key: _Key) -> Held | None:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _overtaken(key: _Key) -> Held | None:
    """The latest values of the same question, where they are not older than declared."""
    with _lock:
        found = [made for other, made in _kept.items() if other[:-1] == key[:-1]]
    latest = max(found, key=lambda made: made.age, default=None)
    if latest is None or time.monotonic() - latest.age > indicator_rules().kept_seconds:
        return None
    return replace(latest, overtaken=True)


def _keep(key: _Key, made: Held) -> Held:
    with _lock:
        _kept[key] = made
        while len(_kept) > indicator_rules().kept:
            _kept.popitem(last=False)
    return made
