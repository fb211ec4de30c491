"""Page furniture: page numbers, running headers and tables of contents, found to be removed."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from liantu.plan.lexicon import outline_words
from liantu.plan.lines import PUNCTUATION, TERMINAL, Line, heading_style, is_cell, is_table_row

_SURE_NUMBER = re.compile(
    r"[-—–─－·•]+\s*\d{1,4}\s*[-—–─－·•]+"
    r"|第\s*\d{1,4}\s*页(?:\s*[,，/、]?\s*共\s*\d{1,4}\s*页)?|共\s*\d{1,4}\s*页"
    r"|[Pp]age\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_BARE_NUMBER = re.compile(r"\d{1,3}(?:\s*/\s*\d{1,3})?")
_LEADER = re.compile(
    r"(?:\.{4,}|…{2,}|·{4,}|．{3,}|(?:\.\s){3,}\.?|-{5,}|_{4,})\s*[-—]?\s*\d{0,4}\s*[-—]?$"
)
_TRAILING_PAGE = re.compile(r"[\s.…·]*\d{1,4}$")
_SPARSE = 200
"""Page numbers stand at least this many characters apart; row numbers stand closer."""
_HEADER_LINES = 8
"""Lines that a page has at least, between two occurrences of its running header."""


_LONGEST_PAGE = 90
"""Lines that a page holds at most; what returns more rarely is the plan repeating itself."""


def without_furniture(lines: list[Line]) -> list[Line]:
    """The lines that carry the plan's own words."""
    sure = {i for i, line in enumerate(lines) if _SURE_NUMBER.fullmatch(line.text)}
    bare = [i for i, line in enumerate(lines) if _BARE_NUMBER.fullmatch(line.text)]
    headers = _running_headers(lines, sure, set(bare))
    numbers = sure | _bare_page_numbers(lines, bare, sure | headers)
    gone = numbers | headers
    kept = [line for i, line in enumerate(lines) if i not in gone]
    contents = _contents(kept)
    return [line for i, line in enumerate(kept) if i not in contents]


def _bare_page_numbers(lines: list[Line], bare: list[int], furniture: set[int]) -> set[int]:
    """Numbers alone on a line that count pages and not rows of a table."""
    numbers = _rising_far_apart(lines, bare)
    skip = furniture | set(bare)
    for i in bare:
        before = next((lines[j].text for j in range(i - 1, -1, -1) if j not in skip), "")
        after = next((lines[j].text for j in range(i + 1, len(lines)) if j not in skip), "")
        beside_header = i - 1 in furniture or i + 1 in furniture
        beside_cell = any(t and (is_cell(t) or is_table_row(t)) for t in (before, after))
        if beside_header or not beside_cell:
            numbers.add(i)
    return numbers


def _rising_far_apart(lines: list[Line], bare: list[int]) -> set[int]:
    """Bare numbers that go up by one from page to page."""
    paged: set[int] = set()
    for left, right in pairwise(bare):
        step = int(lines[right].text.split("/")[0]) - int(lines[left].text.split("/")[0])
        if step == 1 and lines[right].start - lines[left].end >= _SPARSE:
            paged |= {left, right}
    return paged


def _running_headers(lines: list[Line], sure: set[int], bare: set[int]) -> set[int]:
    """Lines that return on page after page: beside a page's end, or cutting a sentence."""
    numbers = sure | bare
    places: dict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if i not in numbers and len(line.text) >= 4 and not TERMINAL.search(line.text):
            places[re.sub(r"\s+", "", line.text)].append(i)
    found: set[int] = set()
    for text, where in places.items():
        if len(where) < 2 or PUNCTUATION.search(text[-1:]):
            continue
        gaps = [right - left for left, right in pairwise(where)]
        apart = min(gaps)
        if sorted(gaps)[len(gaps) // 2] > _LONGEST_PAGE:
            continue
        periodic = max(gaps) <= 1.2 * apart + 2
        steady = max(gaps) <= 3 * apart
        at_edge = sum(1 for i in where if _at_page_edge(lines, numbers, i))
        cutting = sum(1 for i in where if i and _cuts_sentence(lines, i))
        twice = len(where) == 2
        if twice and (_is_heading(text) or apart < _HEADER_LINES or (at_edge < 2 and not cutting)):
            continue
        long = len(text) >= 6 and apart >= _HEADER_LINES
        at_sure_edge = sum(1 for i in where if _at_page_edge(lines, sure, i))
        between_pages = at_sure_edge >= 2 and 3 * at_sure_edge >= 2 * len(where) and apart >= 3
        returning = periodic or (steady and 3 * (at_edge + cutting) >= len(where))
        if between_pages or (long and returning):
            found |= set(where)
    return found


def _is_heading(text: str) -> bool:
    return heading_style(text) != ""


def _at_page_edge(lines: list[Line], numbers: set[int], i: int) -> bool:
    following = i + 1 < len(lines) and (i + 1 in numbers or lines[i + 1].new_page)
    return lines[i].new_page or i - 1 in numbers or following


def _cuts_sentence(lines: list[Line], i: int) -> bool:
    before = lines[i - 1].text
    return bool(PUNCTUATION.search(before)) and not TERMINAL.search(before)


def _contents(lines: list[Line]) -> set[int]:
    """Lines of a table of contents, its heading included."""
    words = outline_words().contents
    found = {i for i, line in enumerate(lines) if _LEADER.search(line.text)}
    for i, line in enumerate(lines):
        if re.sub(r"\s+", "", line.text) in words:
            found.add(i)
            found |= _contents_after(lines, i + 1, found)
    return found | _between(found, lines)


def _contents_after(lines: list[Line], start: int, leaders: set[int]) -> set[int]:
    """The run of headings after 目录 each of which comes again further on."""
    later: dict[str, int] = {}
    for i in range(start, len(lines)):
        later[_key(lines[i].text)] = i
    run: set[int] = set()
    for i in range(start, len(lines)):
        key = _key(lines[i].text)
        wrapped = i + 1 in leaders and heading_style(lines[i].text) != ""
        if i in leaders or wrapped or (later.get(key, i) > i and not TERMINAL.search(key)):
            run.add(i)
        else:
            break
    return run


def _between(found: set[int], lines: list[Line]) -> set[int]:
    """Wrapped halves of entries: short unpunctuated lines enclosed by lines of contents."""
    return {
        i
        for i in range(1, len(lines) - 1)
        if i not in found
        and i + 1 in found
        and (i - 1 in found or heading_style(lines[i].text))
        and _LEADER.search(lines[i + 1].text)
        and not TERMINAL.search(lines[i].text)
    }


def _key(text: str) -> str:
    return re.sub(r"\s+", "", _TRAILING_PAGE.sub("", _LEADER.sub("", text)))
