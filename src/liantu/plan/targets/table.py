"""Where indicator tables stand, and what their columns are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from liantu.plan.layout import CleanText, Paragraph
from liantu.plan.outline import Outline
from liantu.plan.package import Clause
from liantu.plan.targets.lexicon import alternatives, target_words
from liantu.plan.targets.when import PlanYears

Role = Literal["base", "goal", "growth"]

_YEAR = re.compile(r"(?P<y>20\d\d)年?(?:底|末|度)?(?P<rest>\D{0,8})")
_PROSE = re.compile(r"[。；！？]|，.{20,}，")
_LONGEST_CELL = 70
_LONGEST_HEAD = 24


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
    has_number: bool
    has_category: bool
    has_unit: bool
    has_nature: bool
    body: tuple[Paragraph, ...]
    note: str
    start: int
    end: int
    """Clean span, head and note included."""


@dataclass
class _Head:
    columns: list[Column]
    words: set[str]


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
        if outside or _PROSE.search(text) or (len(text) > _LONGEST_CELL and "\t" not in text):
            break
        if not _is_head_line(text):
            body.append(paragraphs[at])
        at += 1
    table = Table(
        clause=clause,
        columns=tuple(head.columns),
        has_number="number" in head.words,
        has_category="category" in head.words,
        has_unit="unit" in head.words,
        has_nature="nature" in head.words,
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
def _is_head_cell(text: str) -> bool:
    bare = re.sub(r"[\s（()）\[\]【】]|%", "", text)
    if not bare or len(bare) > _LONGEST_HEAD:
        return False
    if bare in _vocabulary() or (_YEAR.fullmatch(bare) and _year_word(bare)):
        return True
    if any(bare in word for word in _vocabulary()) and len(bare) <= 2:
        return True
    return bool(re.fullmatch(rf"(?:{alternatives(_vocabulary())}|值|数|情况|或|/|（|、|年)+", bare))


def _year_word(text: str) -> bool:
    found = _YEAR.fullmatch(text)
    words = target_words().table
    rest = found["rest"] if found else ""
    pieces = alternatives(
        (*words.base, *words.goal, *words.growth, "值", "数", "情况", "年", "（", "）", "主要")
    )
    return re.fullmatch(f"(?:{pieces})*", rest) is not None


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
    words = target_words().table
    tokens = [c for p in paragraphs for c in cells(clean.text[p.start : p.end])]
    joined = "".join(tokens)
    head = _Head([], set())
    groups = {
        "name": words.name, "number": words.number, "category": words.category,
        "unit": words.unit, "nature": words.nature,
    }  # fmt: skip
    for label, group in groups.items():
        if re.search(alternatives(w for w in group if len(w) > 1), joined):
            head.words.add(label)
    if re.search(r"指标|目标", joined):
        head.words.add("indicator")
    if "分类" not in joined and "类别" not in joined and "category" in head.words:
        head.words.discard("category")
    for token in tokens:
        column = _column(token, years)
        if column:
            head.columns.append(column)
        elif head.columns and token in ("目标", "目标值", "规划目标", "预期目标"):
            _as_goal(head, years)
    return head if head.columns else None


def _as_goal(head: _Head, years: PlanYears) -> None:
    """A lone 目标 below a year belongs to that year; a lone one of its own is the plan's end."""
    if head.columns[-1].role == "base" and head.columns[-1].year >= years.start:
        head.columns[-1] = Column("goal", head.columns[-1].year)


def _column(token: str, years: PlanYears) -> Column | None:
    words = target_words().table
    bare = re.sub(r"[（）()\s%]", "", token)
    year = _YEAR.match(bare)
    growth = re.search(alternatives(words.growth), bare)
    if growth and not (year and "累计" in bare and "年均" not in bare):
        return Column("growth", years.end, cumulative=bare.startswith(("累计", "五年累计")))
    if year:
        said = int(year["y"])
        based = re.search(alternatives(words.base), year["rest"]) is not None
        role: Role = "base" if said < years.start or based else "goal"
        return Column(role, said)
    if bare in ("基期值", "现状值", "基准值", "基期", "现状", "基准"):
        return Column("base", years.base)
    if bare in ("目标值", "规划目标", "规划目标值", "预期目标", "规划值"):
        return Column("goal", years.end)
    return None
