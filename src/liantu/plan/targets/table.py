"""Where indicator tables stand, and what their columns are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from liantu.plan.layout import CleanText, Paragraph
from liantu.plan.outline import Outline
from liantu.plan.package import Clause
from liantu.plan.targets.lexicon import alternatives, target_words
from liantu.plan.targets.when import NTH, PlanYears, plan_end

Role = Literal["base", "goal", "growth"]

_PROSE = re.compile(r"[。；！？]|，.{20,}，")
_LONGEST_CELL = 70
_LONGEST_HEAD = 24
_LONGEST_CATEGORY = 14


Place = Literal["category", "number", "name", "unit", "figure", "nature", "other"]
"""What a column of a table with tabs holds."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures."""

    role: Role
    year: int
    cumulative: bool = False
    """The column prints sums of the period (五年累计) rather than yearly means."""


@dataclass(frozen=True)
class Table:
    """An indicator table: its clause, columns, and the paragraphs of its body."""

    clause: Clause | None
    columns: tuple[Column, ...]
    words: frozenset[str]
    """Kinds of column that the head names: number, category, unit, nature."""
    places: tuple[Place, ...]
    """Columns from left to right where the head is one line of cells, else empty."""
    body: tuple[Paragraph, ...]
    note: str
    start: int
    end: int
    """Clean span, head and note included."""


@dataclass
class _Head:
    columns: list[Column]
    words: set[str]
    places: list[Place]


def find_tables(clean: CleanText, outline: Outline, years: PlanYears) -> list[Table]:
    """Every indicator table of the text, in order."""
    starts = {span[0] for span in outline.spans}
    paragraphs = clean.paragraphs
    tables: list[Table] = []
    at = 0
    while at < len(paragraphs):
        stop = _head_end(clean, at)
        head = _read_head(clean, paragraphs[at:stop], years) if stop > at else None
        clause = outline.numbered_at(paragraphs[at].start)
        if head is None or not _is_indicator_table(head, clause):
            at += 1
            continue
        table, at = _table(clean, head, clause, at, stop, starts)
        tables.append(table)
    return tables


def cells(text: str) -> list[str]:
    """Cells of one line: by tabs where it has any, else by blanks."""
    return [c for c in (c.strip() for c in text.split("\t")) if c] if "\t" in text else text.split()


def _is_indicator_table(head: _Head, clause: Clause | None) -> bool:
    if not any(column.role != "base" for column in head.columns):
        return False
    named = "name" in head.words or "number" in head.words
    titled = clause is not None and clause.kind == "box" and re.search(r"指标|目标", clause.title)
    return named and ("indicator" in head.words or bool(titled))


def _table(
    clean: CleanText,
    head: _Head,
    clause: Clause | None,
    first: int,
    start: int,
    heading_starts: set[int],
) -> tuple[Table, int]:
    paragraphs = clean.paragraphs
    at, body, note = start, [], ""
    while at < len(paragraphs):
        text = clean.text[paragraphs[at].start : paragraphs[at].end]
        if _is_note(text):
            note = text
            at += 1
            break
        outside = paragraphs[at].start in heading_starts and not _is_row(text)
        outside = outside and not _is_category(clean, at)
        if outside or _PROSE.search(text) or (len(text) > _LONGEST_CELL and "\t" not in text):
            break
        if not _is_head_line(text):
            body.append(paragraphs[at])
        at += 1
    table = Table(
        clause=clause,
        columns=tuple(head.columns),
        words=frozenset(head.words),
        places=tuple(head.places),
        body=tuple(body),
        note=note,
        start=paragraphs[first].start,
        end=paragraphs[at - 1].end,
    )
    return table, at


def _is_note(text: str) -> bool:
    return re.match(rf"(?:{alternatives(target_words().table.note)})\s*[:：1①]?", text) is not None


def _is_row(text: str) -> bool:
    """A numbered row looks like a numbered heading, but ends in figures."""
    return len(cells(text)) >= 3 and bool(re.search(r"\d|[—-]", cells(text)[-2] + cells(text)[-1]))


def _is_category(clean: CleanText, at: int) -> bool:
    """一、规模效益 between rows: it looks like a chapter, but a row follows it."""
    text = clean.text[clean.paragraphs[at].start : clean.paragraphs[at].end]
    if at + 1 == len(clean.paragraphs) or len(text) > _LONGEST_CATEGORY:
        return False
    following = clean.paragraphs[at + 1]
    return _is_row(clean.text[following.start : following.end])


# The head ---------------------------------------------------------------------------------


@cache
def _vocabulary() -> frozenset[str]:
    words = target_words().table
    return frozenset(
        word
        for group in (
            words.name, words.number, words.category, words.unit, words.nature, words.base,
            words.goal, words.growth,
        )
        for word in group
    )  # fmt: skip


