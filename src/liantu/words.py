"""Words of the screen in both languages, read from ``catalog/words/*.yaml``.

One flat table: ``page.key: {zh: …, en: …}``. A sentence names its figures in braces
(``{count}``). YAML rather than gettext, because it needs no compile step, shows both languages
side by side to the person who edits them, and an empty translation is an error, not a gap.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from liantu.declarations import CATALOG, Declared, declared, read_yaml
from liantu.errors import InvalidDeclaration

Language = Literal["zh", "en"]
FOLDER = CATALOG / "words"


class Entry(Declared):
    """One sentence or term, in both languages; neither may be empty."""

    zh: str
    en: str


class Words:
    """The whole table; asking for a key that is not there is an error naming it."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self.entries = entries

    def say(self, key: str, language: Language, **figures: object) -> str:
        """The sentence ``key`` with its figures filled in."""
        entry = self.entries.get(key)
        if entry is None:
            raise InvalidDeclaration(
                f"界面词条“{key}”不存在。请在 catalog/words 中补上中英文。",
                f"The words for {key!r} do not exist. Add both languages to catalog/words.",
            )
        text = entry.zh if language == "zh" else entry.en
        return text.format(**figures) if figures else text

    def known(self, key: str) -> bool:
        return key in self.entries


def read_words(folder: Path) -> Words:
    """Read every file of ``folder``; a key in two files is an error."""
    entries: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.yaml")):
        found = _read(path)
        twice = sorted(entries.keys() & found.keys())
        if twice:
            raise InvalidDeclaration(
                f"界面词条重复：{'、'.join(twice)}（{path.name}）。请删去其中一处。",
                f"Words written twice: {', '.join(twice)} ({path.name}). Delete one of each.",
            )
        entries.update(found)
    return Words(entries)


def _read(path: Path) -> dict[str, Entry]:
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise InvalidDeclaration(
            f"词条文件 {path.name} 应为“键: {{zh, en}}”的表。",
            f"The words file {path.name} must be a table of key: {{zh, en}}.",
        )
    entries = {
        str(key): declared(Entry, value, where=f"{path.name}: {key}") for key, value in data.items()
    }
    blank = sorted(key for key, entry in entries.items() if not (entry.zh and entry.en))
    if blank:
        raise InvalidDeclaration(
            f"词条缺译文：{'、'.join(blank)}（{path.name}）。请补全中英文。",
            f"Words without one language: {', '.join(blank)} ({path.name}). Fill in both.",
        )
    return entries


@cache
def words() -> Words:
    """The catalogue's table, read once."""
    return read_words(FOLDER)
