"""Products and technologies that a sentence lists as what is to be developed."""

from __future__ import annotations

import re
from functools import cache

from liantu.plan.lexicon import alternatives, industry_words
from liantu.plan.phrases import Phrase, clauses, listed, without_heads

_LONGEST = 16
_ETC = re.compile(r"等(?!离子)")
_FRAME = re.compile(r"^(?:以|在|对|为|将|从|向|由|并|把|通过|围绕|依托|面向|针对|力争)")
_BAD = re.compile(
    r"[“”\"《》。；，：]|^(?:与|和|的|及|以|在|对|为|将|从|向|由|并|其)|\d+(?:\.\d+)?(?:亿|万|家|户|个|%)"
)


@cache
def _lead() -> re.Pattern[str]:
    words = industry_words()
    return re.compile(
        rf"^(?:{alternatives(words.adverbs)})*(?P<verb>{alternatives(words.develop)})(?P<list>.+)$"
    )


@cache
def _framed() -> re.Pattern[str]:
    return re.compile(
        r"^以(?P<list>.+?)(?:等)?(?:应用领域|领域|产品|生活消费品)?(?:等)?为(?:重点|主|核心)"
    )


@cache
def _absorbs() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(industry_words().absorbers)})$")


@cache
def _reject() -> re.Pattern[str]:
    words = industry_words()
    return re.compile(alternatives(words.not_products))


def name_of(title: Phrase) -> Phrase:
    """An industry's name without the verb its heading begins with (做强电子信息产业)."""
    return without_heads(title, industry_words().title_verbs, times=2)


def products(sentence: Phrase) -> list[Phrase]:
    """Names listed after a verb of development, or between 以 and 为重点."""
    found: list[Phrase] = []
    running = False
    for clause in clauses(sentence):
        match, framed = _lead().match(clause.text), _framed().match(clause.text)
        if framed:
            found += _names(clause.cut(framed.start("list"), framed.end("list")), single=False)
            running = False
            continue
        if match:
            body = clause.cut(match.start("list"), match.end("list"))
            single = match.group("verb") not in industry_words().weak
        elif running and "、" in clause.text and not _FRAME.match(clause.text):
            body, single = clause, False
        else:
            running = False
            continue
        names = _names(body, single=single)
        running = len(names) > 1 and not _ETC.search(body.text)
        found += names
    return found


def _names(body: Phrase, *, single: bool) -> list[Phrase]:
    stop = _ETC.search(body.text)
    body = body.cut(0, stop.start()) if stop else body
    items = listed(body, last="以及|及|和")
    if not stop and items and _absorbs().search(items[-1].text):
        return []
    if len(items) > 1 and (len(items[0].text) > 2 * _LONGEST or _FRAME.match(items[0].text)):
        return []
    if len(items) < 2 and not single:
        return []
    return [item for item in map(_trimmed, items) if _is_product(item.text)]


def _trimmed(item: Phrase) -> Phrase:
    words = industry_words()
    item = without_heads(item, (*words.develop, *words.name_heads))
    possessive = re.match(r"^.{0,12}(?:的)(?=.{2,})", item.text)
    return item.cut(possessive.end()) if possessive else item


def _is_product(name: str) -> bool:
    words = industry_words()
    if not 2 <= len(name) <= _LONGEST or _BAD.search(name) or name in words.generic:
        return False
    return not _reject().search(name) and not name.endswith(words.bare_words)
