"""What two rows look like beside each other: evidence in bits, one finding a feature.

All arrays are (pair,). A finding is the index of its phrase in the feature's list of levels, so
that the reason of a decision can be written out for the few pairs somebody reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.records.identity.rules import IdentityRules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CODE = ("unsaid", "same", "slip", "broken", "differs")
CORE = ("differs", "same", "typo", "contained")
NAME = ("differs", "same")
INDUSTRY = ("unsaid", "same", "related", "differs")
TRADE = ("unsaid", "same", "differs")
NAME_AREA = ("unsaid", "same", "nested", "within", "differs")
AREA = ("unsaid", "same", "same_city", "differs")
INDUSTRY_CODE = ("unsaid", "same", "division", "differs")
FORM = ("unsaid", "same", "converted", "differs")
GROUP = ("same", "differs")
BRANCH = ("same", "differs")
CONVERTIBLE = ("limited", "shares", "company")


@dataclass(frozen=True)
class Likeness:
    """Pairs (positions in the two frames), their findings, and the bits they add up to."""

    i: Ints
    j: Ints
    findings: dict[str, NDArray[np.int8]]
    bits: Floats
    short: Bools
    """Has one of the cores two characters or fewer?"""
    telling: Bools
    """Are both cores more than words of a trade?"""

    def is_(self, feature: str, *levels: str) -> Bools:
        """Where ``feature`` came out as one of ``levels``."""
        names = _LEVELS[feature]
        found: Bools = np.isin(self.findings[feature], [names.index(level) for level in levels])
        return found


_LEVELS = {
    "code": CODE,
    "core": CORE,
    "name": NAME,
    "industry": INDUSTRY,
    "trade": TRADE,
    "name_area": NAME_AREA,
    "area": AREA,
    "industry_code": INDUSTRY_CODE,
    "form": FORM,
    "group": GROUP,
    "branch": BRANCH,
}


_WEIGHED = (
    "code",
    "name",
    "industry",
    "trade",
    "name_area",
    "area",
    "industry_code",
    "form",
    "group",
)


def level_names(feature: str) -> tuple[str, ...]:
    """Names of the findings of ``feature``, in order of their index."""
    return _LEVELS[feature]


def likeness(
    left: pl.DataFrame, right: pl.DataFrame, i: Ints, j: Ints, rules: IdentityRules
) -> Likeness:
    """Compare rows ``i`` of ``left`` with rows ``j`` of ``right`` (frames of ready rows).

    Pairs with neither a like core nor a like code are left out of the answer.
    """
    sides = _Sides(left, right, i, j)
    code, core = _code(sides), _core(sides)
    # Without a like core only the code can tell; most pairs end here.
    kept = (core != CORE.index("differs")) | np.isin(code, [CODE.index("same"), CODE.index("slip")])
    i, j = i[kept], j[kept]
    sides.look_at(i, j)
    findings: dict[str, NDArray[np.int8]] = {
        "code": code[kept],
        "core": core[kept],
        "name": _name(sides),
        "industry": _industry(sides),
        "trade": _trade(sides),
        "name_area": _nested_codes(sides, "area"),
        "area": _steps(sides, "area_code", 6, 4),
        "industry_code": _steps(sides, "industry_code", 4, 2),
        "form": _form(sides),
        "group": (sides.flag("group", 0) != sides.flag("group", 1)).astype(np.int8),
        "branch": _branch(sides),
    }
    short = _short(sides)
    telling = sides.flag("telling", 0) & sides.flag("telling", 1)
    bits = _bits(sides, findings, short, telling, rules)
    return Likeness(i, j, findings, bits, short, telling)


class _Sides:
    """Columns of both frames, coded alike, and the pairs that are looked at."""

    def __init__(self, left: pl.DataFrame, right: pl.DataFrame, i: Ints, j: Ints) -> None:
        self.both = pl.concat([left, right]) if right is not left else left
        self._offset = left.height if right is not left else 0
        self.look_at(i, j)
        self.rows = self.both.height
        self._coded: dict[str, tuple[Ints, list[str]]] = {}

    def look_at(self, i: Ints, j: Ints) -> None:
        """Take these pairs from now on."""
        self.pairs = (i, j + self._offset)

    def coded(self, column: str) -> tuple[Ints, Ints, list[str]]:
        """Both sides of ``column`` as numbers, and the texts the numbers stand for."""
        if column not in self._coded:
            texts = self.both[column]
            known = texts.unique()
            places = pl.Series(range(len(known)), dtype=pl.Int64)
            numbers = texts.replace_strict(known, places, return_dtype=pl.Int64)
            self._coded[column] = (numbers.to_numpy().astype(np.int64), known.to_list())
        codes, words = self._coded[column]
        return codes[self.pairs[0]], codes[self.pairs[1]], words

    def sharing(self, column: str) -> Floats:
        """Rows that have what the side less shared has in ``column``, as a share of all rows."""
        one, other, _ = self.coded(column)
        counts = np.bincount(self._coded[column][0])
        shares: Floats = np.minimum(counts[one], counts[other]) / self.rows
        return shares

    def flag(self, column: str, side: int) -> Bools:
        values: Bools = self.both[column].to_numpy()[self.pairs[side]]
        return values


def _letters(texts: list[str], longest: int) -> NDArray[np.uint32]:
    """(text, longest) code points, 0 behind the end."""
    letters = np.array(texts, dtype=f"U{longest}").view(np.uint32)
    return letters.reshape(len(texts), longest)


def _pick(*rules: tuple[Any, int], default: int = 0) -> NDArray[np.int8]:
    found = np.select([where for where, _ in rules], [level for _, level in rules], default)
    return np.asarray(found, dtype=np.int8)


def one_slip(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> Bools:
    """Rows that differ by one character wrong, missing or too many, or two neighbours swapped.

    Args:
        one, other: (pair, length) code points, 0 behind the end.
    """
    width = one.shape[1]
    sizes = (one != 0).sum(axis=1), (other != 0).sum(axis=1)
    unequal = one != other
    wrong = unequal.sum(axis=1)
    first = np.argmax(unequal, axis=1)
    rows = np.arange(len(one))
    beside = np.minimum(first + 1, width - 1)
    swapped = (
        (wrong == 2)
        & (one[rows, first] == other[rows, beside])
        & (other[rows, first] == one[rows, beside])
    )
    same_size = sizes[0] == sizes[1]
    result: Bools = same_size & ((wrong == 1) | swapped)
    for long, short, apart in (
        (one, other, sizes[0] - sizes[1] == 1),
        (other, one, sizes[1] - sizes[0] == 1),
    ):
        # Behind the first difference the longer one goes on as the shorter one does, one later.
        at = np.arange(width - 1)
        tail = (long[:, 1:] == short[:, :-1]) | (at < first[:, None])
        result |= apart & tail.all(axis=1)
    return result


def _code(sides: _Sides) -> NDArray[np.int8]:
    one, other, known = sides.coded("code")
    empty = known.index("") if "" in known else -1
    said = (one != empty) & (other != empty)
    hold = sides.flag("holds", 0), sides.flag("holds", 1)
    slip = np.zeros(len(one), dtype=bool)
    near = np.flatnonzero(said & (one != other) & ~(hold[0] & hold[1]))
    if near.size:
        letters = _letters(known, 20)
        slip[near] = one_slip(letters[one[near]], letters[other[near]])
    return _pick(
        (~said, 0), (one == other, 1), (slip, 2), (hold[0] & hold[1], 4), default=3
    )  # fmt: skip


def _core(sides: _Sides) -> NDArray[np.int8]:
    one, other, known = sides.coded("core_key")
    letters = _letters(known, 12)
    size = (letters != 0).sum(axis=1)
    result = np.where((one == other) & (size[one] > 0), 1, 0).astype(np.int8)
    unlike = np.flatnonzero(one != other)
    a, b = letters[one[unlike]], letters[other[unlike]]
    shorter = np.minimum(size[one[unlike]], size[other[unlike]])
    slip = one_slip(a, b) & (shorter >= 2)
    head = ((a == b) | (a == 0) | (b == 0)).all(axis=1)
    contained = (head | _ends_alike(a, b)) & (shorter >= 2)
    result[unlike] = _pick((contained, 3), (slip, 2))
    return result


def _ends_alike(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> Bools:
    """Does one end with the other?"""
    width = a.shape[1]
    turned = []
    for letters in (a, b):
        size = (letters != 0).sum(axis=1)
        at = size[:, None] - 1 - np.arange(width)
        turned.append(np.where(at >= 0, np.take_along_axis(letters, np.maximum(at, 0), 1), 0))
    back, front = turned
    result: Bools = ((back == front) | (back == 0) | (front == 0)).all(axis=1)
    return result


def _industry(sides: _Sides) -> NDArray[np.int8]:
    one, other, known = sides.coded("industry")
    letters = _letters(known, 10)
    size = (letters != 0).sum(axis=1)
    said = (size[one] > 0) & (size[other] > 0)
    related = np.zeros(len(one), dtype=bool)
    unlike = np.flatnonzero(said & (one != other))
    if unlike.size:
        keys, back = np.unique(one[unlike] * len(known) + other[unlike], return_inverse=True)
        a, b = letters[keys // len(known)], letters[keys % len(known)]
        shared = ((a[:, :, None] == b[:, None, :]) & (a[:, :, None] != 0)).any(axis=2).sum(axis=1)
        least = np.minimum((a != 0).sum(axis=1), (b != 0).sum(axis=1))
        related[unlike] = (shared * 2 >= least)[back]
    return _pick((~said, 0), (one == other, 1), (related, 2), default=3)


def _trade(sides: _Sides) -> NDArray[np.int8]:
    """Is all between core and form the same, its general words too?"""
    one, other, known = sides.coded("trade")
    empty = known.index("") if "" in known else -1
    return _pick(((one == empty) | (other == empty), 0), (one == other, 1), default=2)


def _nested_codes(sides: _Sides, column: str) -> NDArray[np.int8]:
    """Same, one within the other, or apart. The country is said to be nothing.

    A city within its province may be left out of a name; a county within its city names another
    place, though it is not far.
    """
    one, other, known = sides.coded(column)
    stems = [code.rstrip("0") for code in known]
    letters = _letters([s + "0" * (len(s) % 2) for s in stems], 12)
    a, b = letters[one], letters[other]
    said = (a[:, 0] != 0) & (b[:, 0] != 0)
    nested = ((a == b) | (a == 0) | (b == 0)).all(axis=1)
    narrow = (a[:, 3] != 0) & (b[:, 3] != 0)
    return _pick((~said, 0), (one == other, 1), (nested & narrow, 3), (nested, 2), default=4)


def _steps(sides: _Sides, column: str, whole: int, part: int) -> NDArray[np.int8]:
    """Same to ``whole`` characters, same to ``part``, or different."""
    one, other, known = sides.coded(column)
    letters = _letters(known, 12)
    a, b = letters[one], letters[other]
    said = (a[:, 0] != 0) & (b[:, 0] != 0)
    same = (a[:, :whole] == b[:, :whole]).all(axis=1)
    near = (a[:, :part] == b[:, :part]).all(axis=1)
    return _pick((~said, 0), (same, 1), (near, 2), default=3)


def _form(sides: _Sides) -> NDArray[np.int8]:
    one, other, known = sides.coded("form_kind")
    empty = np.array([not kind for kind in known], dtype=bool)
    turns = np.array([kind in CONVERTIBLE for kind in known], dtype=bool)
    return _pick(
        (empty[one] | empty[other], 0), (one == other, 1), (turns[one] & turns[other], 2), default=3
    )


def _name(sides: _Sides) -> NDArray[np.int8]:
    """Are the whole names the same, wherever their areas stand?"""
    one, other, _ = sides.coded("whole_key")
    return np.asarray(one == other, dtype=np.int8)


def _branch(sides: _Sides) -> NDArray[np.int8]:
    one, other, _ = sides.coded("branch")
    return np.asarray(one != other, dtype=np.int8)


def _short(sides: _Sides) -> Bools:
    one, other, texts = sides.coded("core_key")
    sizes = np.array([len(text) for text in texts])
    result: Bools = np.minimum(sizes[one], sizes[other]) <= 2
    return result


def _bits(
    sides: _Sides,
    findings: dict[str, NDArray[np.int8]],
    short: Bools,
    telling: Bools,
    rules: IdentityRules,
) -> Floats:
    core, area, name_area = findings["core"], findings["area"], findings["name_area"]
    # Of the rows that share a core, at first sight any may be meant: the prior and the rarity of
    # the core make minus log2 of their number.
    shared = -np.log2(sides.sharing("core_key") * sides.rows)
    slip = np.where(short, rules.core.typo_short, rules.core.typo)
    bits = np.select(
        [core == CORE.index("same"), core == CORE.index("typo"), core == CORE.index("contained")],
        [shared, shared + slip, shared + rules.core.contained],
        rules.core.differs,
    )
    bits += np.where(telling, 0.0, rules.core.plain)
    least, most = rules.area.least, rules.area.most
    for found, column in ((area, "area_code"), (name_area, "area")):
        rarity = np.clip(-np.log2(sides.sharing(column)), least, most)
        bits += np.where(found == AREA.index("same"), rarity, 0.0)
    for feature in _WEIGHED:
        declared = getattr(rules, feature)
        weights = [getattr(declared, level, 0.0) for level in _LEVELS[feature]]
        bits += np.array(weights)[findings[feature]]
    return np.asarray(bits, dtype=np.float64)
