"""Cells of an indicator table put back into rows, whatever lines they were scattered over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from liantu.plan.layout import CleanText
from liantu.plan.package import Nature
from liantu.plan.targets.cell import (
    is_dash,
    read_amount,
    read_nature,
    read_numbering,
    read_relative,
)
from liantu.plan.targets.lexicon import alternatives, any_of, target_words
from liantu.plan.targets.table import Table
from liantu.quantity.numeral import fold_number
from liantu.quantity.unit import find_unit

_OF_WHICH = re.compile(r"^其中[：:]?")
_GLUED = re.compile(r"(\d{1,2})[.、．](?=[^\d\s])")
_CLAUSE_MARK = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）])")


@dataclass(frozen=True, slots=True)
class Token:
    """One cell or piece of a cell; clean offsets."""

    text: str
    start: int
    end: int
    line: int

    @property
    def is_value(self) -> bool:
        return is_dash(self.text) or read_amount(self.text) is not None


@dataclass
class Row:
    """One series of the table. ``values`` has one text for each column of figures."""

    start: int
    end: int
    name: str
    values: list[str]
    nature: Nature = ""
    number: str = ""
    letter: str = ""
    category: str = ""
    unit: str = ""
    """Unit of a column of its own."""
    part: bool = False
    """其中 opens the name: a part of what the row before counts, in its unit."""
    group: str = ""
    """Name that several series share (全口径工业增加值)."""
    problem: str = ""
    """What is wrong with the row, empty where it can be read."""
    found: str = ""
    lines: list[tuple[str, int]] = field(default_factory=list)
    """Pieces of the name, one a printed line, each with its clean offset."""


def read_rows(clean: CleanText, table: Table) -> list[Row]:
    """Rows in order; one that cannot be read safely carries its problem."""
    if table.places:
        rows = [_tabbed_row(clean, table, i) for i in range(len(table.body))]
        _share_numbers(rows)
        return rows
    tokens = _tokens(clean, table)
    natures = "nature" in table.words
    chunks = _by_nature(tokens) if natures else _by_values(tokens, len(table.columns))
    rows = []
    category, last = "", ""
    for chunk in chunks:
        row = _row(chunk, table, last)
        category = row.category or category
        row.category = category
        last = row.number or last
        if not row.problem and "number" in table.words:
            row.number = row.number or last
        rows.append(row)
    _share_numbers(rows)
    return rows


def _tabbed_row(clean: CleanText, table: Table, line: int) -> Row:
    """A line of cells, each in its column; an empty first column may be missing."""
    paragraph = table.body[line]
    text = clean.text[paragraph.start : paragraph.end]
    cells = [cell.strip() for cell in text.split("\t")]
    if len(cells) == len(table.places) - 1 and table.places[0] in ("category", "number"):
        cells.insert(0, "")
    row = Row(paragraph.start, paragraph.end, "", [], found=" | ".join(cells)[:120])
    if len(cells) != len(table.places):
        row.problem = f"有 {len(cells)} 个单元格，表头有 {len(table.places)} 个"
        return row
    for place, cell in zip(table.places, cells, strict=True):
        if place == "figure":
            row.values.append(cell or "—")
        elif place == "nature":
            row.nature = read_nature(cell) or ""
            row.problem = row.problem or ("" if read_nature(cell) else "指标属性不可识别")
        elif place == "number":
            row.number = read_numbering(cell)
        elif place == "unit":
            row.unit = "" if is_dash(cell) else cell
        elif place == "category":
            row.category = row.category or _CLAUSE_MARK.sub("", cell)
        elif place == "name":
            row.start = paragraph.start + text.index(cell) if cell else row.start
            glued = _GLUED.match(cell)
            row.number = row.number or (glued[1] if glued else "")
            row.name = cell[glued.end() :] if glued else cell
            row.lines = [(row.name, row.start)]
    _note_part(row)
    bad = [v for v in row.values if not _is_goal_text(v)]
    if not row.name or (read_amount(row.name) and not row.problem):
        row.problem = "缺指标名称"
    elif bad and not row.problem:
        row.problem = f"“{bad[0]}”不是数值"
    return row


def _note_part(row: Row) -> None:
    """其中：… is a part of the row before it."""
    found = _OF_WHICH.match(row.name)
    if found:
        row.part, row.name = True, row.name[found.end() :]


def _is_goal_text(text: str) -> bool:
    return is_dash(text) or read_amount(text) is not None or _is_said(text)


def _tokens(clean: CleanText, table: Table) -> list[Token]:
    tokens: list[Token] = []
    for line, paragraph in enumerate(table.body):
        text = clean.text[paragraph.start : paragraph.end]
        pattern = r"[^\t]+" if "\t" in text else r"\S+"
        for found in re.finditer(pattern, text):
            body = found[0].strip()
            if body:
                start = paragraph.start + found.start() + found[0].index(body)
                tokens.append(Token(body, start, start + len(body), line))
    return _merged(tokens)


def _merged(tokens: list[Token]) -> list[Token]:
    """Join what one line broke: 预期 + 性, a name with a blank in it, a number glued to a name."""
    result: list[Token] = []
    for token in tokens:
        previous = result[-1] if result else None
        if previous and token.text == "性" and previous.text in ("预期", "约束", "指导", "引导"):
            result[-1] = Token(previous.text + "性", previous.start, token.end, previous.line)
            continue
        glued = _GLUED.match(token.text)
        if glued:
            cut = token.start + glued.end()
            result.append(Token(glued[1], token.start, cut, token.line))
            token = Token(token.text[glued.end() :], cut, token.end, token.line)
        result.append(token)
    return result


def _by_nature(tokens: list[Token]) -> list[list[Token]]:
    """A row ends with its nature."""
    chunks: list[list[Token]] = [[]]
    for token in tokens:
        chunks[-1].append(token)
        if read_nature(token.text) is not None:
            chunks.append([])
    return [chunk for chunk in chunks if any(t.is_value or read_nature(t.text) for t in chunk)]


def _by_values(tokens: list[Token], count: int) -> list[list[Token]]:
    """Without natures a row ends where its figures end."""
    chunks: list[list[Token]] = [[]]
    seen = 0
    for i, token in enumerate(tokens):
        chunks[-1].append(token)
        if token.is_value and len(chunks[-1]) > 1 and _has_name(chunks[-1]):
            seen += 1
            following = tokens[i + 1] if i + 1 < len(tokens) else None
            ended = following is None or following.line != token.line
            if (ended and seen >= count) or (
                following is not None and not following.is_value and ended
            ):
                chunks.append([])
                seen = 0
    if chunks[-1] and not any(t.is_value for t in chunks[-1]):
        chunks.pop()
    return [chunk for chunk in chunks if chunk]


def _has_name(chunk: list[Token]) -> bool:
    return any(not t.is_value for t in chunk)


@cache
def _assigned() -> re.Pattern[str]:
    words = alternatives(target_words().table.assigned)
    return re.compile(rf"(?:{words}).*(?:目标|任务|要求|指标|下达|范围|以内|控制数)")


def _is_said(text: str) -> bool:
    """A target in words: set by another document, or against another series."""
    return bool(_assigned().search(text)) or read_relative(text) is not None


def _row(chunk: list[Token], table: Table, last: str) -> Row:
    """Take one row apart from its right end: nature, figures, name, number, category."""
    natures = "nature" in table.words
    nature = read_nature(chunk[-1].text) if natures else None
    body = chunk[:-1] if nature is not None else chunk
    values, rest = _trailing_values(body)
    unit = ""
    if "unit" in table.words:
        values, rest, unit = _unit_column(values, rest, len(table.columns))
    row = Row(chunk[0].start, chunk[-1].end, "", values, nature or "")
    row.unit = unit
    row.found = " | ".join(t.text for t in chunk)[:120]
    named = _name(row, rest, table, last)
    if natures and nature is None:
        row.problem = "缺指标属性"
    elif not named:
        row.problem = "缺指标名称"
    elif not values and any(t.is_value for t in named):
        row.problem = f"末尾的“{named[-1].text}”不是数值"
    elif len(values) != len(table.columns):
        row.problem = f"有 {len(values)} 个数值，表头有 {len(table.columns)} 列"
    elif re.search(r"\d", row.category):
        row.problem = f"“{row.category[:20]}”疑为另一行，未能分开"
    elif any(t.is_value and not is_dash(t.text) for t in named):
        row.problem = "名称中夹有数值，疑有错列"
    return row


def _trailing_values(body: list[Token]) -> tuple[list[str], list[Token]]:
    """Figures at the end of a row, left to right; a text set by another document counts as one."""
    values: list[str] = []
    at = len(body)
    while at:
        if body[at - 1].is_value:
            values.insert(0, body[at - 1].text)
            at -= 1
            continue
        first = at
        while first and not body[first - 1].is_value:
            first -= 1
        text = "".join(t.text for t in body[first:at])
        if first == 0 or not _is_said(text):
            tail = _assigned_tail(body, first, at) if not values else at
            if tail == at:
                break
            values.insert(0, "".join(t.text for t in body[tail:at]))
            at = tail
            continue
        values.insert(0, text)
        at = first
    return values, body[:at]


def _unit_column(
    values: list[str], rest: list[Token], count: int
) -> tuple[list[str], list[Token], str]:
    """Take the cell of the unit column, a dash where the indicator has none."""
    if len(values) == count + 1 and is_dash(values[0]):
        return values[1:], rest, ""
    if len(values) == count and len(rest) > 1 and is_unit(rest[-1].text):
        return values, rest[:-1], rest[-1].text
    return values, rest, ""


def is_unit(text: str) -> bool:
    """Is the text a unit of the catalogue, or plainly one of a table's head?"""
    folded = fold_number(text)
    known = find_unit(folded, 0) == len(folded) > 0
    return known or any_of("table_unit").fullmatch(folded) is not None


