"""Cases of measures: records in, values out, worked out by hand (``cases/*.yaml``).

A case is a measure's id; ``records`` are rows of tables; ``values`` are what must come out, each
with ``period``, ``by`` (dimension → group; without: the whole city), and ``value`` or ``absent``
(the kind of absence), optionally ``units`` and ``coverage``. ``day`` is the day on which it is
asked, far in the future by default, so that every return is due. ``like`` takes the records (and
the day) of another case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from liantu.declarations import read_yaml
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import Engine, compute
from liantu.indicators.inputs import Inputs, from_frames
from liantu.indicators.values import Grouping, Values

FOLDER = Path(__file__).parent / "cases"
TOLERANCE = 1e-9
_KEYS = {"records", "values", "day", "like"}
_SAYS = {"period", "by", "value", "absent", "units", "coverage"}


@dataclass(frozen=True)
class Case:
    """One measure's case."""

    measure: str
    records: dict[str, list[dict[str, Any]]]
    values: tuple[dict[str, Any], ...]
    day: date
    file: str

    @property
    def inputs(self) -> Inputs:
        """What it is computed from."""
        return from_frames(self.records, self.day)

    @property
    def groupings(self) -> list[Grouping]:
        """Groupings that its values are asked in."""
        return list(dict.fromkeys(tuple(said.get("by", {})) for said in self.values))

    @property
    def periods(self) -> list[str]:
        """Periods that its values are asked for."""
        return list(dict.fromkeys(str(said["period"]) for said in self.values))

    def computed(self, catalogue: Catalogue, engine: Engine | None = None) -> Values:
        """What the engine makes of it."""
        return compute(
            catalogue, self.inputs, [self.measure], self.periods, self.groupings, engine=engine
        )


def cases(folder: Path = FOLDER) -> dict[str, Case]:
    """Every case, by measure; a measure with two cases, or an unknown key, is an error."""
    found: dict[str, Case] = {}
    read = [
        (path, measure, said)
        for path in sorted(folder.glob("*.yaml"))
        for measure, said in (read_yaml(path) or {}).items()
    ]
    written = {measure: said for _, measure, said in read}
    for path, measure, said in read:
        assert measure not in found, f"{path.name}: {measure} has two cases"
        assert set(said) <= _KEYS, f"{path.name}: {measure}: {set(said) - _KEYS}"
        for value in said["values"]:
            assert set(value) <= _SAYS, f"{path.name}: {measure}: {set(value) - _SAYS}"
            assert ("value" in value) != ("absent" in value), f"{measure}: {value}"
        base = said
        while "like" in base:
            base = written[base["like"]]
        day = date.fromisoformat(str(said.get("day", base.get("day", "2099-01-01"))))
        records = {**base["records"], **said.get("records", {})}
        found[measure] = Case(measure, records, tuple(said["values"]), day, path.name)
    return found


def differences(case: Case, values: Values) -> list[str]:
    """What of a case did not come out, in words."""
    found = []
    for said in case.values:
        row = _row(values, str(said["period"]), said.get("by", {}))
        name = f"{case.measure} {said['period']} {said.get('by', '')}"
        if row is None:
            found.append(f"{name}: no row")
            continue
        for key, wanted in said.items():
            if key in ("period", "by"):
                continue
            got = row["absence" if key == "absent" else key]
            if not _same(got, wanted):
                found.append(f"{name}: {key} is {got!r}, expected {wanted!r}")
    return found


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, (int, float)) and isinstance(got, (int, float)):
        return abs(got - wanted) <= TOLERANCE * max(1.0, abs(wanted))
    return bool(got == wanted)


def _row(values: Values, period: str, by: dict[str, str]) -> dict[str, Any] | None:
    tests = [
        pl.col(name) == str(by[name]) if name in by else pl.col(name).is_null()
        for name in values.dimensions
    ]
    rows = values.frame.filter(pl.col("period") == period, *tests).to_dicts()
    return rows[0] if len(rows) == 1 else None
