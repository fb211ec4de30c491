"""What a figure states: form, indicator, bounds, year, baseline."""

from __future__ import annotations

import re
from dataclasses import replace

from liantu.plan.package import Comparator, Form
from liantu.plan.targets.figure import Figure
from liantu.plan.targets.lexicon import alternatives, any_of, holds, target_words
from liantu.plan.targets.phrase import Left, trim
from liantu.plan.targets.sentence import (
    Memory,
    Phrase,
    Reading,
    Sentence,
    Setting,
    open_sentence,
    phrases,
)
from liantu.plan.targets.standing import stands
from liantu.plan.targets.when import find_times
from liantu.quantity.comparator import ends, with_aim
from liantu.quantity.unit import MONEY

_CHANGES = ("increase", "points", "additions", "per_year")
_SIZED = re.compile(r"(?:规模|产值|收入|营收|销售额|总量|增加值|面积|容量|产能)$")
_GROWTH = re.compile(r"(?:年均|年平均|平均)?(?:复合)?(?:增长率|增长速度|增速|增幅)$")
_CLASS_NAME = re.compile(r"[\d.一二两三四五六七八九十百千万]*[万亿]+元?级$")
_SIZE_NAME = re.compile(
    r".{0,6}?(?:超过|超|突破|达到|达)?[\d.一二两三四五六七八九十百千万]*亿元?(?:以上)?"
)
_CLASS_HEAD = re.compile(r"亿元?级(?P<head>(?![和与及])[^，。；、\d]{2,14})")
_ABSTRACT = re.compile(r"(?:技术)?(?:水平|能力|竞争力|规模)$")
_SHARED = re.compile(r"达\d+级.*$")
_NAMES = re.compile(r"[、，]|以及|[和与及](?!其)")


def read_sentence(text: str, setting: Setting, memory: Memory) -> list[Reading]:
    """Quantified statements of one sentence; ``memory`` is read and updated."""
    sentence = open_sentence(text, setting, memory)
    if not sentence.figures and not sentence.times:
        return []
    for group in phrases(sentence):
        _take(sentence, group)
    return _complete_names(sentence)


def _take(sentence: Sentence, group: list[Phrase]) -> None:
    head = group[0]
    if head.left.lone_from:
        sentence.origin = head
        return
    if not stands(sentence, head):
        sentence.listing = sentence.listing and not head.left.blocked
        return
    readings = _readings(sentence, group)
    sentence.done.extend(readings)
    sentence.listing = sentence.listing or bool(readings)
    sentence.origin = None


def _readings(sentence: Sentence, group: list[Phrase]) -> list[Reading]:
    first = _state(sentence, group[0])
    if first is None:
        return []
    names = _names(sentence, first.name, group[0].left, len(group))
    if len(group) == 1:
        return [replace(first, name=name) for name in names]
    figures = _shared_comparison([phrase.figure for phrase in group])
    result = []
    for name, figure in zip(names, figures, strict=True):
        reading = _with_bounds(first, figure, aspiring=first.aspirational)
        result.append(replace(reading, name=name, end=max(first.end, figure.outer_end)))
    return result


def _names(sentence: Sentence, name: str, left: Left, count: int) -> list[str]:
    """Names for the figures of a list; numbered where they cannot be told apart."""
    pieces = [p for p in (trim(p) for p in _NAMES.split(name)) if p]
    by_comma = [p for p in (trim(p) for p in name.split("、")) if p]
    if count == 1:
        every = left.each or left.distributed
        return _completed(by_comma) if every and len(by_comma) > 1 else [name]
    for found in (by_comma, pieces):
        if len(found) == count:
            return _completed(found)
    before = sentence.done[-count:]
    if not left.name and len({r.name for r in before}) == count:
        # …分别达到15.1%、33.7%，分别提高3.3和1.9个百分点: the same things in the same order.
        return [r.name for r in before]
    things = [_ABSTRACT.sub("", p) for p in _NAMES.split(sentence.topic) if p]
    if left.distributed and len(things) >= count:
        return [thing + name for thing in things[:count]]
    return [f"{name}（{i}）" for i in range(1, count + 1)]


def _completed(names: list[str]) -> list[str]:
    """国家级、省级企业技术中心; 再生铜、再生铝产量: what the last name shares with all."""
    last = names[-1]
    qualifiers = sorted(target_words().qualifier, key=len, reverse=True)
    head = next((last[len(q) :] for q in qualifiers if last.startswith(q)), "")
    if head and any(n in qualifiers for n in names):
        return [n + head if n in qualifiers else n for n in names]
    shared = _SHARED.search(last) or any_of("measure").search(last)
    bare = not any(holds("measure", n) or holds("share", n) for n in names[:-1])
    if shared and shared.start() > 0 and bare:
        return [*(n + last[shared.start() :] for n in names[:-1]), last]
    return names


