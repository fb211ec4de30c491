"""Where the cells of a sheet stand and what kind they are, before a reader makes room for them.

A reader of spreadsheets makes room for every cell up to the last one, so a single cell far out,
however it is written, is a bomb. Every cell is therefore located first. Sheets as spreadsheet
programs write them are taken apart in columns; any other spelling goes through an XML parser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

import polars as pl

_SLICE = 1 << 25
"""Bytes taken apart at a time."""
_ODD = (b"<c>", b"<c/", b"<c\n", b"<c\r", b"<c\t", b":c", b"<!--", b"<![CDATA[", b"\x00")
"""Spellings of a cell that no spreadsheet program uses, and what could hide one."""
_CELL = r'^r="([A-Z]{1,3})([0-9]{1,7})"([^<>]*)>(<[^/]|[^<])?'
"""Column, row and attributes of a cell, and how its content begins."""
_VALUE = r"<v[^<>]*>([^<]*)<"
_SCHEMA = {
    "column": pl.UInt32(), "row": pl.UInt32(), "kind": pl.String(), "style": pl.UInt32(),
    "value": pl.String(), "formula": pl.Boolean(),
}  # fmt: skip
_FURTHEST = 2**32 - 1


class UnreadableSheet(ValueError):
    """Not XML, or more cells than are read."""


@dataclass(frozen=True)
class Cells:
    """All cells with content or a formula.

    ``frame`` has one row a cell: ``column`` from 0, ``row`` from 1, ``kind`` (the attribute
    ``t``, empty for figures), ``style``, ``value`` as written, ``formula``.
    """

    frame: pl.DataFrame

    @property
    def last_row(self) -> int:
        return int(self.frame["row"].max() or 0)  # type: ignore[arg-type]

    @property
    def width(self) -> int:
        """Columns up to the last one used."""
        return int(self.frame["column"].max()) + 1 if self.frame.height else 0  # type: ignore[arg-type]

    @property
    def first_column(self) -> int:
        """First column for which a reader makes room."""
        room = (pl.col("value") != "") | pl.col("kind").is_in(["str", "inlineStr"])
        return int(self.frame.filter(room)["column"].min() or 0)  # type: ignore[arg-type]


def locate(xml: bytes, most: int) -> Cells:
    """Cells of a sheet.

    Args:
        most: cells beyond which a sheet is not looked at any further.

    Raises:
        UnreadableSheet: no XML, or more than ``most`` cells.
    """
    if xml.count(b"<c ") > most:
        raise UnreadableSheet(f"more than {most} cells")
    if not any(mark in xml for mark in _ODD):
        parts = [_apart(piece) for piece in _slices(xml)]
        if all(part is not None for part in parts):
            return Cells(pl.concat([part for part in parts if part is not None]))
    return Cells(_parsed(xml, most))


def _slices(xml: bytes) -> list[bytes]:
    """The sheet cut before rows, so that no cell is cut."""
    pieces = []
    start = 0
    while len(xml) - start > _SLICE:
        end = xml.find(b"<row", start + _SLICE)
        if end < 0:
            break
        pieces.append(xml[start:end])
        start = end
    return [*pieces, xml[start:]]


def _apart(piece: bytes) -> pl.DataFrame | None:
    """Cells of a slice; None where one is written in an unusual way."""
    text = pl.Series("cell", [piece], dtype=pl.Binary).cast(pl.String, strict=False)
    if text.null_count():
        raise UnreadableSheet("not UTF-8")
    cells = text.str.split("<c ").explode().slice(1)
    if not len(cells):
        return pl.DataFrame(schema=_SCHEMA)
    fields = ["letters", "row", "rest", "content"]
    groups = cells.str.extract_groups(_CELL).struct.rename_fields(fields)
    found = pl.DataFrame({"cell": cells}).hstack(groups.struct.unnest())
    if found["row"].null_count():
        return None
    found = found.drop_nulls("content")
    attributes = (
        found.select("rest")
        .unique()
        .with_columns(
            kind=pl.col("rest").str.extract(r' t="([a-zA-Z]*)"').fill_null(""),
            style=pl.col("rest").str.extract(r' s="([0-9]{1,9})"').cast(pl.UInt32),
        )
    )
    places = {letters: place(letters) for letters in found["letters"].unique()}
    return found.join(attributes, on="rest", how="left", maintain_order="left").select(
        column=pl.col("letters").replace_strict(places, return_dtype=pl.UInt32),
        row=pl.col("row").cast(pl.UInt32),
        kind="kind",
        style="style",
        value=pl.col("cell").str.extract(_VALUE).fill_null(""),
        formula=pl.col("cell").str.contains(r"<f[ />]"),
    )


def place(letters: str) -> int:
    """Number of a column: ``A`` is 0, ``AA`` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


# Any other spelling --------------------------------------------------------------------------


class _Reader:
    """Follows the parser from cell to cell; a cell without a place stands beside the last."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.cells: list[tuple[int, int, str, int | None, str, bool]] = []
        self.row, self.column = 0, -1
        self.kind, self.style = "", None  # type: str, int | None
        self.inside = self.formula = False
        self.value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rsplit(":", 1)[-1]
        if local == "row":
            said = attributes.get("r", "")
            self.row = int(said) if said.isdecimal() and len(said) < 11 else self.row + 1
            self.column = -1
        elif local == "c":
            self._move(attributes.get("r", ""))
            self.kind = attributes.get("t", "")
            style = attributes.get("s", "")
            self.style = int(style) if style.isdecimal() and len(style) < 10 else None
            self.value, self.formula = [], False
        elif local == "f":
            self.formula = True
        self.inside = local in ("v", "t")

    def _move(self, said: str) -> None:
        letters = said.rstrip("0123456789")
        if not said:
            self.column += 1
            return
        if not letters.isalpha() or not letters.isascii() or len(letters) > 6:
            raise UnreadableSheet(f"a cell at {said[:20]!r}")
        self.column = place(letters.upper())
        self.row = int(said[len(letters) :] or self.row)

    def text(self, said: str) -> None:
        if self.inside:
            self.value.append(said)

    def end(self, name: str) -> None:
        self.inside = False
        if name.rsplit(":", 1)[-1] != "c":
            return
        value = "".join(self.value)
        if value or self.formula or self.kind in ("str", "inlineStr"):
            if len(self.cells) >= self.most or max(self.row, self.column) > _FURTHEST:
                raise UnreadableSheet(f"more than {self.most} cells")
            self.cells.append((self.column, self.row, self.kind, self.style, value, self.formula))


def _parsed(xml: bytes, most: int) -> pl.DataFrame:
    reader = _Reader(most)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableSheet(str(error)) from error
    return pl.DataFrame(reader.cells, schema=_SCHEMA, orient="row")


def _refuse(*_: Any) -> None:
    raise UnreadableSheet("a document type declaration")
