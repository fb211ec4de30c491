"""Unified social credit codes (统一社会信用代码, GB 32100): check, normalise, suggest.

A code has 18 characters out of 31: registering authority, kind of unit, six digits of the
registering area, nine characters of organisation code (GB 11714, the ninth its own check
character) and a check character over all. :func:`check` judges one code and says why;
:func:`valid` judges a column at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import Message

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a code in order of their value (GB 32100, table 2)."""
LENGTH = 18

_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_VALUE = {char: value for value, char in enumerate(ALPHABET)}

State = Literal["valid", "doubtful", "invalid"]


class Authority(Declared):
    """A registering authority and the second characters it gives."""

    zh: str
    kinds: str


class CreditCodeRules(Declared):
    """``catalog/rules/credit_code.yaml``."""

    source: Source
    authorities: dict[str, Authority]
    never: dict[str, str]
    confused: tuple[str, ...]


@cache
def credit_code_rules() -> CreditCodeRules:
    """Characters in use, and characters taken for one another."""
    return read_declared(CreditCodeRules, CATALOG / "rules" / "credit_code.yaml")


@dataclass(frozen=True)
class Verdict:
    """What is thought of one code."""

    written: str
    code: str
    """Normalised: half-width capitals without blanks and hyphens."""
    state: State
    """``doubtful``: both check characters agree with nothing else to hold against it but an
    unknown authority; or the check character of the whole holds and the organisation's does not."""
    reason: Message | None = None
    suggestion: str = ""
    """The one code that a usual slip leads to; empty where none or several do."""

    @property
    def ok(self) -> bool:
        """May the code be taken as a key? True unless it is invalid."""
        return self.state != "invalid"


def normalise(code: str) -> str:
    """Half-width capitals, without blanks, hyphens and a leading apostrophe of spreadsheets."""
    folded = unicodedata.normalize("NFKC", code).upper()
    return "".join(char for char in folded if not char.isspace() and char not in "-_'`‘’·.")


