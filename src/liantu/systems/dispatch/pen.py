"""Writes the parts of a paper: sentences with their figures, headings, tables.

Every figure that reaches the paper is registered here with what it was made from, so that the
edition can be asked for any number on its pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from liantu.quantity.bound import Verdict
from liantu.systems.dispatch.edition import Figure, SetAside, TargetLine
from liantu.systems.dispatch.paper import (
    Block,
    Column,
    Heading,
    Paragraph,
    Row,
    Run,
    Table,
    Text,
    text,
)
from liantu.systems.dispatch.snapshot import Snapshot
from liantu.systems.dispatch.wording import Part, Wording, joined, plus, runs
from liantu.systems.targets.state import Light

Basis = Literal[
    "count", "target", "observation", "plan", "audit", "source", "edition", "change", "record"
]
ORDINALS = "一二三四五六七八九十"
LIGHT_OF: dict[Verdict, Light] = {"meets": "done", "fails": "behind", "cannot_tell": "unknown"}
VERDICTS: tuple[Verdict, ...] = ("meets", "fails", "cannot_tell")


class Pen:
    """Writes blocks in order; numbers headings, tables and charts; registers figures."""

    def __init__(self, snapshot: Snapshot, wording: Wording) -> None:
        self.snapshot = snapshot
        self.wording = wording
        self.blocks: list[Block] = []
        self._figures: dict[str, Figure] = {}
        self._headings = [0, 0, 0, 0]
        self._tables = self._charts = 0

    # Figures ------------------------------------------------------------------------------

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure registered, in order of first use."""
        return tuple(self._figures.values())

    def figure(self, id_: str, text: str, basis: Basis, refs: Iterable[str] = ()) -> Figure:
        """Register a figure; an id stands for one text only."""
        made = Figure(id=id_, text=text, basis=basis, refs=tuple(refs))
        known = self._figures.setdefault(id_, made)
        if known.text != text:
            raise ValueError(f"figure {id_} is both {known.text!r} and {text!r}")
        return known

    def count(self, id_: str, of: Sequence[TargetLine] | Sequence[str]) -> Figure:
        """How many; the refs are what was counted."""
        refs = [one if isinstance(one, str) else one.id for one in of]
        return self.figure(f"count.{id_}", str(len(refs)), "count", refs)

    def total(self, id_: str, amount: int, refs: Iterable[str] = ()) -> Figure:
        """A number counted elsewhere."""
        return self.figure(f"count.{id_}", str(amount), "count", refs)

    def of(self, line: TargetLine, part: str, text: str) -> Figure:
        """A part of a target's record, as printed."""
        used = [one.observation for one in line.inputs if one.observation]
        return self.figure(f"{line.id}.{part}", text, "target", [line.id, *dict.fromkeys(used)])

    def fact(self, id_: str, text: str) -> Figure:
        """Something known of the edition itself: a date, a title, a hash."""
        return self.figure(f"edition.{id_}", text, "edition")

    # Parts of a target --------------------------------------------------------------------

    def name(self, line: TargetLine) -> Text:
        return runs(self.of(line, "name", line.name))

    def names(self, lines: Sequence[TargetLine], *, at_most: int = 0) -> Text:
        """Names in a row, each once; of more than ``at_most`` the first ones and 等."""
        seen: dict[str, TargetLine] = {}
        for line in lines:
            seen.setdefault(line.name, line)
        shown = list(seen.values())
        cut = at_most and len(shown) > at_most
        named = joined(
            (self.name(line) for line in (shown[:at_most] if cut else shown)),
            self.wording.word("list_mark"),
        )
        return plus(named, self.wording.word("and_others")) if cut else named

    def named_with_aim(self, lines: Sequence[TargetLine], *, at_most: int = 0) -> Text:
        """Names in a row, each with its aim in brackets; what is said twice stands once."""
        unique = list({(line.name, line.aim): line for line in reversed(lines)}.values())[::-1]
        cut = at_most and len(unique) > at_most
        parts = (
            self.say("named_with_aim", name=self.name(line), aim=self.aim(line))
            for line in (unique[:at_most] if cut else unique)
        )
        named = joined(parts, self.wording.word("list_mark"))
        return plus(named, self.wording.word("and_others")) if cut else named

    def aim(self, line: TargetLine) -> Text:
        return runs(self.of(line, "aim", line.aim))

    def attained(self, line: TargetLine, *, cited: bool = True) -> Text:
        """The value attained with its period; a dash where none is known."""
        if not line.attained_printed:
            return runs(self.wording.word("none"))
        words = line.attained_printed
        if line.attained_period:
            words = f"{words}\n（{line.attained_period}）"
        return self.cited(self.of(line, "attained", words), line.cites if cited else ())

    def reason(self, line: TargetLine) -> Text:
        return self.cited(self.of(line, "reason", line.reason), line.cites)

    @staticmethod
    def cited(figure: Figure, cites: tuple[int, ...]) -> Text:
        """A figure with its source marks."""
        return (Run(text=figure.text, origin=figure.id, cites=cites),)

    def light(self, light: Light, word: str) -> Text:
        """Symbol in its colour, and the word."""
        return (Run(text=self.wording.word(f"symbol.{light}"), light=light), Run(text=word))

    def verdict(self, line: TargetLine) -> Text:
        """Verdict with its symbol; one that later figures may still change says so."""
        word = self.wording.word(f"verdict.{line.verdict}")
        if line.verdict != "cannot_tell" and not line.final:
            word += "\n" + self.wording.word("verdict.provisional")
        if line.points_to:
            word += "\n" + self.wording.word(f"points_to.{line.points_to}")
        return self.light(LIGHT_OF[line.verdict], word)

    def aside(self, line: TargetLine, one: SetAside) -> Text:
        """A figure set aside, with its source."""
        words = f"{one.printed}（{one.period}）"
        figure = self.figure(
            f"{line.id}.aside.{one.observation}", words, "observation", [one.observation]
        )
        return (Run(text=words, origin=figure.id, cites=(one.source,)),)

    # Blocks -------------------------------------------------------------------------------

    def heading(self, level: Literal[1, 2, 3, 4], words: Part) -> None:
        """A heading with the next number of its level."""
        self._headings[level - 1] += 1
        self._headings[level:] = [0] * (4 - level)
        ordinal = self._headings[level - 1]
        mark = (
            f"{chinese(ordinal)}、",
            f"（{chinese(ordinal)}）",
            f"{ordinal}. ",
            f"（{ordinal}）",
        )[level - 1]
        self.blocks.append(Heading(level=level, mark=mark, runs=runs(words)))

    def body(self, *sentences: Part) -> None:
        """One paragraph of one or more sentences."""
        self.blocks.append(Paragraph(runs=plus(*sentences)))

    def note(self, *sentences: Part) -> None:
        """A note in small type, under a table or chart."""
        self.blocks.append(Paragraph(style="note", runs=plus(*sentences)))

    def say(self, key: str, **parts: Part) -> Text:
        return self.wording.say(key, **parts)

    def table(
        self,
        caption: Part,
        columns: Sequence[Column],
        rows: Iterable[Row],
        size: Literal["normal", "small"] = "normal",
        *,
        lists_sources: bool = False,
    ) -> None:
        """A numbered table; an empty caption leaves it without caption and number."""
        printed = ""
        if caption:
            self._tables += 1
            words = text(runs(caption))
            printed = f"{self.wording.word('table')}{self._tables}　{words}"
        self.blocks.append(
            Table(
                caption=printed,
                columns=tuple(columns),
                rows=tuple(rows),
                size=size,
                lists_sources=lists_sources,
            )
        )

    def chart_caption(self, key: str) -> str:
        """The next chart's caption."""
        self._charts += 1
        return f"{self.wording.word('chart')}{self._charts}　{self.wording.word(key)}"

    def column(
        self, key: str, width: float, align: Literal["left", "center", "right"] = "left"
    ) -> Column:
        return Column(title=self.wording.word(f"column.{key}"), width=width, align=align)

    def taken(self) -> tuple[Block, ...]:
        """The blocks written so far, the desk cleared for the next part."""
        blocks = tuple(self.blocks)
        self.blocks = []
        self._headings = [0, 0, 0, 0]
        return blocks


def chinese(ordinal: int) -> str:
    """1–99 as Chinese numerals: 一, 十, 十一, 二十三."""
    tens, ones = divmod(ordinal, 10)
    if tens == 0:
        return ORDINALS[ones - 1]
    lead = "" if tens == 1 else ORDINALS[tens - 1]
    return f"{lead}十{ORDINALS[ones - 1] if ones else ''}"


def row(*cells: Part) -> Row:
    """A row of a table."""
    return Row(cells=tuple(runs(cell) for cell in cells))


def group_row(words: Part) -> Row:
    """A row that names the group of the rows below it."""
    return Row(cells=(runs(words),), group=True)
