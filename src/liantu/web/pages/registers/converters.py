"""Parts of an address: the id of a declared table, the key of a record.

A key may hold anything (slashes, quotes, dots, percent signs, words of our own addresses).
Letters, digits and Chinese stay readable; every other character is written as its code between
tildes, so that each key has one address and no address two meanings.
"""

from __future__ import annotations

import re

from liantu.records.tables.declared import load_tables

RESERVED = frozenset({"new", "merge", "check", "code", "rows.csv", "rows.xlsx"})
"""Last parts of addresses of a register's own pages; a key spelt so is written in codes."""
_PLAIN = re.compile(r"[\w|:,()（）、，·-]")
_CODED = re.compile(r"~([0-9a-f]+)~")
_LAST = 0x10FFFF


class TableConverter:
    """Id of a declared table of one kind; other words are no match, and left to other pages."""

    regex = "[a-z][a-z0-9_]*"

    def to_python(self, value: str) -> str:
        """Django's hook."""
        if value not in load_tables():
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """Django's hook."""
        return value


class RegisterConverter(TableConverter):
    """Id of a declared register."""

    def to_python(self, value: str) -> str:
        """Django's hook."""
        found = load_tables().get(value)
        if found is None or found.kind != "register":
            raise ValueError(value)
        return value


class KeyConverter:
    """Key of a record."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """The key; only the one address that :meth:`to_url` writes is understood."""
        key = _CODED.sub(lambda found: _character(found[1]), value)
        if value in RESERVED or self.to_url(key) != value or "\x00" in key:
            raise ValueError(value)
        return key

    def to_url(self, value: str) -> str:
        """The key as one part of an address."""
        if value in RESERVED:
            return f"~{ord(value[0]):x}~" + value[1:]
        return "".join(c if _PLAIN.match(c) or _inner_dot(value, at) else f"~{ord(c):x}~"
                       for at, c in enumerate(value))  # fmt: skip


def _inner_dot(text: str, at: int) -> bool:
    """A dot between other characters; a leading one may be taken for a step upwards."""
    return text[at] == "." and 0 < at < len(text) - 1


def _character(code: str) -> str:
    number = int(code, 16) if len(code) <= len(f"{_LAST:x}") else _LAST + 1
    if number > _LAST:
        raise ValueError(code)
    return chr(number)
