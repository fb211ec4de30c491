"""Physical lines of a source text and what each looks like on its own.

A line is judged by its own characters only (does it open a heading, is it a row of a
table, does it end a sentence), never by place or width; that keeps cleaning repeatable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from liantu.plan.lexicon import outline_words
from liantu.quantity.unit import find_unit

CHINESE_DIGITS = "一二三四五六七八九十百零〇两"

_FOLD = {0xFF10 + i: chr(0x30 + i) for i in range(10)}
_FOLD |= {0xFF21 + i: chr(0x41 + i) for i in range(26)}
_FOLD |= {0xFF41 + i: chr(0x61 + i) for i in range(26)}
_FOLD |= {ord("％"): "%", ord("＋"): "+", ord("－"): "-", ord("＊"): "*", ord("～"): "~"}
_FOLD |= {ord("．"): ".", ord("＆"): "&", ord("／"): "/", ord("＜"): "<", ord("＞"): ">"}
_FOLD |= {ord("［"): "[", ord("］"): "]"}

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\x00"
_INVISIBLE = str.maketrans("", "", INVISIBLE)
_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_EDGE = re.compile(rf"[\s{INVISIBLE}]*")
_BLANKS = f" \t\u3000\xa0\u2002\u2003\u2009\u202f{INVISIBLE}"

TERMINAL = re.compile(r"[。！？!?；;：:…][”’）)》〉」』】]*$")
FULL_STOP = re.compile(r"[。！？!?][”’）)》〉」』】]*$")
PUNCTUATION = re.compile(r"[，。；！？、：,;]")
_NUMERIC_CELL = re.compile(
    r"[\[【〔]?[-—–－+]?[\d.,%‰~+*<>≥≤]*[-—–*]?[\d.,%‰*]*(?:年|左右|以上|以下|以内)?[\]】〕]?[*＊]*"
)

_DIGITS = rf"[{CHINESE_DIGITS}\d]"
_AFTER_MARK = r"(?=[\s：:、]|[^，。、的所和至及][^。；]{1,45}$)"
"""A title follows, whatever its commas; prose (第三章的…, 第二节所述…) does not."""
HEADING = {
    "part": re.compile(rf"第{_DIGITS}+(?:篇|编|部分){_AFTER_MARK}"),
    "chapter": re.compile(rf"第{_DIGITS}+章{_AFTER_MARK}"),
    "section": re.compile(rf"第{_DIGITS}+节{_AFTER_MARK}"),
    "han": re.compile(rf"[{CHINESE_DIGITS}]{{1,4}}、"),
    "han_round": re.compile(rf"[（(][{CHINESE_DIGITS}]{{1,4}}[)）]"),
    "arabic": re.compile(r"\d{1,2}\s?[.、](?!\s*\d+(?![\dA-Za-z]*[A-Za-z]))\s*(?=\S)"),
    "arabic_round": re.compile(r"[（(]\d{1,2}[)）]"),
    "circled": re.compile(r"[①-⑳]"),
}
"""Numbering styles from the outermost to the innermost."""

_DASHES = re.compile(r"(?:——|──|--)\s*(?=\S)")
_BULLET = re.compile(r"[●•◆■▲★▪◇□○]\s*(?=\S)|0[1-9]\s*(?=[\u4e00-\u9fff])")


def fold(text: str) -> str:
    """Full-width digits, Latin letters and signs as half-width, one character for one."""
    return text.translate(_FOLD)


def display_width(text: str) -> int:
    """Columns the text takes on a page: two for each Chinese character or mark."""
    return len(text) + (len(text.encode("utf-8", "surrogatepass")) - len(text)) // 2


@dataclass(frozen=True, slots=True)
class Line:
    """One non-blank physical line, stripped; offsets into the source."""

    start: int
    end: int
    text: str
    indent: int
    """Columns of blank before the text."""
    blanks: int
    """Blank lines before it."""
    new_page: bool
    """A form feed stands before it."""


def physical_lines(source: str) -> list[Line]:
    """Non-blank lines of ``source`` in order."""
    lines: list[Line] = []
    folded = fold(source)
    unseen = any(char in source for char in INVISIBLE)
    blanks, new_page, position = 0, False, 0
    while position <= len(source):
        found = _BREAK.search(source, position)
        end = found.start() if found else len(source)
        left = _EDGE.match(source, position, end)
        start = left.end() if left else position
        if start < end:
            text = folded[start:end].rstrip(_BLANKS)
            stop = start + len(text)
            text = text.translate(_INVISIBLE) if unseen else text
            indent = display_width(source[position:start].replace("\t", "    "))
            lines.append(Line(start, stop, text, indent, blanks, new_page))
            blanks, new_page = 0, False
        else:
            blanks += 1
        if not found:
            break
        new_page = new_page or found.group() == "\x0c"
        position = found.end()
    return lines


@cache
def _caption() -> re.Pattern[str]:
    words = outline_words()
    box = "|".join(words.box)
    caption = "|".join(words.caption)
    number = rf"\s*(?:\d{{1,3}}(?:[-.]\d{{1,2}})?|[{CHINESE_DIGITS}]{{1,3}})\s*[】\]]?"
    return re.compile(
        rf"[【\[]?(?:(?P<box>{box}){number}|(?P<table>{caption}){number})(?=\s|[：:]|[“《]|[^\s\d，。、；)）中所列示的和至]|$)"
    )


def heading_style(text: str) -> str:
    """Which numbering opens the line, ``box``, ``table``, ``entry``, ``bullet`` or empty."""
    first = text[:1]
    if _BULLET.match(text):
        return "bullet"
    if first == "第" or first in CHINESE_DIGITS or first in "（(①②③④⑤⑥⑦⑧⑨⑩" or first.isdigit():
        for style, pattern in HEADING.items():
            if pattern.match(text):
                return style
        return ""
    if _DASHES.match(text):
        return "entry"
    caption = _caption().match(text)
    if caption:
        return "box" if caption.group("box") else "table"
    return ""


def is_table_row(text: str) -> bool:
    """Cells side by side: a tab, or a figure standing alone among at least three tokens."""
    if "\t" in text or "|" in text:
        return True
    if heading_style(text) in ("box", "table", "entry", "bullet"):
        return False
    bare = re.sub(r"^其中[：:]|[（(][^（）()]*[)）]", "", text)
    if PUNCTUATION.search(bare):
        return False
    tokens = text.split()
    if len(tokens) < 3:
        return False
    numeric = [bool(_NUMERIC_CELL.fullmatch(token)) for token in tokens]
    for i in range(1, len(tokens) - 1):
        unitless = numeric[i] and tokens[i][-1].isdigit()
        if unitless and not numeric[i + 1] and find_unit(tokens[i + 1], 0):
            # 达到 70 户, 较 2020 年提升: a sentence whose numbers were set apart; the head of
            # a table (2025年 年均增速) has its unit already.
            return False
    last = tokens[-1] in outline_words().row_end
    short_end = numeric[-2] and len(tokens[-1]) <= 6
    return any(numeric) and (sum(numeric) >= 2 or numeric[-1] or short_end or last)


def is_unfinished_prose(text: str) -> bool:
    """Running text that stops in mid-sentence: punctuated inside, no stop at its end."""
    return bool(PUNCTUATION.search(text)) and not ends_here(text)


def ends_here(text: str) -> bool:
    """A stop at the end, or a remark that stands wholly in brackets."""
    bracketed = text[:1] in "（(" and text[-1:] in "）)" and len(re.findall("[（(]", text)) == 1
    return bracketed or bool(TERMINAL.search(text))


def is_cell(text: str) -> bool:
    """Short unpunctuated text that opens nothing: what a cell of a table looks like."""
    return (
        display_width(text) <= 40
        and not PUNCTUATION.search(text)
        and (not heading_style(text) or is_table_row(text))
    )
