"""Prints a text the way a page does: lines broken at a width, page numbers, running headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count

_HELD = "，。；：！？、”）》%"
"""Punctuation that no line begins with; it is squeezed into the line before."""


@dataclass(frozen=True)
class Press:
    """How a text is printed."""

    width: int = 27
    """Chinese characters in a line."""
    lines_a_page: int = 22
    number: str = "- {} -"
    """Page number, empty for none."""
    header: str = ""
    indent: str = "　　"
    blank_lines: int = 0
    """Blank lines between any two lines."""
    line_end: str = "\n"
    first_page: int = 1


def columns(text: str) -> int:
    return sum(2 if char > "\u2e7f" else 1 for char in text)


def broken(paragraph: str, press: Press) -> list[str]:
    """The paragraph's lines; words of Latin letters and digits stay whole."""
    lines = [press.indent]
    room = 2 * press.width
    for word in re.findall(r"[A-Za-z0-9.&+%]+|.", paragraph):
        if columns(lines[-1]) + columns(word) > room and word not in _HELD:
            lines.append("")
        lines[-1] += word
    return lines


def printed(text: str, press: Press) -> str:
    """``text``, one paragraph a line, as it comes out of a printed document."""
    lines: list[str] = []
    on_page = 0
    numbers = count(press.first_page)
    for paragraph in text.split("\n"):
        for line in broken(paragraph, press) if "\t" not in paragraph else [paragraph]:
            if on_page == press.lines_a_page:
                lines += [press.number.format(next(numbers))] if press.number else []
                lines += [press.header] if press.header else []
                on_page = 0
            lines.append(line)
            on_page += 1
    separator = press.line_end * (1 + press.blank_lines)
    return separator.join(lines) + press.line_end
