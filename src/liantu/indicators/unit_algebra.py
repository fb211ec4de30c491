"""Units of formulas: what a sum, a product or a ratio is measured in.

A :class:`Measured` is exponents of dimensions and how many base units one of it is: 元/亩 is
money¹ area⁻¹. Only what has the same dimension can be added or compared; 万元 over 亩 is no
percentage. Counted things (户, 人) are of the dimension ``count``, which a mean or a ratio may
leave unsaid: 万元 a firm may be shown as 万元 or as 万元/户.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from liantu.quantity.unit import COUNT, MULTIPLE, PERCENT, PLAIN, POINTS, parse_unit

_PLAIN_DIMENSIONS = {PLAIN, MULTIPLE}
_IN_HUNDRED = {PERCENT, POINTS}


@dataclass(frozen=True)
class Measured:
    """What a figure is measured in: ``1 of it = ratio × base units of its dimensions``."""

    powers: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    ratio: Fraction = Fraction(1)

    @property
    def plain(self) -> bool:
        """A pure number, which has no dimension at all."""
        return not self.powers

    @property
    def uncounted(self) -> dict[str, Fraction]:
        """The dimensions without that of counted things."""
        return {name: power for name, power in self.powers.items() if name != COUNT}

    def times(self, other: Measured, power: int = 1) -> Measured:
        """The product with ``other`` to a power (-1: the ratio)."""
        powers = dict(self.powers)
        for name, own in other.powers.items():
            powers[name] = powers.get(name, Fraction(0)) + power * own
        return Measured(_frozen(powers), self.ratio * other.ratio**power)

    def to(self, power: Fraction) -> Measured:
        """This to a power; a root of units that are no base units is refused by the caller."""
        ratio = self.ratio**power if power.denominator == 1 else Fraction(1)
        return Measured(
            _frozen({name: own * power for name, own in self.powers.items()}), Fraction(ratio)
        )

    def __str__(self) -> str:
        """For sentences: 元/平方米 …, by the names of the dimensions' base units."""
        if not self.powers:
            return "无量纲 plain"
        above = [_word(name, power) for name, power in self.powers.items() if power > 0]
        below = [_word(name, -power) for name, power in self.powers.items() if power < 0]
        return "·".join(above or ["1"]) + ("/" + "·".join(below) if below else "")


NUMBER = Measured()
COUNTED = Measured(MappingProxyType({COUNT: Fraction(1)}))
DAYS = Measured(MappingProxyType({"time": Fraction(1)}), Fraction(86_400))


def measured(unit: str) -> Measured:
    """A written unit (亿元, 万元/亩, %, 户) as powers of dimensions.

    Raises:
        InvalidQuantity: no known unit.
    """
    read = parse_unit(unit)
    above, _, below = read.dimension.partition("/")
    powers: dict[str, Fraction] = {}
    ratio = read.ratio
    for dimension, sign in ((above, 1), (below, -1)):
        if dimension in _IN_HUNDRED:
            ratio *= Fraction(1, 100) ** sign
        elif dimension and dimension not in _PLAIN_DIMENSIONS:
            powers[dimension] = powers.get(dimension, Fraction(0)) + sign
    return Measured(_frozen(powers), ratio)


def stored(unit: str, *, share: bool) -> Measured:
    """What a column of a table is measured in; shares are stored 0–1, whatever their unit."""
    return NUMBER if share else measured(unit)


def addable(one: Measured, other: Measured) -> bool:
    """Can the two be added or compared? Counted things go with plain numbers (employees > 300)."""
    return one.powers == other.powers or one.uncounted == other.uncounted


def factor(of: Measured, shown: str) -> Fraction | None:
    """One of ``of`` in the unit shown; None where that is a unit of something else.

    The unit shown may leave out, or name, what is counted: 元/人 as 元, a mean over firms in
    万元 as 万元/户. A number of things is shown in a counting unit only, a ratio of two such
    numbers in none.
    """
    target = measured(shown)
    if of.powers == target.powers:
        return of.ratio / target.ratio
    if of.uncounted and of.uncounted == target.uncounted:
        return of.ratio / target.ratio
    return None


def _frozen(powers: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    return MappingProxyType({name: power for name, power in sorted(powers.items()) if power})


def _word(name: str, power: Fraction) -> str:
    return name if power == 1 else f"{name}^{power}"