def _assigned_tail(body: list[Token], first: int, at: int) -> int:
    """Where an assigned text begins when no figure stands before it; ``at`` if there is none."""
    for start in range(first + 1, at):
        text = "".join(t.text for t in body[start:at])
        if _assigned().match(text) or read_relative(text):
            return start
    return at


def _name(row: Row, rest: list[Token], table: Table, last: str) -> list[Token]:
    """Split what stands before the figures into category, number and name."""
    at = _number_at(rest, last, headed="number" in table.words)
    if at is not None:
        row.number = read_numbering(rest[at].text)
        row.category = _joined([t for t in rest[:at] if not t.is_value])
        named = rest[at + 1 :]
    elif "category" in table.words and "number" not in table.words:
        cut = _category_end(rest)
        row.category, named = _joined(rest[:cut]), rest[cut:]
    else:
        named = rest
    if named:
        row.start = named[0].start
    lines: dict[int, tuple[str, int]] = {}
    for token in named:
        text, start = lines.get(token.line, ("", token.start))
        lines[token.line] = (text + token.text, start)
    row.lines = list(lines.values())
    row.name = "".join(text for text, _ in row.lines)
    _note_part(row)
    row.category = _CLAUSE_MARK.sub("", row.category)
    return named


def _number_at(rest: list[Token], last: str, *, headed: bool) -> int | None:
    """Place of the row's number: the first number alone that goes on the count.

    Where the head names no column of numbers, only one that goes on the count is one.
    """
    found = [i for i, token in enumerate(rest) if read_numbering(token.text)]
    expected = int(last) + 1 if last else (None if headed else 1)
    for i in found:
        if expected is None or int(read_numbering(rest[i].text)) == expected:
            return i
    return found[0] if found and headed else None


def _category_end(rest: list[Token]) -> int:
    """In a table without numbers: short pieces without unit or figure before the name."""
    cut, length = 0, 0
    for token in rest[:-1]:
        length += len(token.text)
        if len(token.text) > 4 or length > 8 or re.search(r"[（(\d%]", token.text):
            break
        cut += 1
    return cut


def _joined(tokens: list[Token]) -> str:
    return "".join(token.text for token in tokens)


def _share_numbers(rows: list[Row]) -> None:
    """Series under one number become a, b …; the first one's name sheds the shared heading."""
    sharing: dict[str, list[Row]] = {}
    for row in rows:
        if row.number and not row.problem:
            sharing.setdefault(row.number, []).append(row)
    for same in sharing.values():
        if len(same) < 2:
            continue
        for letter, row in zip("abcdefghijklmnopqrstuvwxyz", same, strict=False):
            row.letter = letter
        first = same[0]
        if len(first.lines) > 1 and not same[1].lines[0][0].startswith("其中"):
            first.group = "".join(text for text, _ in first.lines[:-1])
            first.name, first.start = first.lines[-1]
        for row in same[1:]:
            row.group = first.group
