"""Areas that stand in firm names: read from the catalogue, widened by the areas register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.records.identity.lexicon import firm_name_words

_SHAPE = re.compile("[\u4e00-\u9fff]{2,3}?[市县区旗]")
_LONGEST = 14


class PlaceNames(Declared):
    """``catalog/lexicon/places.yaml``."""

    source: Source
    ends: tuple[str, ...]
    peoples: tuple[str, ...]
    not_bare: tuple[str, ...]
    country: tuple[str, ...]
    zones: tuple[str, ...]
    places: dict[str, str]


@cache
def place_names() -> PlaceNames:
    """Divisions with their codes, and how firm names shorten them."""
    return read_declared(PlaceNames, CATALOG / "lexicon" / "places.yaml")


@dataclass(frozen=True)
class Stretch:
    """Area read at the head of a text: how many characters, and the code of the narrowest."""

    length: int
    code: str = ""
    """GB/T 2260 code; ``000000`` the country; empty where only the shape of the name tells."""


class Places:
    """Areas by name. ``more`` adds (code, name) pairs, such as the rows of the areas register."""

    def __init__(self, more: Iterable[tuple[str, str]] = ()) -> None:
        names = place_names()
        self._whole: dict[str, list[str]] = {}
        self._bare: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        self._not_bare = frozenset(names.not_bare)
        for code, name in (*names.places.items(), *more):
            self._add(code, name, names)
        self._countries = tuple(sorted(names.country, key=len, reverse=True))
        self._zones = tuple(sorted(names.zones, key=len, reverse=True))
        self._known: dict[tuple[str, str], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        known: dict[str, set[int]] = {}
        for name in (*self._whole, *self._bare, *self._below):
            known.setdefault(name[:2], set()).add(len(name))
        for start, lengths in known.items():
            self._lengths[start] = tuple(sorted(lengths, reverse=True))

    def _add(self, code: str, name: str, names: PlaceNames) -> None:
        _append(self._whole, name, code)
        short = next((name[: -len(end)] for end in names.ends if name.endswith(end)), name)
        while people := next((p for p in names.peoples if short.endswith(p)), ""):
            if len(short) - len(people) < 2:
                break
            short = short[: -len(people)]
        if len(short) >= 2:  # a district is called by its short name only behind its city
            free = code.endswith("00") or name.endswith("市")
            _append(self._bare if free else self._below, short, code)

    def head(self, text: str) -> Stretch:
        """The areas that ``text`` begins with: country, province, city, district, zone."""
        at, code = 0, ""
        if text.startswith(self._countries):
            at, code = _longest(text, 0, self._countries), "000000"
        for _ in range(3):
            step = self._step(text[at : at + _LONGEST], code)
            if not step.length:
                break
            at, code = at + step.length, step.code or code
        if at and text.startswith(self._zones, at):
            at += _longest(text, at, self._zones)
        return Stretch(at, code)

    def _step(self, text: str, above: str) -> Stretch:
        for length in self._lengths.get(text[:2], ()):
            word = text[:length]
            code = self._known.get((word, above))
            if code is None:
                code = _narrower(self._whole.get(word, ()), above) or self._short(word, above)
                if word in self._whole or word in self._bare or word in self._below:
                    self._known[word, above] = code
            if code:
                return Stretch(len(word), code)
        shape = _SHAPE.match(text)
        words = firm_name_words()
        if (
            shape is None
            or shape[0].endswith(words.not_places)
            or text.startswith(words.not_ends, shape.end() - 1)
        ):
            return Stretch(0)
        return Stretch(shape.end())

    def _short(self, word: str, above: str) -> str:
        if above.strip("0"):
            codes = (*self._bare.get(word, ()), *self._below.get(word, ()))
            return _narrower(codes, above)
        return "" if word in self._not_bare else _narrower(self._bare.get(word, ()), above)


def _longest(text: str, at: int, words: Sequence[str]) -> int:
    """Length of the first of ``words`` that stands at ``at``; one of them does."""
    return next(len(word) for word in words if text.startswith(word, at))


def _append(table: dict[str, list[str]], name: str, code: str) -> None:
    codes = table.setdefault(name, [])
    if code not in codes:
        codes.append(code)
        codes.sort(key=lambda known: (-len(known) + len(known.rstrip("0")), known))


def _narrower(codes: Sequence[str], above: str) -> str:
    """The widest of ``codes`` that lies within ``above``."""
    if not codes:
        return ""
    stem = above.rstrip("0")
    stem += "0" * (len(stem) % 2)
    return next((c for c in codes if c.startswith(stem) and c != above), "")


@cache
def catalogue_places() -> Places:
    """The places of the catalogue alone."""
    return Places()
