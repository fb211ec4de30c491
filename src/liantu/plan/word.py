"""Paragraphs, tables and automatic numbers of a Word document, in document order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HAN = "〇一二三四五六七八九"
_CHINESE_FORMATS = frozenset(
    {"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting",
     "taiwaneseCounting", "taiwaneseCountingThousand", "chineseLegalSimplified"}
)  # fmt: skip
_CIRCLED_FORMATS = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})


def word_text(path: Path) -> str:
    """Text of a .docx: one paragraph a line, cells of a row separated by tabs."""
    import docx

    document = docx.Document(str(path))
    return "\n".join(_blocks(document))


def _blocks(document: Any) -> Iterator[str]:
    from docx.table import Table

    numbers = _Numbering(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield ""
            yield from _rows(block)
            yield ""
        else:
            yield numbers.label(block) + block.text.replace("\t", " ")
            yield from _framed(block)


def _framed(paragraph: Any) -> Iterator[str]:
    """Paragraphs of text frames anchored here (boxes are often set in them)."""
    for frame in paragraph._p.iter(_w("txbxContent")):
        above = frame.iterancestors()
        if any(element.tag.endswith("}Fallback") for element in above):
            continue
        for line in frame.iter(_w("p")):
            yield "".join(text.text or "" for text in line.iter(_w("t")))


def _rows(table: Any) -> Iterator[str]:
    for row in table.rows:
        cells: list[Any] = []
        for cell in row.cells:
            if not any(cell._tc is other._tc for other in cells):
                cells.append(cell)
        if len(cells) == 1:
            yield cells[0].text
        else:
            yield "\t".join(re.sub(r"\s+", "", cell.text) or "\u3000" for cell in cells)


class _Numbering:
    """Counts automatic numbers, which are not part of a paragraph's text."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        """(list, level) → (number format, pattern such as ``（%1）``, first number)."""
        self.counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            # A document without numbered paragraphs has no numbering part: nothing to count.
            return
        abstract = {item.get(_w("abstractNumId")): item for item in root.findall(_w("abstractNum"))}
        for number in root.findall(_w("num")):
            reference = number.find(_w("abstractNumId"))
            if reference is not None and reference.get(_w("val")) in abstract:
                self._learn(number.get(_w("numId")), abstract[reference.get(_w("val"))])

    def _learn(self, list_id: str, abstract: Any) -> None:
        for level in abstract.findall(_w("lvl")):
            form, pattern = level.find(_w("numFmt")), level.find(_w("lvlText"))
            start = level.find(_w("start"))
            if form is None or pattern is None or form.get(_w("val")) == "bullet":
                continue
            self.levels[(list_id, int(level.get(_w("ilvl"))))] = (
                form.get(_w("val")),
                pattern.get(_w("val")) or "",
                int(start.get(_w("val"))) if start is not None else 1,
            )

    def label(self, paragraph: Any) -> str:
        """The automatic number before the paragraph, empty where there is none."""
        place = _list_place(paragraph)
        if place is None or place not in self.levels or not paragraph.text.strip():
            return ""
        list_id, level = place
        counts = self.counts.setdefault(list_id, {})
        counts[level] = counts.get(level, self.levels[place][2] - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return re.sub(
            r"%(\d)", lambda m: self._number(list_id, int(m[1]) - 1), self.levels[place][1]
        )

    def _number(self, list_id: str, level: int) -> str:
        form, _, start = self.levels.get((list_id, level), ("decimal", "", 1))
        value = self.counts[list_id].get(level, start)
        if form in _CHINESE_FORMATS:
            return chinese_number(value)
        if form in _CIRCLED_FORMATS and 1 <= value <= 20:
            return chr(0x2460 + value - 1)
        return str(value)


def chinese_number(value: int) -> str:
    """1 to 99 as 一 to 九十九; larger numbers stay Arabic."""
    if not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_HAN[tens]}十")
    return head + (_HAN[ones] if ones else "")


def _list_place(paragraph: Any) -> tuple[str, int] | None:
    """(list, level) of a paragraph, from itself or from its style and the styles below it."""
    properties = [paragraph._p.pPr]
    style = paragraph.style
    while style is not None:
        properties.append(style.element.find(_w("pPr")))
        style = style.base_style
    for found in properties:
        numbering = found.find(_w("numPr")) if found is not None else None
        list_id = numbering.find(_w("numId")) if numbering is not None else None
        if numbering is None or list_id is None:
            continue
        level = numbering.find(_w("ilvl"))
        return list_id.get(_w("val")), int(level.get(_w("val"))) if level is not None else 0
    return None


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"
