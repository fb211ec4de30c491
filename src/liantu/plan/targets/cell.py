"""One cell of an indicator table: a figure, a dash, a nature, a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from liantu.plan.package import Comparator, Nature
from liantu.plan.targets.lexicon import target_words
from liantu.quantity.comparator import aspires, compare, ends, with_aim
from liantu.quantity.numeral import parse_number
from liantu.quantity.unit import find_unit

_SIGN: dict[str, Comparator] = {
    "≥": ">=", "＞": ">", ">": ">", "≤": "<=", "＜": "<", "<": "<", "~": "~", "≈": "~",
    ">=": ">=", "<=": "<=", "⩾": ">=", "⩽": "<=",
}  # fmt: skip
_NUMBER = r"\d{1,15}(?:,\d{3}){0,5}(?:\.\d{1,9})?"
_FIGURE = re.compile(
    rf"(?P<open>[\[【〔(（]?)(?P<sign>[≥≤⩾⩽＞＜≈]|[<>]=?)?(?P<pre>\D{{0,4}}?)(?P<minus>-?)(?P<a>{_NUMBER})"
    rf"(?P<ua>%|‰)?(?:[-—–~至到](?P<b>{_NUMBER}))?(?P<rest>[^\d\[\]【】〔〕]{{0,12}}?)(?P<close>[\]】〕)）]?)(?P<mark>[*＊※#]*)"
)
_AIM = re.compile(r"(?:力争|争取)?(?:达到|达|提升至|提高到)?")
_DASH = re.compile(r"[-—–－─/／\\]+|无|暂无|/")
_NUMBERING = re.compile(r"[（(]?(?P<n>\d{1,3})[.、)）]?")


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure of a cell; ``unit`` is written in the cell itself, mostly empty."""

    low: float
    high: float | None
    comparator: Comparator
    unit: str
    starred: bool
    bracketed: bool

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        return ends(self.comparator, self.low, self.high)


@lru_cache(maxsize=4096)
def read_amount(text: str) -> Amount | None:
    """``7-9*``, ``[13.5]``, ``≥60``, ``6.5左右``, ``1.5万亿元``; None if it is no figure."""
    bare = re.sub(r"\s+", "", text)
    aims = _AIM.match(bare)
    found = _FIGURE.fullmatch(bare[aims.end() :] if aims else bare)
    if not found or (found["open"] == "") != (found["close"] == ""):
        return None
    low = parse_number(found["a"]) * (-1 if found["minus"] else 1)
    high = parse_number(found["b"]) if found["b"] else None
    rest = (found["ua"] or "") + found["rest"]
    unit_end = find_unit(rest, 0)
    said = compare(found["pre"], rest[unit_end:], ranged=high is not None)
    if said.before != len(found["pre"]) or unit_end + said.after != len(rest):
        return None
    if high is not None and high < low:
        return None
    comparator = _SIGN[found["sign"]] if found["sign"] else said.comparator
    if aims and aspires(aims[0]):
        comparator = with_aim(comparator)
    return Amount(
        low, high, comparator, rest[:unit_end], bool(found["mark"]),
        found["open"] in ("[", "【", "〔") and bool(found["open"]),
    )  # fmt: skip


def read_relative(text: str) -> tuple[Comparator, str] | None:
    """高于GDP增速: the comparison and the series compared with; None if the text is none."""
    for word, comparator in target_words().table.relative.items():
        if text.startswith(word) and len(text) > len(word) + 1 and not re.search(r"\d", text):
            return comparator, text[len(word) :]
    return None


def is_dash(text: str) -> bool:
    """An empty cell as plans print it: —, -, /, 无."""
    return _DASH.fullmatch(text) is not None


def read_nature(text: str) -> Nature | None:
    """预期性 or 约束性, however shortened; None if it is no nature."""
    return target_words().nature.get(text)


def read_numbering(text: str) -> str:
    """The plan's own number of a row (``12``), empty where the text is none."""
    found = _NUMBERING.fullmatch(text)
    return found["n"] if found else ""
