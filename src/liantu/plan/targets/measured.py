"""Figures of a statement in base units."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from liantu.errors import InvalidQuantity
from liantu.plan.package import Form, Measured
from liantu.plan.targets.lexicon import holds
from liantu.quantity.unit import COUNT, MONEY, MULTIPLE, Unit, parse_unit


def unit_of(written: str, context: str) -> Unit:
    """The written unit; a bare 亿 or 万亿 beside words of money counts yuan.

    A unit that the catalogue does not hold is kept as its own base.
    """
    try:
        unit = parse_unit(written)
    except InvalidQuantity:
        return Unit(written, "other", written, 1.0, Fraction(1))
    bare = unit.dimension == COUNT and written.endswith(("亿", "万"))
    if bare and (written.endswith("亿") or "万元" in context) and holds("money", context):
        return replace(unit, dimension=MONEY, base="元")
    return unit


def measure(
    unit: Unit,
    form: Form,
    low: float | None,
    high: float | None,
    baseline: float | None = None,
    *,
    against: bool = False,
) -> Measured:
    """Bounds in base units. An increase told in times (1倍) becomes per cent.

    Args:
        unit: the unit as written.
        form: form of the statement.
        low, high: bounds in that unit, None where open.
        baseline: starting value in that unit.
        against: the figure is a multiple of the base (达到 2020 年的 1.5 倍 is +50%).
    """
    if unit.dimension == MULTIPLE and form == "increase":
        shift = 1.0 if against else 0.0
        return Measured(
            unit="%",
            low=None if low is None else _percent(low, shift),
            high=None if high is None else _percent(high, shift),
        )
    return Measured(
        unit=unit.base,
        low=_base(unit, low),
        high=_base(unit, high),
        baseline=_base(unit, baseline),
    )


def _percent(times: float, shift: float) -> float:
    return float((Fraction(repr(times)) - Fraction(shift)) * 100)


def _base(unit: Unit, value: float | None) -> float | None:
    return None if value is None else unit.to_base(value)
