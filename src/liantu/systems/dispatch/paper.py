"""A paper as data: what it says, block by block, before any file format.

A paper is composed once and frozen with its edition, so that the Word file, the PDF and a page
on screen say the same words, and an edition printed again after the catalogue's wording has
changed still prints what was published. Every piece of text says where it comes from
(``origin``), so that each figure on paper walks back to a record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from liantu.declarations import Declared
from liantu.systems.targets.state import Light

Align = Literal["left", "center", "right"]


class Frozen(BaseModel):
    """Base of every record of an edition: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(Frozen):
    """A stretch of text of one origin."""

    text: str
    """Plain words; a line feed is a line break within the paragraph."""
    origin: str = ""
    """Id of the edition's figure it prints; empty for the catalogue's own words."""
    cites: tuple[int, ...] = ()
    """Numbers of the sources that bear it out, printed after it as [n]."""
    light: Light | None = None
    """Set where the text is a light's symbol, which is then printed in its colour."""
    bold: bool = False


Text = tuple[Run, ...]


def text(runs: Iterable[Run]) -> str:
    """The plain words of some runs, source marks left out."""
    return "".join(run.text for run in runs)


class Heading(Frozen):
    """A heading with its mark: level 1 一、 · 2 （一） · 3 1. · 4 （1）."""

    block: Literal["heading"] = "heading"
    level: Literal[1, 2, 3, 4]
    mark: str
    runs: Text


class Paragraph(Frozen):
    """``body`` is indented by two characters; ``note`` is small, under a table or chart."""

    block: Literal["paragraph"] = "paragraph"
    style: Literal["body", "note"] = "body"
    runs: Text


class Column(Frozen):
    """One column; ``width`` is a share of the table's width."""

    title: str
    width: float
    align: Align = "left"


class Row(Frozen):
    """Cells from left to right, or one cell over all columns where ``group`` is true."""

    cells: tuple[Text, ...]
    group: bool = False


class Table(Frozen):
    """A table that stays a table: editable, its header repeated on every page."""

    block: Literal["table"] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    size: Literal["normal", "small"] = "normal"
    lists_sources: bool = False
    """The source list: its first column holds the numbers that source marks point to."""


class LightsBar(Frozen):
    """One bar of the chart of lights: how many targets of a group show which light."""

    label: str
    counts: dict[Light, int]


class LightsChart(Frozen):
    """Lights by group, one stacked bar each."""

    block: Literal["lights"] = "lights"
    caption: str
    alt: str
    bars: tuple[LightsBar, ...]
    words: dict[Light, str]


class Position(Frozen):
    """Where a target stands between its baseline (0) and its aim (1)."""

    label: str
    light: Light
    low: float | None
    high: float | None
    """None for an end that the evidence leaves open; both None where nothing is known."""
    printed: str


class PositionsChart(Frozen):
    """Share of the way from baseline to aim, one dot or interval a target."""

    block: Literal["positions"] = "positions"
    caption: str
    alt: str
    rows: tuple[Position, ...]
    axis: tuple[str, str]
    """Words under 0 and under 1."""
    nothing: str
    """Word printed where nothing is known."""


Block = Annotated[
    Heading | Paragraph | Table | LightsChart | PositionsChart, Field(discriminator="block")
]


class Annex(Frozen):
    """An annex begins a page; a wide one is set across (landscape)."""

    title: str
    landscape: bool = False
    blocks: tuple[Block, ...]


class Letterhead(Declared):
    """What only the issuing office knows; empty parts are left out, never invented."""

    issuer: str = ""
    """发文机关署名; empty: the area's name with the catalogue's remark of a draft."""
    red_head: str = ""
    """发文机关标志, printed in red above a red line where it is set."""
    document_number: str = ""
    """发文字号, such as 〔2026〕1号."""
    recipients: str = ""
    """主送机关, without the colon."""
    copies_to: str = ""
    """抄送机关."""
    printed_by: str = ""
    """印发机关; empty: the issuer."""


class Paper(Frozen):
    """A whole paper, ready to be laid out."""

    title: tuple[str, ...]
    """Lines of the title, already broken into a trapezium or diamond."""
    subtitle: str = ""
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    signed: str
    dated: str
    """成文日期, such as 2026年1月5日."""
    letterhead: Letterhead
    printed_by: str
    synthetic_label: str = ""
    """Printed on every page where the data are synthetic."""

    def walk(self) -> Iterable[Run]:
        """Every run of the paper, in order."""
        for block in self.every_block():
            if isinstance(block, Heading | Paragraph):
                yield from block.runs
            elif isinstance(block, Table):
                for row in block.rows:
                    for cell in row.cells:
                        yield from cell

    def every_block(self) -> Iterable[Block]:
        """Every block of the body and of the annexes, in order."""
        yield from self.blocks
        for annex in self.annexes:
            yield from annex.blocks
