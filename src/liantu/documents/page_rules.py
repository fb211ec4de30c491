"""The layout of official papers, read from the catalogue (``documents/gbt9704.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import Literal

from liantu.declarations import CATALOG, Declared, Source, read_declared

TWIPS_PER_MM = 1440 / 25.4


class Page(Declared):
    """Paper and white borders. [mm]"""

    width_mm: float
    height_mm: float
    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    number_below_text_mm: float

    @property
    def text_width_mm(self) -> float:
        return self.width_mm - self.left_mm - self.right_mm

    @property
    def text_height_mm(self) -> float:
        return self.height_mm - self.top_mm - self.bottom_mm


class Grid(Declared):
    """Lines on a page, characters on a line. [twips; character_space in 1/4096 pt]"""

    characters: int
    lines: int
    line_pitch_twips: int
    character_space: int
    character_twips: int
    """Between the characters of the text: so many fit a line whether or not a program keeps to
    the grid, which each does in its own way."""
    exact_line_twips: int
    title_line_twips: int


class Font(Declared):
    """A named font, what stands in for it, and the shipped family used in PDF."""

    name: str
    alternatives: tuple[str, ...]
    pdf: Literal["serif", "sans"]


class Fonts(Declared):
    """One font for each part of a paper."""

    title: Font
    text: Font
    heading1: Font
    heading2: Font
    number: Font
    latin: Font

    def every(self) -> tuple[Font, ...]:
        return (self.title, self.text, self.heading1, self.heading2, self.number, self.latin)


class Sizes(Declared):
    """Sizes of type. [pt]"""

    title: float
    text: float
    page_number: float
    imprint: float
    caption: float
    table: float
    small_table: float
    note: float
    red_head: float


class Tables(Declared):
    """How tables break over pages."""

    rows_together: int
    characters_together: int
    """Rows and characters up to which a table stays on one page."""
    long_cell: int
    """Characters past which a row may break over pages: an unbroken one could leave a page
    half empty, or be taller than a page."""


class PageRules(Declared):
    """Everything the writers know of the standard."""

    id: str
    title: str
    source: Source
    page: Page
    grid: Grid
    fonts: Fonts
    sizes: Sizes
    tables: Tables
    colours: dict[str, str]

    def red_head_size(self, name: str) -> float:
        """Size at which the issuer's name in the red head stays on one line. [pt]"""
        points = self.page.text_width_mm * TWIPS_PER_MM / 20
        return min(self.sizes.red_head, points // max(1, len(name)))


@cache
def page_rules() -> PageRules:
    """The rules as shipped."""
    return read_declared(PageRules, CATALOG / "documents" / "gbt9704.yaml")


def twips(millimetres: float) -> int:
    """Millimetres in Word's unit. [twips]"""
    return round(millimetres * TWIPS_PER_MM)
