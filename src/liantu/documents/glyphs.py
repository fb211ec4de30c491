"""Which characters a font can show, read from its character map.

An archival PDF may not hold a character that its font cannot show. Rather than fail for one
rare character in a source's title, such a character is printed as 〓, as printers do.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

MISSING = "〓"
_UNICODE = 12
"""Format of the character map's table that covers all of Unicode (OpenType, cmap)."""


@cache
def characters(font: Path) -> frozenset[int]:
    """Code points that the OpenType file ``font`` has glyphs for."""
    content = font.read_bytes()
    table = _table(content, b"cmap")
    (count,) = struct.unpack_from(">H", content, table + 2)
    found: set[int] = set()
    for place in range(count):
        (offset,) = struct.unpack_from(">I", content, table + 4 + 8 * place + 4)
        start = table + offset
        if struct.unpack_from(">H", content, start)[0] == _UNICODE:
            (groups,) = struct.unpack_from(">I", content, start + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", content, start + 16 + 12 * group)
                found.update(range(first, last + 1))
    return frozenset(found)


def _table(content: bytes, tag: bytes) -> int:
    """Where a table of the font begins."""
    (count,) = struct.unpack_from(">H", content, 4)
    for place in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", content, 12 + 16 * place)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag.decode()}")


def showable(text: str, known: frozenset[int]) -> str:
    """``text`` with 〓 for what the font lacks, and without characters that show nothing."""
    if text.isascii() and text.isprintable():
        return text
    kept = (letter for letter in text if letter == "\n" or not _invisible(letter))
    return "".join(one if one == "\n" or ord(one) in known else MISSING for one in kept)


def _invisible(letter: str) -> bool:
    """Controls, and marks that only steer the layout, such as reversals of direction."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs")
