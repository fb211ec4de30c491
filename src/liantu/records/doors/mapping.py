"""Which header of a file means which column: found by aliases, corrected by people, kept.

A mapping belongs to a source (an office's export), is saved as JSON and used again for the
next file of that source.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from liantu.errors import UnreadableInput


@dataclass(frozen=True)
class Match:
    """One header of a file. ``column`` empty: left aside. ``unit`` of its figures."""

    header: str
    column: str
    unit: str | None = None
    how: str = ""
    """``name``, ``alias``, ``mapping``, ``unknown``, ``other``, ``rival`` or ``own``."""


@dataclass(frozen=True)
class Mapping:
    """Headers of one source for one table; ``fill`` gives columns the files do not have."""

    table: str
    matches: tuple[Match, ...]
    source: str = ""
    fill: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that come from the file or are filled, in order of the file."""
        given = [match.column for match in self.matches if match.column]
        return tuple(dict.fromkeys([*given, *self.fill]))

    def to_json(self) -> str:
        """Text to keep; :meth:`from_json` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        """Read a kept mapping.

        Raises:
            UnreadableInput: not what :meth:`to_json` writes.
        """
        try:
            data: dict[str, Any] = json.loads(text)
            matches = tuple(Match(**match) for match in data.pop("matches"))
            return cls(matches=matches, **data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnreadableInput(
                f"列对应关系不可读（{error}）。应为导入时保存的 JSON。请重新匹配列后保存。",
                f"The mapping of columns cannot be read ({error}). Expected the JSON kept at an"
                " import. Match the columns anew and keep them.",
            ) from error


def save_mapping(mapping: Mapping, path: Path) -> None:
    """Keep a mapping beside the files of its source."""
    path.write_text(mapping.to_json(), encoding="utf-8")


def load_mapping(path: Path) -> Mapping:
    """Read what :func:`save_mapping` kept."""
    return Mapping.from_json(path.read_text(encoding="utf-8"))
