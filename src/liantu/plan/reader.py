"""Reads a plan's file (.txt, .docx, .pdf) as one string, or says why it cannot."""

from __future__ import annotations

import codecs
import logging
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from liantu.errors import NotFound, UnreadableInput
from liantu.plan.word import word_text

Kind = Literal["txt", "docx", "pdf"]

MAX_BYTES = 64 * 1024 * 1024
"""Largest file accepted; a plan of 50 pages is below 5 MB in any of the three kinds."""
MAX_UNPACKED = 256 * 1024 * 1024
"""Largest content of a .docx once unpacked; what unpacks to more is a bomb, not a plan."""
MAX_CHARS = 5_000_000
"""Longest text accepted, far above any plan."""

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF", ".pdf"),
    (b"PK\x03\x04", "Office 文档或压缩包 (zip container)", ".docx"),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文档 .doc/.xls (old Office file)", ".docx"),
    (b"\x89PNG", "图片 (image)", ".txt"),
    (b"\xff\xd8\xff", "图片 (image)", ".txt"),
    (b"{\\rtf", "RTF", ".docx"),
)


_CONTROL = r"\x00-\x08\x0e-\x1a\x1c-\x1f"
_UNPRINTABLE = re.compile(f"[{_CONTROL}\ud800-\udfff]")
"""What a PDF's fonts may yield and no ledger can keep."""


@dataclass(frozen=True)
class SourceText:
    """Decoded text of a plan's file and the kind of file it came from."""

    text: str
    kind: Kind


def read_source(
    path: Path | str, *, on_page: Callable[[int, int], None] | None = None
) -> SourceText:
    """Decode the file at ``path``; ``on_page`` is told (pages read, pages in all) of a PDF.

    Raises:
        NotFound: there is no such file.
        UnreadableInput: a directory, empty, too large, of another kind, broken, encrypted,
            scanned without text, or in an encoding that is none of UTF-8, UTF-16, GB18030.
    """
    path = Path(path)
    _check_file(path)
    kind = path.suffix.lower()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(
            f"文件 {path.name} 无法读取：{error.strerror}。请检查权限，或换一个位置存放。",
            f"File {path.name} cannot be read: {error.strerror}. Check its permissions, or keep it"
            " elsewhere.",
        ) from error
    if kind == ".pdf" or data[:1024].lstrip().startswith(b"%PDF"):
        return _checked(_read_pdf(path, on_page), "pdf", path)
    if kind == ".docx":
        return _checked(_read_docx(path), "docx", path)
    if kind in (".txt", ".text", ".md", ""):
        return _checked(decode(data, path.name), "txt", path)
    raise UnreadableInput(
        f"文件 {path.name} 的类型为“{kind}”，只能读取 .txt、.docx、.pdf。请另存为其中一种再试。",
        f"File {path.name} is of kind “{kind}”; only .txt, .docx and .pdf are read."
        " Save it as one of these and try again.",
    )


def _check_file(path: Path) -> None:
    if not path.exists():
        raise NotFound(
            f"文件 {path} 不存在。请检查路径。", f"File {path} does not exist. Check the path."
        )
    if path.is_dir():
        raise UnreadableInput(
            f"{path} 是文件夹，应为一个 .txt、.docx 或 .pdf 文件。请给出其中的规划文本文件。",
            f"{path} is a directory; a .txt, .docx or .pdf file is expected."
            " Name the plan's file inside it.",
        )
    size = path.stat().st_size
    if size == 0:
        raise _empty(path.name)
    if size > MAX_BYTES:
        raise UnreadableInput(
            f"文件 {path.name} 有 {size:,} 字节，上限为 {MAX_BYTES:,}。请去除图片或另存为纯文本。",
            f"File {path.name} has {size:,} bytes, at most {MAX_BYTES:,} are read."
            " Remove its images or save it as plain text.",
        )


def _empty(name: str) -> UnreadableInput:
    return UnreadableInput(
        f"文件 {name} 是空的，应含规划全文。请检查是否取错文件。",
        f"File {name} is empty; the full text of a plan is expected. Check that it is the right"
        " file.",
    )


def _checked(text: str, kind: Kind, path: Path) -> SourceText:
    if not text.strip(" \t\r\n\f\u3000\ufeff\xa0"):
        raise _empty(path.name)
    if len(text) > MAX_CHARS:
        raise UnreadableInput(
            f"文件 {path.name} 有 {len(text):,} 字，上限为 {MAX_CHARS:,}。请确认它是一份规划。",
            f"File {path.name} has {len(text):,} characters, at most {MAX_CHARS:,} are read."
            " Make sure that it is one plan.",
        )
    return SourceText(text, kind)


def decode(data: bytes, name: str) -> str:
    """Text of the bytes as UTF-8 (with or without mark), UTF-16 with mark, or GB18030."""
    for magic, what, suffix in _MAGIC:
        if data.startswith(magic):
            raise UnreadableInput(
                f"文件 {name} 以文本名义给出，内容却是{what}。请改用后缀 {suffix} 或另存为文本。",
                f"File {name} is given as text but holds: {what}."
                f" Use the suffix {suffix} or save it as text.",
            )
    text = _unicode(data, name)
    found = re.search(f"[{_CONTROL}]", text)
    if found:
        raise _binary(name, found.start(), ord(found.group()))
    return text


