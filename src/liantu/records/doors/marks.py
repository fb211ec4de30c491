"""Characters that nobody sees, which make two codes of one or turn what is read around."""

from __future__ import annotations

CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
"""Control characters but tab and line breaks."""
TURNED = "[\u202a-\u202e\u2066-\u2069]"
"""Marks that turn the direction of text: what is read is not what stands there."""
HIDDEN = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
"""Zero-width marks, marks of direction, soft hyphens, choices of glyphs."""
