"""Segments of a field: headings inside one entry of a box."""

from __future__ import annotations

import re
from functools import cache

from liantu.plan.lexicon import alternatives, industry_words
from liantu.plan.phrases import Phrase

_IN_DOMAIN = re.compile(
    r"(?P<lead>^|[。；\n，]|，(?:重点)?在|[。；](?:重点)?(?:在|围绕|面向))(?P<name>[^，。；：、\n“”]{2,14}?)(?:领域|方面|环节|方向)，"
)
_HEADLINE = re.compile(
    r"(?:^|(?<=[。\n]))(?P<name>[^，。；：\n]{2,16})。(?=以|重点|聚焦|围绕|大力|加快|依托|推动|发展)"
)
_PREPOSITION = re.compile(r"^(?:重点)?(?:在|围绕|面向|针对)")


@cache
def _not_segment() -> re.Pattern[str]:
    words = industry_words()
    return re.compile(
        rf"(?:{alternatives(words.not_segments)})$|[一二三四五六七八九十两\d]+大$|^(?:等|其他|多|各|该|本)"
        rf"|^(?:{alternatives(words.develop)})"
    )


def segments(body: Phrase) -> list[tuple[Phrase, int, int]]:
    """(name, begin, end) of each segment; clean offsets, each ends where the next begins."""
    names = [_phrase(body, m) for m in _HEADLINE.finditer(body.text)] or [
        _phrase(body, m) for m in _IN_DOMAIN.finditer(body.text)
    ]
    kept = [name for name in names if len(name.text) >= 2 and not _not_segment().search(name.text)]
    ends = [*(name.start for name in kept[1:]), body.end][: len(kept)]
    return [(name, name.start, end) for name, end in zip(kept, ends, strict=True)]


def _phrase(body: Phrase, match: re.Match[str]) -> Phrase:
    name = body.cut(match.start("name"), match.end("name"))
    preposition = _PREPOSITION.match(name.text)
    return name.cut(preposition.end()) if preposition else name