def _shared_comparison(figures: list[Figure]) -> list[Figure]:
    """分别超过70%和50%, 分别达到70%、85%以上: the word of comparison holds for all."""
    said = [f.comparator for f in figures if f.comparator != "="]
    if not said or len(said) == len(figures) or any(f.ranged for f in figures):
        return figures
    return [replace(f, comparator=said[0]) if f.comparator == "=" else f for f in figures]


def _state(sentence: Sentence, phrase: Phrase) -> Reading | None:
    figure, left, place = phrase.figure, phrase.left, phrase.place
    form = _form(sentence, phrase)
    name, start = _name(sentence, phrase, form)
    if not name:
        return None
    year, first = sentence.year
    if form == "per_year":
        yearly = any_of("per_year").search(sentence.text, place.left_start, figure.start)
        start = min(start, yearly.start()) if yearly else start
    end = place.right_end if phrase.right else figure.outer_end
    baseline, baseline_year = _baseline(sentence, left)
    reading = Reading(
        figure=figure,
        start=min(start, figure.outer_start),
        end=_trimmed_end(sentence.text, figure.outer_end, end),
        name=name,
        form=form,
        comparator=figure.comparator,
        low=None,
        high=None,
        unit=figure.unit.written,
        year=year,
        past=sentence.is_past,
        first=None if form in ("level", "relative") else first,
        span_first=first,
        subject=sentence.thing if name in target_words().attribute else "",
        whole=left.whole,
        baseline=baseline,
        baseline_year=baseline_year,
        origin=sentence.origin.figure if sentence.origin else None,
        reference="" if left.fraction and figure.is_share else left.reference,
        multiple=left.fraction,
        added=left.has("entry") and not left.has("rise", "fall"),
    )
    aspiring = not sentence.is_past and 0 <= sentence.aspiring_from <= figure.start
    return _with_bounds(reading, figure, aspiring=aspiring)


def _with_bounds(reading: Reading, figure: Figure, *, aspiring: bool) -> Reading:
    comparator: Comparator = figure.comparator
    if reading.form == "relative" or aspiring:
        comparator = with_aim(comparator)
    low, high = ends(comparator, figure.low, figure.high)
    return replace(
        reading,
        figure=figure,
        comparator=comparator,
        low=low,
        high=high,
        unit=figure.unit.written,
        aspirational=aspiring,
    )


def _trimmed_end(text: str, low: int, end: int) -> int:
    while end > low and text[end - 1] in "，。；、：的和与及 ":
        end -= 1
    return end


# Form -------------------------------------------------------------------------------------


def _form(sentence: Sentence, phrase: Phrase) -> Form:
    figure, left, mode = phrase.figure, phrase.left, phrase.mode
    if left.reference and not left.fraction:
        return "relative"
    if left.fraction and figure.is_share:
        return "level"
    if figure.is_points:
        return "per_year" if left.has("per_year") else "points"
    if figure.style == "doubling" or left.fraction:
        return "increase"
    if mode == "share":
        return _share_form(left)
    if left.has("per_year"):
        return "per_year"
    if _counts_entries(phrase):
        return "additions"
    if not left.words and sentence.listing and sentence.done:
        previous = sentence.done[-1].form
        return previous if previous in ("additions", "per_year") else "level"
    return "level"


def _share_form(left: Left) -> Form:
    changing = left.has("rise", "fall")
    if left.has("average") and changing:
        return "annual_average"
    if changing and not left.has("growth_noun") and (left.base or not left.has("attain")):
        return "annual_average" if left.has("per_year") else "increase"
    return "level"


def _counts_entries(phrase: Phrase) -> bool:
    left, reached = phrase.left, phrase.left.has("attain")
    if re.match(r"新|净增", left.verb) or (left.verb == "完成" and phrase.right):
        return True
    if phrase.figure.unit.dimension == MONEY:
        flow = "投资" in left.name + phrase.right
        return flow and ("完成" in left.verb or "累计" in left.verb or left.has("entry"))
    if left.has("rise", "fall"):
        return not reached
    return left.has("entry") and (phrase.mode == "count" or not reached)


# Indicator --------------------------------------------------------------------------------