@cache
def _head_pattern() -> re.Pattern[str]:
    """One column of a head: a year with its words, or a word of the lexicon."""
    words = target_words().table
    valued = alternatives((*words.base, *words.goal, "值", "数", "情况"))
    heads = alternatives((*words.base, *words.goal))
    figure = alternatives(words.growth)
    rest = alternatives(tuple(_vocabulary()))
    return re.compile(
        rf"(?:(?:(?P<y>20\d\d)年?(?:底|末|度)?|“?(?P<nth>{NTH})五”?(?:时期|期间)?末?)(?P<said>(?:{valued})*)"
        rf"|(?P<growth>(?:{figure})(?:[/或(（\[](?:{figure})[)）\]]?)*(?:值|数)?)"
        rf"|(?P<value>(?:{heads})(?:值|数|情况)?)|(?P<word>{rest}))(?:[（(\[][%年、/万亿元]+[)）\]])?"
    )


@lru_cache(maxsize=4096)
def _is_head_cell(text: str) -> bool:
    bare = re.sub(r"\s", "", text)
    if not bare or len(bare) > _LONGEST_HEAD:
        return False
    if len(bare) <= 2 and any(bare in word for word in _vocabulary()):
        return True
    return _covers(bare)


def _covers(text: str) -> bool:
    at = 0
    while at < len(text):
        found = _head_pattern().match(text, at)
        if not found or found.end() == at:
            return False
        at = found.end()
    return True


def _is_head_line(text: str) -> bool:
    found = cells(text)
    return bool(found) and all(_is_head_cell(cell) for cell in found)


def _head_end(clean: CleanText, at: int) -> int:
    stop = at
    while stop < len(clean.paragraphs) and stop - at < 16:
        paragraph = clean.paragraphs[stop]
        if not _is_head_line(clean.text[paragraph.start : paragraph.end]):
            break
        stop += 1
    return stop


def _read_head(
    clean: CleanText, paragraphs: tuple[Paragraph, ...], years: PlanYears
) -> _Head | None:
    lines = [clean.text[p.start : p.end] for p in paragraphs]
    joined = "".join("".join(cells(line)) for line in lines)
    head = _Head([], set(), [])
    for found in _head_pattern().finditer(joined):
        column = _column(found, years)
        if column:
            head.columns.append(column)
        elif found["word"]:
            head.words.add(_word_kind(found["word"]))
        elif found["value"] and not _amends(head, found["value"], years):
            head.columns.append(_value_column(found["value"], years))
    if re.search(r"指标|目标", joined):
        head.words.add("indicator")
    if len(lines) == 1 and "\t" in lines[0]:
        head.places = [_place(cell) for cell in lines[0].split("\t")]
        if head.places.count("figure") != len(head.columns):
            head.places = []
    return head if head.columns else None


def _column(found: re.Match[str], years: PlanYears) -> Column | None:
    words = target_words().table
    if found["y"] or found["nth"]:
        year = int(found["y"]) if found["y"] else plan_end(found["nth"])
        based = re.search(alternatives(words.base), found["said"]) is not None
        return Column("base" if year < years.start or based else "goal", year)
    if found["growth"]:
        cumulative = found["growth"].startswith(("累计", "五年累计"))
        return Column("growth", years.end, cumulative=cumulative)
    return None


def _value_column(text: str, years: PlanYears) -> Column:
    """A column headed 基期值 or 目标值 without a year."""
    based = re.search(alternatives(target_words().table.base), text) is not None
    return Column("base", years.base) if based else Column("goal", years.end)


def _amends(head: _Head, text: str, years: PlanYears) -> bool:
    """实际 or 目标 printed below a year says what the column of that year holds."""
    if not head.columns or text.endswith(("值", "数")):
        return False
    last = head.columns[-1]
    goal = re.search(alternatives(target_words().table.goal), text) is not None
    if goal and last.role == "base" and last.year >= years.start:
        head.columns[-1] = Column("goal", last.year)
    return last.role != "growth"


def _word_kind(word: str) -> str:
    words = target_words().table
    kinds = (
        ("number", words.number), ("unit", words.unit), ("nature", words.nature),
        ("category", words.category), ("name", words.name),
    )  # fmt: skip
    return next((kind for kind, group in kinds if word in group), "other")


def _place(cell: str) -> Place:
    """What the column headed by ``cell`` holds."""
    bare = re.sub(r"\s", "", cell)
    found = _head_pattern().match(bare)
    if not found:
        return "other"
    if found["y"] or found["nth"] or found["growth"] or found["value"]:
        return "figure"
    kind = _word_kind(found["word"])
    for place in ("number", "unit", "nature", "category", "name"):
        if kind == place:
            return place
    return "other"
