"""What is known while a sentence is read, and the phrases around each of its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from liantu.plan.package import Comparator, Form
from liantu.plan.targets.clause import Place, clauses, places
from liantu.plan.targets.figure import Figure, find_figures
from liantu.plan.targets.lexicon import holds, target_words
from liantu.plan.targets.phrase import Left, Mode, read_left, read_right, trim
from liantu.plan.targets.when import PlanYears, When, find_times
from liantu.quantity.comparator import aspires, comparator_words, compare
from liantu.quantity.unit import MULTIPLE, PLAIN

_WORKS = re.compile(r"技术|装备|材料|工艺|难题|产品|零部件|瓶颈|元器件|软件")
_GROWTH_AFTER = re.compile(r"的?(?:年均|平均)?(?:速度)?(?:增长|增速|递增)")
_VERB_OF_STATE = re.compile(
    r"保持|稳步|持续|显著|明显|不断|进一步|大幅|加快|全面|基本|实现|提升|提高|增长|达到"
)
_JOINT = re.compile(r"[、和与及以\s]*")
_LONGEST_TOPIC = 24


@dataclass(frozen=True)
class Setting:
    """What holds for a whole clause of the plan: its years and what kind of text it is."""

    years: PlanYears
    background: bool = False
    national: bool = False
    """The plan is of the whole nation, so that 我国 names its own area."""
    default_year: int | None = None


@dataclass(slots=True)
class Memory:
    """What a sentence hands on to the next of its paragraph."""

    aim_year: int | None = None
    past: When | None = None
    told_past: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantified statement; offsets into the sentence, half-open."""

    figure: Figure
    start: int
    end: int
    name: str
    form: Form
    comparator: Comparator
    low: float | None
    high: float | None
    unit: str
    year: int
    past: bool
    first: int | None = None
    span_first: int | None = None
    """First year of the span that the sentence names, whatever the form."""
    subject: str = ""
    whole: str = ""
    baseline: float | None = None
    baseline_year: int | None = None
    origin: Figure | None = None
    reference: str = ""
    multiple: bool = False
    """A multiple of the reference (2020 年的 1.5 倍), not a growth by so much."""
    aspirational: bool = False
    added: bool = False
    """Told by a verb of entry (新增, 引进) rather than by 增加."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One figure with the phrases around it taken apart."""

    place: Place
    figure: Figure
    left: Left
    right: str
    mode: Mode


@dataclass
class Sentence:
    """The sentence while it is being read."""

    text: str
    setting: Setting
    memory: Memory
    figures: list[Figure]
    times: list[When]
    done: list[Reading] = field(default_factory=list)
    aspiring_from: int = -1
    listing: bool = False
    """The last figure stood, so a bare name and figure may go on with its list."""
    origin: Phrase | None = None
    """The starting value of 由 A 提高到 B, until B is read."""
    topic: str = ""
    """What the last clause without figures spoke of."""
    thing: str = ""
    """What the last clause without figures was about to make."""
    blocked: bool = False

    @property
    def is_past(self) -> bool:
        memory = self.memory
        return memory.past is not None or self.setting.background or memory.told_past

    @property
    def names_aim(self) -> bool:
        return self.memory.aim_year is not None

    @property
    def year(self) -> tuple[int, int | None]:
        """Year of a statement made here and, for a span of years, its first."""
        years, memory = self.setting.years, self.memory
        if self.is_past:
            return (memory.past.year, memory.past.first) if memory.past else (years.base, None)
        return memory.aim_year or self.setting.default_year or years.end, None


def open_sentence(text: str, setting: Setting, memory: Memory) -> Sentence:
    """A sentence ready to be read."""
    times = find_times(text, setting.years, background=setting.background)
    return Sentence(text, setting, memory, find_figures(text), times)


