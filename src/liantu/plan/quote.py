"""The plan's own words behind an item, where its source text is at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from liantu.errors import UsageError
from liantu.plan.compiler import source_sha256
from liantu.plan.layout import CleanText, clean
from liantu.plan.package import Item, PlanPackage


@dataclass(frozen=True)
class Quotation:
    """An item's evidence with its sentence around it, layout undone."""

    before: str
    words: str
    after: str

    @property
    def text(self) -> str:
        return self.before + self.words + self.after


class Quoter:
    """Quotes items of one package from the text the package was compiled from."""

    def __init__(self, package: PlanPackage, source: str) -> None:
        """Raise UsageError if ``source`` is not the text with the package's hash."""
        found = source_sha256(source)
        if found != package.meta.source_sha256:
            raise UsageError(
                f"手头的文本（SHA-256 {found[:12]}…）不是编译《{package.meta.title}》所用的文本"
                f"（{package.meta.source_sha256[:12]}…），位置对不上。请用原文本，或重新编译。",
                f"The text at hand (SHA-256 {found[:12]}…) is not the one that"
                f" “{package.meta.title}” was compiled from ({package.meta.source_sha256[:12]}…);"
                " offsets do not fit. Use that text, or compile again.",
            )
        self._clean = _cleaned(source)

    def quote(self, item: Item, *, context: bool = True) -> Quotation:
        """The words of ``item``, with the sentence they stand in unless ``context`` is off."""
        start, end = self._clean.from_source(item.start, item.end)
        text = self._clean.text
        if not context:
            return Quotation("", text[start:end], "")
        left = max(text.rfind(mark, 0, start) for mark in "。；！？\n") + 1
        stops = [at for mark in "。；！？\n" if (at := text.find(mark, max(start, end - 1))) >= 0]
        right = min(stops, default=len(text))
        right = right if right < len(text) and text[right] == "\n" else right + 1
        return Quotation(text[left:start], text[start:end], text[end : max(end, right)])

    def quotes(self, items: Iterable[Item]) -> dict[str, Quotation]:
        """Quotation of each item by its id."""
        return {item.id: self.quote(item) for item in items}


@lru_cache(maxsize=8)
def _cleaned(source: str) -> CleanText:
    return clean(source)