def check_character(first: str) -> str:
    """The 18th character to 17 given ones (GB 32100: weights 3^i mod 31)."""
    total = sum(_VALUE[char] * weight for char, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check_character(first: str) -> str:
    """The ninth character to eight of an organisation code (GB 11714: modulo 11, ten is X)."""
    digits = (int(char, 36) for char in first)
    total = sum(d * w for d, w in zip(digits, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def check(code: str) -> Verdict:
    """Judge one code; an invalid one comes with the reason and, if unique, what was meant."""
    clean = normalise(code)
    reason = _ill_formed(code, clean)
    if reason is None and not _whole_holds(clean):
        expected = check_character(clean[:17])
        reason = Message(
            f"“{clean}”的校验码不符：末位是{clean[17]}，按前17位应为{expected}。请核对有无错位或错字。",
            f"The check character of {clean} does not hold: found {clean[17]}, the first 17"
            f" call for {expected}. Look for a wrong or swapped character.",
        )
    if reason is not None:
        return Verdict(code, clean, "invalid", reason, suggest(clean))
    doubt = _doubt(clean)
    return Verdict(code, clean, "doubtful" if doubt else "valid", doubt)


def _ill_formed(written: str, clean: str) -> Message | None:
    if not clean:
        return Message("信用代码为空。", "The credit code is empty.")
    if _looks_scientific(written):
        return Message(
            f"“{written}”是被表格软件转成科学计数的代码，末尾各位已丢失。请把该列设为文本后重新导出。",
            f"{written!r} is a code that a spreadsheet turned into a number; its last digits are"
            " lost. Format the column as text and export again.",
        )
    if len(clean) != LENGTH:
        return _wrong_length(clean)
    foreign = [(at, char) for at, char in enumerate(clean, 1) if char not in _VALUE]
    if foreign:
        zh = "、".join(f"第{at}位{char}" for at, char in foreign)
        en = ", ".join(f"{char} at {at}" for at, char in foreign)
        return Message(
            f"“{clean}”含信用代码不使用的字符：{zh}（不用 I、O、S、V、Z）。请核对原件。",
            f"{clean} holds characters no credit code uses: {en} (I, O, S, V, Z never occur)."
            " Compare with the original.",
        )
    if not clean[2:8].isdigit():
        return Message(
            f"“{clean}”第3至8位应为登记机关行政区划码（数字），实际是{clean[2:8]}。请核对。",
            f"Characters 3 to 8 of {clean} must be digits of an area, found {clean[2:8]}.",
        )
    return None


def _looks_scientific(written: str) -> bool:
    head, mark, tail = unicodedata.normalize("NFKC", written).strip().upper().partition("E+")
    return bool(mark) and tail.isdigit() and head.replace(".", "").isdigit()


def _wrong_length(clean: str) -> Message:
    known = {15: ("旧营业执照注册号", "an old registration number"),
             9: ("组织机构代码", "an organisation code")}  # fmt: skip
    zh, en = known.get(len(clean), ("", ""))
    return Message(
        f"“{clean}”有{len(clean)}位，应为18位" + (f"，可能是{zh}" if zh else "") + "。请补全。",
        f"{clean} has {len(clean)} characters, must have 18"
        + (f"; it may be {en}" if en else "")
        + ". Complete it.",
    )


def _whole_holds(clean: str) -> bool:
    return clean[17] == check_character(clean[:17])


def _organisation_holds(clean: str) -> bool:
    return clean[16] == organisation_check_character(clean[8:16])


def _doubt(clean: str) -> Message | None:
    if not _organisation_holds(clean):
        return Message(
            f"“{clean}”总校验码相符，但第9至17位组织机构代码的校验码不符。请核对原件。",
            f"The whole of {clean} holds, but not the check character of its organisation code"
            " (characters 9 to 17). Compare with the original.",
        )
    authority = credit_code_rules().authorities.get(clean[0])
    if authority is None or clean[1] not in authority.kinds:
        return Message(
            f"“{clean}”校验码相符，但前两位“{clean[:2]}”不是登记在册的登记部门与机构类别。请核对。",
            f"{clean} holds, but {clean[:2]!r} is no known registering authority and kind.",
        )
    return None


def suggest(clean: str) -> str:
    """The only code one usual slip away that holds in all respects; empty if none or several.

    Letters no code uses are first read as what they stand for; then one character confused
    with another, then two neighbours swapped.
    """
    if len(clean) != LENGTH:
        return ""
    never = credit_code_rules().never
    read = "".join(never.get(char, char) for char in clean)
    if read != clean and _flawless(read):
        return read
    found = {candidate for candidate in _slips(read) if _flawless(candidate)}
    return found.pop() if len(found) == 1 else ""


def _flawless(code: str) -> bool:
    return (
        all(char in _VALUE for char in code)
        and code[2:8].isdigit()
        and _whole_holds(code)
        and _doubt(code) is None
    )


def _slips(code: str) -> Iterator[str]:
    for pair in credit_code_rules().confused:
        for one, other in ((pair[0], pair[1]), (pair[1], pair[0])):
            for at, char in enumerate(code):
                if char == one:
                    yield code[:at] + other + code[at + 1 :]
    for at in range(LENGTH - 1):
        if code[at] != code[at + 1]:
            yield code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def normalised(codes: pl.Series) -> pl.Series:
    """A column of codes as :func:`normalise` writes them; empty ones come back null."""
    plain = codes.cast(pl.String).str.to_uppercase()
    odd = plain.str.contains(r"[^0-9A-Z]").fill_null(False)
    if odd.any():  # most files hold clean codes: only the others go through Python
        mended = np.array(plain.to_list(), dtype=object)
        rows = np.flatnonzero(odd.to_numpy())
        mended[rows] = [normalise(text) for text in mended[rows]]
        plain = pl.Series(codes.name, mended.tolist(), dtype=pl.String)
    return plain.set(plain == "", None).alias(codes.name)


def valid(codes: pl.Series) -> pl.Series:
    """Does each code hold (18 known characters, digits of an area, check character)?

    Args:
        codes: (row,) text, as written.
    Returns:
        (row,) boolean; null where there is no code.
    """
    return _judged(codes, organisation=False)


def flawless(codes: pl.Series) -> pl.Series:
    """As :func:`valid`, with the check character of the organisation code as well."""
    return _judged(codes, organisation=True)


def _judged(codes: pl.Series, *, organisation: bool) -> pl.Series:
    clean = normalised(codes)
    sound = (clean.str.len_bytes() == LENGTH).fill_null(False)
    result = np.zeros(len(codes), dtype=bool)
    rows = np.flatnonzero(sound.to_numpy())
    if rows.size:
        letters = np.frombuffer("".join(clean.filter(sound)).encode(), dtype=np.uint8)
        result[rows] = _hold(letters.reshape(-1, LENGTH), organisation=organisation)
    return pl.Series(codes.name, result).set(clean.is_null(), None)


def _hold(letters: NDArray[np.uint8], *, organisation: bool) -> NDArray[np.bool_]:
    values = _value_table()[letters]
    known = (values >= 0).all(axis=1) & (values[:, 2:8] < 10).all(axis=1)
    total = values[:, :17] @ np.array(_WEIGHTS, dtype=np.int32)
    holds: NDArray[np.bool_] = known & (-total % 31 == values[:, 17])
    if organisation:
        digits = _base36_table()[letters[:, 8:16]]
        expected = -(digits @ np.array(_ORGANISATION_WEIGHTS, dtype=np.int32)) % 11
        found = np.where(letters[:, 16] == ord("X"), 10, _base36_table()[letters[:, 16]])
        holds &= expected == found
    return holds


@cache
def _value_table() -> NDArray[np.int32]:
    table = np.full(256, -1, dtype=np.int32)
    for char, value in _VALUE.items():
        table[ord(char)] = value
    return table


@cache
def _base36_table() -> NDArray[np.int32]:
    table = np.full(256, -1, dtype=np.int32)
    for char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table[ord(char)] = int(char, 36)
    return table
