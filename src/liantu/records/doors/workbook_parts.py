"""The parts of a workbook: which hold the sheets, and how much they unpack to.

An archive can name one part twice, call it differently in its relations, lie about its sizes, or
hold thousands of parts. What is read here is read once and handed on as a new, small workbook.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import unescape

from liantu.errors import UnreadableInput
from liantu.records.doors.rules import door_rules

_ENTRY = b"PK\x01\x02"
_CHUNK = 1 << 20
_PERCENT = frozenset({9, 10})
"""Number formats built in that show a percentage."""
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Sheet:
    """A sheet and the part of the archive that holds it."""

    name: str
    part: str
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """A workbook whose parts were measured."""

    archive: zipfile.ZipFile
    sheets: tuple[Sheet, ...]
    strings: bytes
    styles: bytes
    since_1904: bool

    def read(self, part: str) -> bytes:
        """Content of a part, as XML in UTF-8.

        Raises:
            ValueError: declares entities or is written in another encoding.
        """
        return _xml(self.archive, part)

    @property
    def percent_styles(self) -> frozenset[int]:
        """Styles by which a figure is shown as a percentage."""
        return _percent_styles(self.styles.decode("utf-8", "replace"))


def open_book(path: Path, data: bytes) -> Book:
    """Measure an archive and find its sheets.

    Raises:
        UnreadableInput: unpacks too large, declares entities, is no workbook.
        ValueError, KeyError, zipfile.BadZipFile: damaged.
    """
    most = door_rules().limits.sheet_parts
    if data.count(_ENTRY) > most:
        raise ValueError(f"more than {most} parts")
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = [item.filename for item in archive.infolist()]
    if "xl/workbook.xml" not in names:
        raise _other_archive(path, names)
    if len({name.lower().replace("\\", "/") for name in names}) < len(names):
        raise ValueError("a part stands twice")
    _measure(path, archive)
    book = _xml(archive, "xl/workbook.xml").decode("utf-8", "replace")
    relations = _xml(archive, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    tags = re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations)
    by_id = {_attribute(tag, "Id"): tag for tag in tags}
    by_kind = {_attribute(tag, "Type").rsplit("/", 1)[-1]: tag for tag in tags}
    strings, styles = (
        _xml(archive, part) if (part := _target(by_kind.get(kind, ""))) in names else b""
        for kind in ("sharedStrings", "styles")
    )
    if strings.count(b"<si") + strings.count(b":si") > door_rules().limits.sheet_cells:
        raise ValueError("too many shared texts")
    properties = re.search(r"<(?:\w+:)?workbookPr\b[^>]*>", book)
    return Book(
        archive,
        _sheets(book, by_id),
        strings,
        styles,
        _attribute(properties[0] if properties else "", "date1904") in ("1", "true"),
    )


def rebuilt(book: Book, xml: bytes) -> bytes:
    """A workbook of one sheet, from parts that were looked at."""
    dates = ' date1904="1"' if book.since_1904 else ""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/></Types>',
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/_rels/workbook.xml.rels": _relations(
            [
                ("worksheet", "worksheets/sheet1.xml"),
                ("sharedStrings", "sharedStrings.xml"),
                ("styles", "styles.xml"),
            ]
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr{dates}/>'
        '<sheets><sheet name="s" sheetId="1" r:id="r0"/></sheets>'
        "</workbook>",
        "xl/worksheets/sheet1.xml": xml,
        "xl/sharedStrings.xml": book.strings or f'<sst xmlns="{_MAIN}"/>',
        "xl/styles.xml": book.styles or f'<styleSheet xmlns="{_MAIN}"/>',
    }
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return memory.getvalue()


def _relations(targets: list[tuple[str, str]]) -> str:
    tags = "".join(
        f'<Relationship Id="r{at}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{tags}</Relationships>'


def _measure(path: Path, archive: zipfile.ZipFile) -> None:
    """Unpacks every part once, counting: sizes declared in an archive can lie."""
    shown = door_rules().limits.largest_mb
    left = shown * 1024 * 1024
    for item in archive.infolist():
        with archive.open(item) as part:
            while left >= 0 and (chunk := part.read(_CHUNK)):
                left -= len(chunk)
        if left < 0:
            raise UnreadableInput(
                f"{path.name} 解压后超过 {shown} MB。请分批导入，或检查文件来源。",
                f"{path.name} unpacks to more than {shown} MB. Import it in parts, or check where"
                " it comes from.",
            )


def _xml(archive: zipfile.ZipFile, part: str) -> bytes:
    content = archive.read(part)
    if b"\x00" in content:
        raise ValueError(f"{part} is not in UTF-8")
    if b"<!" in content and re.search(rb"<!(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise UnreadableInput(
            f"工作簿中的 {part} 声明了 XML 实体，正常的表格没有。未导入任何数据。",
            f"{part} of the workbook declares XML entities, which no table does. Nothing was"
            " imported.",
        )
    return content


def _sheets(book: str, relations: dict[str, str]) -> tuple[Sheet, ...]:
    """Sheets with cells, in order; sheets of charts and macros have none."""
    sheets = []
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        relation = relations.get(_attribute(tag, r"\w+:id"), "")
        if _attribute(relation, "Type").rsplit("/", 1)[-1] in ("worksheet", ""):
            name = unescape(_attribute(tag, "name"), {"&quot;": '"', "&apos;": "'"})
            hidden = _attribute(tag, "state") in ("hidden", "veryHidden")
            sheets.append(Sheet(name, _target(relation), hidden))
    if not sheets:
        raise ValueError("no sheet")
    return tuple(sheets)


def _target(relation: str) -> str:
    target = _attribute(relation, "Target")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}=[\"']([^\"']*)[\"']", tag)
    return found[1] if found else ""


def _percent_styles(styles: str) -> frozenset[int]:
    custom = {
        int(_attribute(tag, "numFmtId") or -1)
        for tag in re.findall(r"<(?:\w+:)?numFmt\b[^>]*>", styles)
        if "%" in _QUOTED.sub("", unescape(_attribute(tag, "formatCode"), {"&quot;": '"'}))
    }
    used = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    formats = re.findall(r"<(?:\w+:)?xf\b[^>]*>", used[0] if used else "")
    return frozenset(
        at
        for at, tag in enumerate(formats)
        if int(_attribute(tag, "numFmtId") or -1) in custom | _PERCENT
    )


def _other_archive(path: Path, names: list[str]) -> UnreadableInput:
    inside = "、".join(name for name in names if not name.endswith("/"))[:80] or "（空）"
    return UnreadableInput(
        f"{path.name} 是压缩包，不是 xlsx 工作簿；其中有 {inside}。请解压后逐个导入。",
        f"{path.name} is an archive, not an xlsx workbook; it holds {inside}. Unpack it and import"
        " the tables one by one.",
    )
