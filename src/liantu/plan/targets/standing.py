"""Does a figure stand as a quantified statement, or is it a name's part, a rule, a rank?"""

from __future__ import annotations

import re

from liantu.plan.targets.lexicon import holds, target_words
from liantu.plan.targets.sentence import Phrase, Sentence
from liantu.quantity.unit import PLAIN, TIME

_DEED = re.compile(r"实现|完成|达到|开展|建立|应用|接入|上云")
_SIZE = re.compile(r"[十百千万]亿|万亿|\d亿")
_ONES = re.compile(r"[二三四五六七八九十]个一")
_PURPOSE = re.compile(r"为(?!主|止)|用于")


def stands(sentence: Sentence, phrase: Phrase) -> bool:
    """Is the figure of ``phrase`` something that the sentence says is, or shall be?"""
    figure, left, place = phrase.figure, phrase.left, phrase.place
    if left.blocked:
        sentence.blocked = True
        return False
    before = sentence.text[max(0, place.left_start - 4) : figure.outer_start]
    if holds("policy", before) or _is_foreign(sentence, phrase):
        return False
    if not phrase.right and _PURPOSE.match(sentence.text, figure.outer_end):
        return False
    if figure.unit.dimension in (TIME, PLAIN) or figure.unit.technical:
        return place.alone and left.has("attain") and bool(left.name or sentence.topic)
    if figure.style == "class" or (figure.style == "chinese" and not figure.counts):
        return figure.is_share or _class_stands(sentence, phrase)
    if _describes_some(sentence, phrase):
        return False
    if phrase.mode == "level" and _is_project(phrase):
        return False
    if figure.counts and (_is_structural(phrase) or _is_one_of_ones(sentence, phrase)):
        return False
    if figure.style == "chinese":
        return sentence.is_past or (
            sentence.names_aim and left.has("stock", "entry", "attain") and figure.low > 1
        )
    return _governed(sentence, phrase)


def _is_foreign(sentence: Sentence, phrase: Phrase) -> bool:
    """An aim of the nation or the world, or a forecast, quoted in the plan of a smaller area."""
    if sentence.setting.background and sentence.names_aim:
        return True
    if sentence.setting.national:
        return False
    subject = phrase.left.whole or phrase.left.name
    return subject.startswith(("我国", "全球", "世界")) and not sentence.is_past


def _is_project(phrase: Phrase) -> bool:
    """总投资120亿元，占地500亩: the description of one project."""
    words = target_words().project
    return phrase.left.name.endswith(words) and not phrase.left.has("attain") and not phrase.right


def _is_structural(phrase: Phrase) -> bool:
    """新材料等4个优势产业, 推动4个集群发展: an exact count of what is named or there."""
    figure, left, right = phrase.figure, phrase.left, phrase.right
    if figure.comparator != "=" or _SIZE.search(right):
        return False
    named = left.has("等") or "、" in left.name
    if right.endswith(target_words().structural) and (named or not right.endswith("产业")):
        return True
    return right.endswith("发展") and left.verb in ("推动", "推进", "促进", "支持", "加快")


def _is_one_of_ones(sentence: Sentence, phrase: Phrase) -> bool:
    """1张图谱、1个项目库的“三个一”机制: a pattern of work."""
    single = phrase.figure.low == 1 and not phrase.figure.ranged
    return single and _ONES.search(sentence.text) is not None


def _governed(sentence: Sentence, phrase: Phrase) -> bool:
    left, right, place = phrase.left, phrase.right, phrase.place
    if phrase.figure.style == "doubling":
        return bool(left.name or sentence.done or sentence.topic)
    if phrase.mode == "share" and right and not left.name:
        # 60%以上的规上企业 …: a share of what follows.
        done = _DEED.search(right) is not None
        return phrase.figure.is_share and (sentence.names_aim or left.governed or done)
    if left.governed and (place.alone or right):
        return phrase.mode == "count" or place.alone or left.has("stock", "entry", "attain")
    if place.alone and left.name and phrase.figure.is_share and phrase.figure.comparator != "=":
        return True
    name = left.name or right
    if sentence.listing and not sentence.blocked and name:
        return True
    if re.search(r"占.{2,16}$", left.name) and phrase.figure.is_share:
        return True
    told = sentence.names_aim or sentence.is_past or name.endswith(target_words().measured)
    return bool(name) and place.alone and told


def _describes_some(sentence: Sentence, phrase: Phrase) -> bool:
    """一批…年销售额超过100亿元的产品: a description of nobody knows how many."""
    attributive = sentence.text.startswith("的", phrase.figure.outer_end)
    before = sentence.text[phrase.place.left_start : phrase.figure.start]
    return attributive and not phrase.figure.counts and holds("vague", before)


def _class_stands(sentence: Sentence, phrase: Phrase) -> bool:
    """千亿级 as the size of one thing: after 达 or 突破, or before one cluster, park, industry."""
    left, right, figure = phrase.left, phrase.right, phrase.figure
    if holds("vague", left.name[-4:] + left.verb):
        return False
    if not right:
        return left.has("attain")
    if figure.style == "chinese":
        return left.has("attain") and not holds("topic", right)
    listed = sentence.listing and not sentence.blocked and bool(left.name)
    return right.endswith(target_words().sized) and (left.governed or listed) and len(right) >= 3