def _unicode(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _decoded(data, "utf-32", name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, "utf-16", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as utf8:
        return _gb18030(data, name, utf8)


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte, encoding = data[error.start], encoding.upper()
        raise UnreadableInput(
            f"文件 {name} 标明为 {encoding}，但第 {error.start} 字节（0x{byte:02X}）起无法解码。"
            "请另存为 UTF-8 文本。",
            f"File {name} is marked as {encoding}, but cannot be decoded from byte"
            f" {error.start} (0x{byte:02X}). Save it as UTF-8 text.",
        ) from error


def _gb18030(data: bytes, name: str, utf8: UnicodeDecodeError) -> str:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as gb:
        at = max(gb.start, utf8.start)
        byte = data[at]
        unmarked = b"\n\x00" in data or b"\x00\n" in data
        raise UnreadableInput(
            f"文件 {name} 既不是 UTF-8 也不是 GB18030：第 {at} 字节 0x{byte:02X} 无法解码"
            f"（UTF-8 止于第 {utf8.start} 字节，GB18030 止于第 {gb.start} 字节）。"
            + ("看来是不带标记的 UTF-16。" if unmarked else "")
            + "请用原编辑软件另存为 UTF-8 文本。",
            f"File {name} is neither UTF-8 nor GB18030: byte {at}, 0x{byte:02X}, cannot be decoded"
            f" (UTF-8 stops at byte {utf8.start}, GB18030 at byte {gb.start})."
            + (" It looks like UTF-16 without its mark." if unmarked else "")
            + " Save it as UTF-8 text from the program that wrote it.",
        ) from gb


def _binary(name: str, at: int, code: int) -> UnreadableInput:
    return UnreadableInput(
        f"文件 {name} 不是文本：第 {at} 个字符是控制码 0x{code:02X}。请给出 .txt、.docx 或 .pdf。",
        f"File {name} is not text: character {at} is control code 0x{code:02X}."
        " Give a .txt, .docx or .pdf file.",
    )


def _read_docx(path: Path) -> str:
    try:
        _check_unpacked(path)
        return word_text(path)
    except UnreadableInput:
        raise
    except Exception as error:
        # A damaged container makes its readers raise whatever they stumble over.
        old = path.read_bytes()[:8].startswith(b"\xd0\xcf\x11\xe0")
        hint = "它是旧版 .doc 或加密文档。" if old else "文件已损坏或并非 Word 文档。"
        hint_en = (
            "It is an old .doc or an encrypted document."
            if old
            else "The file is damaged or no Word document."
        )
        raise UnreadableInput(
            f"文件 {path.name} 无法作为 .docx 打开：{hint}请用 Word 或 WPS 打开后另存为 .docx。",
            f"File {path.name} cannot be opened as .docx: {hint_en}"
            " Open it in Word or WPS and save it as .docx.",
        ) from error


def _check_unpacked(path: Path) -> None:
    """Unpack every part once, counting: the sizes an archive declares may be false."""
    unpacked = 0
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            with archive.open(item) as part:
                while chunk := part.read(1 << 20):
                    unpacked += len(chunk)
                    if unpacked > MAX_UNPACKED:
                        limit = MAX_UNPACKED // 1024 // 1024
                        raise UnreadableInput(
                            f"文件 {path.name} 解压后超过 {limit} MB，不像一份规划。"
                            "请去除图片或另存为纯文本。",
                            f"File {path.name} unpacks to more than {limit} MB, which no plan"
                            " does. Remove its images or save it as plain text.",
                        )


def _read_pdf(path: Path, on_page: Callable[[int, int], None] | None) -> str:
    """Text by lines, page by page (form feeds between pages)."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(path) as document:
            pages = []
            for number, page in enumerate(document.pages, start=1):
                pages.append(_pdf_page(page))
                page.close()
                if on_page:
                    on_page(number, len(document.pages))
    except Exception as error:
        # A damaged file makes its reader raise whatever it stumbles over.
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect) or isinstance(error, PDFPasswordIncorrect):
            raise UnreadableInput(
                f"文件 {path.name} 已加密，需要口令。请取得未加密的版本或先解除口令。",
                f"File {path.name} is encrypted and asks for a password."
                " Obtain an open copy or remove the password first.",
            ) from error
        raise UnreadableInput(
            f"文件 {path.name} 不是完整的 PDF。请重新下载，或另存为 .docx、.txt。",
            f"File {path.name} is not a complete PDF. Download it again or save it as .docx"
            " or .txt.",
        ) from error
    text = _UNPRINTABLE.sub("\ufffd", "\f".join(pages))
    if not text.strip():
        raise UnreadableInput(
            f"文件 {path.name} 共 {len(pages)} 页，没有文字，应是扫描件。请先做文字识别（OCR）。",
            f"File {path.name} has {len(pages)} pages and no text: it is a scan."
            " Run optical character recognition (OCR) on it first.",
        )
    return text


def _pdf_page(page: Any) -> str:
    """Running text as lines, ruled tables as rows of cells, each in its place on the page."""
    tables = [t for t in page.find_tables() if len(t.rows) > 1 and len(t.columns) > 1]
    if not tables:
        return str(page.extract_text() or "")
    parts: list[str] = []
    top = page.bbox[1]
    for table in sorted(tables, key=lambda t: t.bbox[1]):
        x0, x1 = page.bbox[0], page.bbox[2]
        if table.bbox[1] > top:
            parts.append(page.crop((x0, top, x1, table.bbox[1])).extract_text() or "")
        for row in table.extract():
            parts.append("\t".join(re.sub(r"\s+", "", cell or "") or "\u3000" for cell in row))
        top = max(top, table.bbox[3])
    if top < page.bbox[3]:
        parts.append(
            page.crop((page.bbox[0], top, page.bbox[2], page.bbox[3])).extract_text() or ""
        )
    return "\n".join(part for part in parts if part)