def _name(sentence: Sentence, phrase: Phrase, form: Form) -> tuple[str, int]:
    """The indicator's name and where its evidence starts."""
    left, place, figure = phrase.left, phrase.place, phrase.figure
    name, start = left.name, place.left_start + left.start
    if phrase.right and _names_right(sentence, phrase):
        name, start = _right_name(phrase), figure.outer_start
    origin = sentence.origin
    if origin is not None and not name:
        name, start = origin.left.name, origin.place.left_start + origin.left.start
    if not name or _GROWTH.fullmatch(name) or name in target_words().growth_noun:
        name = _inherited(sentence, figure) + name
        if name and left.verb in target_words().stage and sentence.done:
            name += f"{left.verb}数"
    elif name.startswith("占") and sentence.done:
        name = sentence.done[-1].name + name
    if form == "level" and figure.is_share and not holds("share", name) and sentence.topic:
        # 研发投入占比显著提升，重点企业达到10%: of the same share.
        name += sentence.topic if holds("share", sentence.topic) else ""
    if left.fraction and figure.is_share and name:
        # 响应能力达到最大负荷的5%
        name = f"{name}占{left.reference}比重"
    if left.verb in target_words().kept and not name.startswith(left.verb):
        name = left.verb + name
    if figure.is_share and re.search(r"占[^比率]{2,16}$", name):
        name += "比重"
    return (_with_direction(name, left, form) if name else ""), start


def _names_right(sentence: Sentence, phrase: Phrase) -> bool:
    if phrase.figure.counts or not phrase.left.name:
        return True
    attributive = sentence.text.startswith("的", phrase.figure.outer_end)
    if phrase.mode == "level" and phrase.left.has("stock", "entry"):
        return True
    return phrase.figure.style in ("class", "chinese") or attributive


def _right_name(phrase: Phrase) -> str:
    right, left = phrase.right, phrase.left.name
    if phrase.figure.counts:
        return right
    if phrase.figure.is_share:
        return f"{right}占比"
    if _SIZED.search(left) and left in target_words().generic + target_words().attribute:
        return f"{right}{left}"
    if phrase.figure.style != "class":
        return right
    # 新能源产业300亿级产业集群: whose cluster it is stands in front.
    if phrase.left.verb:
        return f"{right}规模"
    return f"{left.removesuffix('产业')}{right}规模" if "产业" in right else f"{left}{right}规模"


def _inherited(sentence: Sentence, figure: Figure) -> str:
    if sentence.origin is not None:
        return sentence.origin.left.name
    if figure.counts and sentence.thing:
        return sentence.thing
    if not sentence.done:
        return sentence.topic
    name = _GROWTH.sub("", re.sub(r"(?:年均)?下降$", "", sentence.done[-1].name))
    return re.sub(rf"(?:{alternatives(target_words().stage)})数$", "", name)


def _with_direction(name: str, left: Left, form: Form) -> str:
    """A fall keeps its word in the name, since forms do not tell up from down."""
    if form == "annual_average" and not left.has("growth_noun"):
        return f"{name}年均下降" if left.has("fall") else f"{name}年均增速"
    if form in _CHANGES and left.has("fall") and not holds("fall", name):
        return f"{name}下降"
    return name


def _baseline(sentence: Sentence, left: Left) -> tuple[float | None, int | None]:
    """Value and year compared with, as far as the sentence names them."""
    if sentence.origin is not None:
        at = sentence.origin.figure.start
        named = [t.year for t in sentence.times if t.role != "aim" and t.start < at <= t.end + 8]
        return sentence.origin.figure.low, named[-1] if named else None
    compared = find_times(left.base + left.reference, sentence.setting.years)
    return None, (compared[0].year if compared else None)


# Names that lean on a neighbour -----------------------------------------------------------


def _complete_names(sentence: Sentence) -> list[Reading]:
    """1个5000亿级、5个千亿级产业集群; 国家级中心2家，省级10家: borrow the missing head."""
    result: list[Reading] = []
    for i, reading in enumerate(sentence.done):
        name = reading.name
        if _CLASS_NAME.fullmatch(name):
            head = _CLASS_HEAD.search(sentence.text, reading.start)
            name += head["head"] if head else ""
        elif _SIZE_NAME.fullmatch(name) and i + 1 < len(sentence.done):
            name += sentence.done[i + 1].name.rpartition("的")[2]
        elif name in target_words().qualifier and result:
            name = _completed([name, result[-1].name])[0]
        result.append(replace(reading, name=trim(name)))
    return result
