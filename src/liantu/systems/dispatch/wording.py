"""The words of the papers, read from the catalogue, and figures set into them.

A sentence of ``catalog/documents/*.yaml`` names its figures in braces. Filling one gives runs
of text that remember where each part came from: the sentence's own words come from nowhere but
the catalogue, each figure from a record of the edition.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from string import Formatter

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import InvalidDeclaration
from liantu.systems.dispatch.edition import Figure
from liantu.systems.dispatch.paper import Run, Text

FOLDER = CATALOG / "documents"


class Sentences(Declared):
    """One file of sentences and terms."""

    id: str
    source: Source
    words: dict[str, str]


@cache
def sentences(name: str) -> Sentences:
    """The sentences of one paper, as shipped."""
    return read_declared(Sentences, FOLDER / f"{name}.yaml")


class Wording:
    """Fills sentences of one paper, falling back to those that all papers share."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._words = {**sentences("common").words, **sentences(name).words}

    def word(self, key: str) -> str:
        """A term or heading that holds no figure."""
        found = self._words.get(key)
        if found is None:
            raise InvalidDeclaration(
                f"文件用语“{key}”不存在（{self.name}.yaml、common.yaml）。请补上该条。",
                f"The sentence {key!r} is in neither {self.name}.yaml nor common.yaml. Add it.",
            )
        return found

    def say(self, key: str, **parts: Part) -> Text:
        """The sentence ``key`` with its braces filled.

        A plain ``str`` may only be words; whatever holds a figure is a :class:`Figure` or text
        already made of runs, so that nothing on paper lacks an origin.
        """
        filled: list[Run] = []
        for literal, name, _, _ in Formatter().parse(self.word(key)):
            if literal:
                filled.append(Run(text=literal))
            if name is not None:
                filled.extend(runs(self._part(key, name, parts)))
        return tuple(filled)

    def _part(self, key: str, name: str, parts: dict[str, Part]) -> Part:
        if name not in parts:
            raise InvalidDeclaration(
                f"文件用语“{key}”中的 {{{name}}} 没有对应的数字，"
                f"可用的为：{'、'.join(sorted(parts)) or '无'}。",
                f"The sentence {key!r} asks for {{{name}}}, which it is not given;"
                f" it may use: {', '.join(sorted(parts)) or 'none'}.",
            )
        return parts[name]


Part = str | Figure | Run | Text


def runs(part: Part) -> Text:
    """Anything that may stand in a sentence, as runs."""
    if isinstance(part, str):
        return (Run(text=part),)
    if isinstance(part, Figure):
        return (Run(text=part.text, origin=part.id),)
    if isinstance(part, Run):
        return (part,)
    return part


def joined(parts: Iterable[Part], mark: str) -> Text:
    """Parts with ``mark`` between them."""
    result: list[Run] = []
    for part in parts:
        if result:
            result.append(Run(text=mark))
        result.extend(runs(part))
    return tuple(result)


def plus(*parts: Part) -> Text:
    """Parts one after another."""
    return tuple(run for part in parts for run in runs(part))
