"""Makes small plans and figures for tests; places and sources are invented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from liantu.plan.package import Measured, Meta, PlanPackage, Target
from liantu.quantity.period import parse_period
from liantu.quantity.unit import parse_unit
from liantu.records.figures.indicators import load_indicators
from liantu.records.figures.notes import measured as measure
from liantu.records.figures.notes import read_note
from liantu.records.figures.observation import Observation, SourceRef

AREA = "临江市"


def target(id: str = "b1.3", indicator: str = "规上工业企业数量", **fields: Any) -> Target:
    """A target of 2025; ``figure`` sets both ends, ``low``/``high`` one each."""
    figure = fields.pop("figure", None)
    low, high = fields.pop("low", figure), fields.pop("high", figure)
    unit = fields.pop("unit", "户")
    base = parse_unit(unit)
    baseline = fields.pop("baseline", None)
    scaled = [None if v is None else base.to_base(v) for v in (low, high, baseline)]
    given: dict[str, Any] = {
        "id": id,
        "clause": "专栏1",
        "start": 0,
        "end": 1,
        "subject": "全市",
        "indicator": indicator,
        "form": "level",
        "comparator": "=",
        "low": low,
        "high": high,
        "unit": unit,
        "year": 2025,
        "baseline": baseline,
        "baseline_year": 2020 if baseline is not None else None,
        "measured": Measured(unit=base.base, low=scaled[0], high=scaled[1], baseline=scaled[2]),
    }
    return Target(**{**given, **fields})


def package(*targets: Target) -> PlanPackage:
    """A plan of an invented city, 2021–2025."""
    meta = Meta(
        title="临江市“十四五”制造业发展规划",
        area=AREA,
        start_year=2021,
        end_year=2025,
        horizon_year=None,
        source_sha256="0" * 64,
        source_chars=1,
        compiler="test",
    )
    return PlanPackage(meta=meta, clauses=(), targets=targets)


def figure(
    indicator: str,
    period: str,
    value: float | str,
    unit: str = "",
    *,
    note: str = "",
    title: str = "临江市统计公报",
    trust: str = "press",
    area: str = AREA,
) -> Observation:
    """A published figure of a catalogue indicator."""
    known = load_indicators()[indicator]
    written = str(value)
    read = read_note(note, "", trust)
    unit = unit or known.unit
    bound, qualifier = measure(written, parse_unit(unit), read.qualifier)
    return Observation(
        id=f"o-{indicator}-{period}-{written}-{title}",
        indicator=indicator,
        name=known.zh,
        scope=known.scope,
        area=area,
        period=parse_period(period),
        value=float(value),
        unit=unit,
        measured=bound,
        qualifier=qualifier,
        status=read.status,
        source=SourceRef(title, "", trust, ""),
        note=note,
        row=2,
        break_before=read.break_before,
        written=written,
        definition=read.definition,
        not_comparable=read.caveat,
    )


def figures(indicator: str, values: dict[str, float], **fields: Any) -> Sequence[Observation]:
    """Several periods of one indicator."""
    return [figure(indicator, period, value, **fields) for period, value in values.items()]
