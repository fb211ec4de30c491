"""Targets and facts in running text, paragraph by paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from liantu.plan.layout import CleanText
from liantu.plan.outline import Outline
from liantu.plan.package import Clause, Fact, Target
from liantu.plan.targets.lexicon import alternatives, target_words
from liantu.plan.targets.measured import measure, unit_of
from liantu.plan.targets.sentence import Memory, Reading, Setting
from liantu.plan.targets.statement import read_sentence
from liantu.plan.targets.subject import Clauses, lead_topic, scope_of, split_subject, whole_area
from liantu.plan.targets.when import PlanYears

_SENTENCE = re.compile(r"[^。！？]+[。！？]?[”’」』]?")
_LONGEST_SENTENCE = 4000
"""A run without a full stop is cut at a comma before, so that time stays linear in the text."""


@dataclass(frozen=True)
class _Found:
    """A reading with the place it stands in; clean offsets."""

    reading: Reading
    at: int
    clause: Clause | None
    inner: Clause | None
    topic: str
    owner: str


def read_prose(
    clean: CleanText, outline: Outline, years: PlanYears, skip: list[tuple[int, int]]
) -> tuple[list[Target], list[Fact]]:
    """Targets and facts outside the spans of ``skip`` (indicator tables)."""
    whole, national = whole_area(clean.text)
    targets: list[Target] = []
    facts: list[Fact] = []
    counts: Counter[str] = Counter()
    for found in _readings(clean, outline, years, skip, national=national):
        clause_id = found.clause.id if found.clause else "text"
        if found.reading.past:
            facts.extend(_facts(clean, found, counts, clause_id, whole))
        else:
            counts[clause_id] += 1
            targets.append(_target(clean, found, f"{clause_id}-{counts[clause_id]}", whole))
    return targets, facts


def _readings(
    clean: CleanText,
    outline: Outline,
    years: PlanYears,
    skip: list[tuple[int, int]],
    *,
    national: bool,
) -> Iterator[_Found]:
    clauses = Clauses(outline, years)
    skipped = iter(sorted(skip))
    span = next(skipped, None)
    for paragraph in clean.paragraphs:
        while span is not None and span[1] <= paragraph.start:
            span = next(skipped, None)
        if span is not None and span[0] <= paragraph.start < span[1]:
            continue
        text = clean.text[paragraph.start : paragraph.end]
        if not re.search(r"[\d一二两三四五六七八九十百千万亿翻]", text):
            continue
        inner = outline.at(paragraph.start)
        kind = clauses.kind(inner)
        setting = Setting(years, kind.background, national, kind.default_year)
        topic = lead_topic(text) or clauses.topic(inner)
        owner = _owner(text)
        memory = Memory()
        for start, sentence in _sentences(text):
            memory.told_past = False
            for reading in read_sentence(sentence, setting, memory):
                at = paragraph.start + start
                clause = outline.numbered_at(paragraph.start)
                yield _Found(reading, at, clause, inner, topic, owner)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for found in _SENTENCE.finditer(text):
        sentence, at = found[0], 0
        while len(sentence) - at > _LONGEST_SENTENCE:
            stop = at + _LONGEST_SENTENCE
            mark = max(sentence.rfind(m, at + 1, stop) for m in "，；、")
            end = mark + 1 if mark > 0 else stop
            yield found.start() + at, sentence[at:end]
            at = end
        yield found.start() + at, sentence[at:]


def _owner(text: str) -> str:
    words = alternatives(target_words().owner)
    found = re.search(rf"(?:{words})[：:](?P<who>[^）)。；\n]{{2,60}})", text)
    return found["who"] if found else ""


def _place(clean: CleanText, found: _Found) -> tuple[int, int]:
    return clean.to_source(found.at + found.reading.start, found.at + found.reading.end)


def _named(found: _Found, whole: str) -> tuple[str, str]:
    reading = found.reading
    if reading.subject:
        return reading.subject, reading.name
    return split_subject(reading.name, found.topic, reading.whole or whole)


def _target(clean: CleanText, found: _Found, target_id: str, whole: str) -> Target:
    reading = found.reading
    start, end = _place(clean, found)
    subject, indicator = _named(found, whole)
    unit = unit_of(reading.unit, subject + indicator)
    baseline = _baseline(reading)
    return Target(
        id=target_id,
        clause=found.clause.clause if found.clause else "",
        start=start,
        end=end,
        subject=subject,
        indicator=indicator,
        form=reading.form,
        comparator=reading.comparator,
        baseline=baseline,
        baseline_year=reading.baseline_year,
        low=reading.low,
        high=reading.high,
        unit=reading.unit,
        year=reading.year,
        scope=scope_of(reading.name),
        measured=measure(
            unit, reading.form, reading.low, reading.high, baseline, against=reading.multiple
        ),
        reference=reading.reference,
        category=found.inner.title if found.inner else "",
        aspirational=reading.aspirational,
        owner=found.owner,
    )


def _baseline(reading: Reading) -> float | None:
    """The starting value in the unit of the aim; None where the units do not convert."""
    origin = reading.origin
    if origin is None:
        return reading.baseline
    unit = reading.figure.unit
    if origin.unit.written == unit.written:
        return origin.low
    if origin.unit.dimension != unit.dimension:
        return None
    return unit.from_base(origin.unit.to_base(origin.low))


def _facts(
    clean: CleanText, found: _Found, counts: Counter[str], clause_id: str, whole: str
) -> Iterator[Fact]:
    """The state told, and the one it started from (由 A 增长到 B) as a fact of its own."""
    reading = found.reading
    subject, bare = _named(found, whole)
    fact = Fact(
        id=_fact_id(counts, clause_id),
        clause=found.clause.clause if found.clause else "",
        start=_place(clean, found)[0],
        end=_place(clean, found)[1],
        subject=subject,
        indicator=_fact_name(reading, bare),
        comparator=reading.comparator,
        low=reading.low,
        high=reading.high,
        unit=reading.unit,
        year=reading.year,
        span_start=reading.first,
        measured=measure(
            unit_of(reading.unit, subject + bare), reading.form, reading.low, reading.high
        ),
    )
    yield fact
    if reading.origin is not None:
        yield _origin_fact(clean, found, fact, bare, _fact_id(counts, clause_id))


def _origin_fact(clean: CleanText, found: _Found, fact: Fact, name: str, fact_id: str) -> Fact:
    origin, reading = found.reading.origin, found.reading
    assert origin is not None
    unit = unit_of(origin.unit.written, fact.subject + name)
    high = origin.high if origin.ranged else origin.low
    return fact.model_copy(
        update={
            "id": fact_id,
            "end": clean.to_source(found.at + reading.start, found.at + origin.outer_end)[1],
            "indicator": name,
            "comparator": origin.comparator,
            "low": origin.low,
            "high": high,
            "unit": origin.unit.written,
            "year": reading.baseline_year or _before(reading),
            "span_start": None,
            "measured": measure(unit, "level", origin.low, high),
        }
    )


def _fact_id(counts: Counter[str], clause_id: str) -> str:
    counts[f"{clause_id}#"] += 1
    return f"{clause_id}#{counts[f'{clause_id}#']}"


def _fact_name(reading: Reading, name: str) -> str:
    """Facts have no form: what was added or grown says so in its name."""
    if reading.form == "relative":
        return f"{name}与{reading.reference}之差"
    if reading.form == "additions":
        if name.startswith(target_words().kept) or name.endswith(target_words().fall):
            return name
        return f"新增{name}" if reading.added else f"{name}增加"
    if reading.form == "per_year":
        return f"每年{name}"
    fallen = name.endswith(target_words().fall)
    if reading.form == "increase" and not fallen:
        return f"{name}增长"
    if reading.form == "points" and not fallen:
        return f"{name}提高"
    return name


def _before(reading: Reading) -> int | None:
    """Year on which a five-year span stands: the one before its first."""
    first = reading.span_first
    return first - 1 if first else None
