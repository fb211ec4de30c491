"""Characters that nobody sees, and the mark before a text that a spreadsheet could run.

Unseen ones make two codes of one, or turn what is read around.
"""

from __future__ import annotations

import re

_STARTS = "['=+\\-@\\t\\r\\n＝＋－＠]"
STARTS = f"^{_STARTS}"
"""Text that could run as a formula, or that bears the mark by itself."""
NEUTRAL = f"^'({_STARTS})"
"""Such a text behind its mark."""

CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
"""Control characters but tab and line breaks."""
TURNED = "[\u202a-\u202e\u2066-\u2069]"
"""Marks that turn the direction of text: what is read is not what stands there."""
HIDDEN = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
"""Zero-width marks, marks of direction, soft hyphens, choices of glyphs."""


def marked(header: str) -> str:
    """A header with the mark before it where a spreadsheet could run it."""
    return f"'{header}" if re.match(STARTS, header) else header


def unmarked(header: str) -> str:
    """A header without the mark that :func:`marked` sets."""
    return header[1:] if re.match(NEUTRAL, header) else header