def phrases(sentence: Sentence) -> Iterator[list[Phrase]]:
    """Figures with their phrases in order; those of one list (分别达到 A、B) come together.

    What the sentence knows (time, topic) is brought up to each clause before its figures are
    handed out.
    """
    for span in clauses(sentence.text, sentence.figures):
        clause = sentence.text[span[0] : span[1]]
        _tell_time(sentence, span)
        if sentence.aspiring_from < 0 and aspires(clause):
            sentence.aspiring_from = span[0] + min(
                at for word in comparator_words().aim if (at := clause.find(word)) >= 0
            )
        sentence.blocked = False
        found = places(sentence.text, span, sentence.figures)
        yield from _grouped(sentence, found)
        sentence.thing = ""
        if not found:
            sentence.topic = _topic(clause) or sentence.topic
            sentence.thing = _thing(clause)


def _grouped(sentence: Sentence, found: list[Place]) -> Iterator[list[Phrase]]:
    group: list[Phrase] = []
    for place in found:
        phrase = _phrase(sentence, place)
        before = sentence.text[place.left_start : place.figure.outer_start]
        joins = (
            bool(group)
            and bool(_JOINT.fullmatch(before))
            and not phrase.right
            and not group[-1].right
            and phrase.figure.unit.dimension == group[-1].figure.unit.dimension
        )
        if group and not joins:
            yield group
            group = []
        group.append(phrase)
    if group:
        yield group


def _phrase(sentence: Sentence, place: Place) -> Phrase:
    figure, text = place.figure, sentence.text
    mode = _mode(figure)
    right = "" if place.alone else read_right(text[figure.outer_end : place.right_end])
    before = text[place.left_start : figure.outer_start]
    left = read_left(before, mode, noun_follows=bool(right))
    said = text[figure.outer_start : figure.start]
    if said == "突破" and figure.counts and _WORKS.search(right):
        # 突破100项以上技术: a deed counted, not a level passed.
        after = compare("", text[figure.end : figure.end + 4])
        figure = replace(figure, comparator=after.comparator)
        left.words.add("entry")
    elif said and not left.has("rise", "fall"):
        left.words.add("attain")
    if figure.is_share and _GROWTH_AFTER.match(text, figure.outer_end):
        # 保持年均6%增长: the verb stands behind the figure.
        left.words.add("rise")
    return Phrase(place, figure, left, right, mode)


def _mode(figure: Figure) -> Mode:
    if figure.is_share or figure.is_points or figure.unit.dimension in (MULTIPLE, PLAIN):
        return "share"
    return "count" if figure.counts else "level"


def _tell_time(sentence: Sentence, span: tuple[int, int]) -> None:
    """Update what the clause says of time: a year aimed at, a past year, a word of the past."""
    memory, clause = sentence.memory, sentence.text[span[0] : span[1]]
    here = [t for t in sentence.times if span[0] <= t.start < span[1] and t.role != "base"]
    for time in here:
        if time.role == "aim" and time.first and sentence.setting.background:
            # “十四五”时期 in a chapter of background only says what the plan is for.
            continue
        if time.role == "aim":
            memory.aim_year, memory.past, memory.told_past = time.year, None, False
        else:
            memory.past, memory.aim_year = time, None
    if not here and memory.aim_year is None and holds("past", clause):
        memory.told_past = True


def _topic(clause: str) -> str:
    """What a clause without figures speaks of: its words up to the first verb."""
    stop = _VERB_OF_STATE.search(clause)
    name = clause[: stop.start()] if stop and stop.start() >= 3 else ""
    if stop is None and clause.endswith(target_words().growth_noun + target_words().share):
        name = read_left(clause, "share", noun_follows=False).name
    return trim(name) if len(name) <= _LONGEST_TOPIC else ""


def _thing(clause: str) -> str:
    """What a clause without figures makes: the words after its last 的 or its verb."""
    if not holds("stock", clause):
        return ""
    left = read_left(trim(re.split(r"的|一批|若干", clause)[-1]), "count", noun_follows=False)
    return left.name if 3 <= len(left.name) <= 14 else ""
