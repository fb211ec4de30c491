"""Units as Chinese texts write them, and what they are in base units.

The list is data (``catalog/lexicon/units.yaml``). A unit keeps the words it was written in;
``to_base`` turns a figure into base units (元, 1, 平方米, 瓦 …) exactly, rounding once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import InvalidQuantity

MONEY = "money"
COUNT = "count"
PERCENT = "percent"
POINTS = "points"
MULTIPLE = "multiple"
TIME = "time"
PLAIN = "plain"
"""A figure without a unit: an index, a ratio (电能使用效率 1.3)."""

_LONGEST = 24


@dataclass(frozen=True)
class Unit:
    """A written unit: ``1 written = factor × base``."""

    written: str
    dimension: str
    base: str
    factor: float
    ratio: Fraction = field(repr=False, compare=False)
    """``factor``, exact."""
    technical: bool = field(default=False, compare=False)

    def to_base(self, value: float) -> float:
        """``value`` written units in base units, rounded once."""
        return float(Fraction(repr(float(value))) * self.ratio)

    def from_base(self, value: float) -> float:
        """``value`` base units in written units, rounded once."""
        return float(Fraction(repr(float(value))) / self.ratio)


class UnitGroup(Declared):
    """Symbols of one dimension; the keys of ``symbols`` are exact factors."""

    dimension: str
    base: str
    technical: bool = False
    symbols: dict[str, tuple[str, ...]]


class UnitCatalogue(Declared):
    """``catalog/lexicon/units.yaml``."""

    source: Source
    magnitudes: dict[str, int]
    units: tuple[UnitGroup, ...]


@cache
def unit_catalogue() -> UnitCatalogue:
    """The units, read once."""
    return read_declared(UnitCatalogue, CATALOG / "lexicon" / "units.yaml")


@dataclass(frozen=True)
class _Symbol:
    dimension: str
    base: str
    ratio: Fraction
    technical: bool


@cache
def _symbols() -> dict[str, _Symbol]:
    table: dict[str, _Symbol] = {}
    for group in unit_catalogue().units:
        for factor, written in group.symbols.items():
            read = _Symbol(group.dimension, group.base, Fraction(factor), group.technical)
            for symbol in written:
                # As printed for the scanner, folded for the parser (台（套） and 台(套)).
                table[symbol] = table[_fold(symbol)] = read
    return table


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@cache
def _grammar() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One unit with its magnitudes; the same with an optional denominator."""
    magnitudes = _alternatives(unit_catalogue().magnitudes)
    symbols = _alternatives(_symbols())
    single = rf"(?P<m>(?:{magnitudes})*)(?P<s>{symbols})"
    # 百分点 is a symbol, not 百 of anything.
    whole = _alternatives(s for s in _symbols() if s[0] in unit_catalogue().magnitudes)
    part = rf"(?:{whole}|(?:{magnitudes})*(?:{symbols}))(?![A-Za-z])"
    large = rf"(?:{magnitudes})+"
    # A denominator may carry a number (件/10万人) and 每 (件/每万人).
    scan = rf"(?:{part}(?:/每?\d*(?:{part}|{large}))?|{large})"
    return re.compile(single), re.compile(scan)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Read one unit as written: ``万亿元``, ``个百分点``, ``吨标准煤/万元``, ``件/万人``.

    A bare magnitude (万, 万亿) counts ones; an empty text is a plain figure.

    Raises:
        InvalidQuantity: the unit is not in the catalogue.
    """
    folded = _fold(text)
    if not folded:
        return Unit("", PLAIN, "", 1.0, Fraction(1))
    numerator, slash, denominator = folded.partition("/")
    whole = _single(folded)
    if whole:
        return _unit(text, whole.dimension, whole.base, whole.ratio, whole.technical)
    above = _single(numerator)
    below = _single_below(denominator) if slash else None
    if len(folded) > _LONGEST or above is None or below is None:
        raise _unknown(text)
    return _unit(
        text,
        f"{above.dimension}/{below.dimension}",
        f"{_named(above, numerator)}/{_named(below, denominator)}",
        above.ratio / below.ratio,
        above.technical,
    )


def find_unit(text: str, at: int) -> int:
    """Where the longest unit that starts at ``at`` ends; ``at`` itself where there is none."""
    found = _grammar()[1].match(text, at)
    return found.end() if found else at


def _fold(text: str) -> str:
    """Half-width, no blanks, no enclosing brackets; ㎡ and m² become m2."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    while folded[:1] in "([" and folded[-1:] in ")]" and folded:
        folded = folded[1:-1]
    return folded


def _single(text: str) -> _Symbol | None:
    if text in unit_catalogue().magnitudes or _is_large(text):
        return _Symbol(COUNT, "1", _magnitude(text), False)
    exact = _symbols().get(text)
    if exact:
        return exact
    found = _grammar()[0].fullmatch(text)
    if not found:
        return None
    symbol = _symbols()[found["s"]]
    return _Symbol(
        symbol.dimension, symbol.base, symbol.ratio * _magnitude(found["m"]), symbol.technical
    )


def _single_below(text: str) -> _Symbol | None:
    """Denominator: time counts as written (吨/年), a number multiplies (件/10万人)."""
    found = re.fullmatch(r"每?(\d*)(.+)", text)
    symbol = _single(found[2]) if found else None
    if found is None or symbol is None:
        return None
    if symbol.dimension == TIME:
        return _Symbol(TIME, found[2], Fraction(1), False)
    count = Fraction(found[1] or "1")
    return _Symbol(symbol.dimension, symbol.base, symbol.ratio * count, symbol.technical)


def _named(symbol: _Symbol, written: str) -> str:
    """Base symbol of one side of a ratio; counted things keep their name (元/人)."""
    if symbol.dimension != COUNT:
        return symbol.base
    bare = re.sub(r"^每?\d*", "", written)
    found = _grammar()[0].fullmatch(bare)
    return found["s"] if found else symbol.base


def _is_large(text: str) -> bool:
    return len(text) > 1 and all(c in unit_catalogue().magnitudes for c in text)


def _magnitude(text: str) -> Fraction:
    """Product of the magnitudes in ``text``, longest first (万亿 is one of them)."""
    value, rest = Fraction(1), text
    table = unit_catalogue().magnitudes
    while rest:
        word = next(rest[:n] for n in (2, 1) if rest[:n] in table)
        value *= table[word]
        rest = rest[len(word) :]
    return value


def _unit(written: str, dimension: str, base: str, ratio: Fraction, technical: bool) -> Unit:
    return Unit(written.strip(), dimension, base, float(ratio), ratio, technical)


def _unknown(text: str) -> InvalidQuantity:
    return InvalidQuantity(
        f"计量单位“{text[:_LONGEST]}”不在目录中。应为 元、万个、%、个百分点、万平方米、"
        "吨标准煤/万元 之类。请改正，或在 lexicon/units.yaml 中补充。",
        f"Unit “{text[:_LONGEST]}” is not in the catalogue. Expected the like of 元, 万个, %,"
        " 个百分点, 万平方米, 吨标准煤/万元. Mend it, or add it to lexicon/units.yaml.",
    )
