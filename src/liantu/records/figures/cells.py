"""Checks of single cells: figures, texts, addresses, and formulas that must not come through.

Each check returns the clean text, or notes in the :class:`Log` the column, what was found,
what was expected and the next step.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from liantu.errors import Message

_STARTS = "=+-@\t\r\n＝＋－＠"
"""A cell of text that starts so may be run as a formula by a spreadsheet program."""

_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_SMALL_DIGITS = re.compile(r"[²³¹⁰-₟½¼¾⅐-↉①-⓿❶-➓]")
"""Superscripts (marks of footnotes), fractions, circled digits: folded, 5² would read 52."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_NUMBER = 40
_LONGEST_TEXT = 4000
_LONGEST_NAME = 200
_CALL = re.compile(r"[=+\-@＝＋－＠]+\s*[A-Za-z_.$]+[\w.$]*\s*[(|!:]|.*\|.*!")


@dataclass(frozen=True)
class Problem:
    """Something wrong with one cell; ``column`` is empty where the row as a whole is wrong."""

    column: str
    message: Message


@dataclass
class Log:
    """What the checks of one row found: problems keep it out, warnings go beside it."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def problem(self, column: str, zh: str, en: str) -> None:
        """The row cannot be imported."""
        self.problems.append(Problem(column, Message(f"{zh}。", f"{en}.")))

    def warn(self, column: str, zh: str, en: str) -> None:
        """The row is imported, and a person should look at it."""
        self.warnings.append(Problem(column, Message(f"{zh}。", f"{en}.")))


def neutral(value: Any) -> Any:
    """A value safe to write into a CSV cell: text that could run as a formula gets a ``'``.

    Numbers, and texts that are plain numbers, stay as they are. :func:`plain` undoes it.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}" if value.startswith(("'", *_STARTS)) else value


def plain(cell: str) -> str:
    """Undo :func:`neutral`."""
    if cell.startswith("'") and cell[1:2] and cell[1] in f"'{_STARTS}":
        return cell[1:]
    return cell


def is_neutral(cell: str) -> bool:
    """Does the cell carry the mark that :func:`neutral` sets?"""
    return plain(cell) != cell


def number(cell: str, log: Log) -> str:
    """The plain decimal text of a figure, empty where it is none."""
    folded = unicodedata.normalize("NFKC", cell).strip().replace("−", "-").replace("–", "-")
    if not folded:
        log.problem(
            "value",
            "数值为空。应为数字；尚无数据的行请删去",
            "The value is empty. Expected a number; delete rows without a figure",
        )
        return ""
    readable = _NUMBER.fullmatch(folded) and not _SMALL_DIGITS.search(cell)
    if not readable or len(folded) > _LONGEST_NUMBER:
        log.problem(
            "value",
            f"数值“{_short(cell)}”不是数字。应为 1234.5 之类，单位写在 unit 列，"
            "“超、约”等写在 note 列（限定词:超）。请改正",
            f"The value “{_short(cell)}” is no number. Expected the like of 1234.5, the unit in"
            " column unit, words such as 超 or 约 in column note (限定词:超). Mend it",
        )
        return ""
    clean = folded.replace(",", "").lstrip("+")
    if clean != cell.strip():
        log.warn(
            "value",
            f"数值“{_short(cell)}”按 {clean} 读取（全角数字或千分位）",
            f"The value “{_short(cell)}” was read as {clean} (full-width digits or grouping)",
        )
    return clean


def name(column: str, cell: str, log: Log) -> str:
    """A short text on one line (indicator, area, period, unit): never empty, never a formula."""
    text = plain(cell.strip())
    if not text:
        log.problem(column, f"{column} 为空。请补全", f"{column} is empty. Fill it in")
        return ""
    if not is_neutral(cell.strip()) and text[0] in _STARTS:
        _formula(column, cell, log)
        return ""
    if "\n" in text or "\r" in text or len(text) > _LONGEST_NAME or _has_controls(text):
        log.problem(
            column,
            f"{column} 含换行、控制字符或过长：“{_short(text)}”。多为单元格错位，请核对该行",
            f"{column} holds a line break, a control character or too much: “{_short(text)}”."
            " Mostly shifted cells: check the row",
        )
        return ""
    return text


def prose(column: str, cell: str, log: Log) -> str:
    """Free text (note, title): may be empty; a formula is refused, text starting so is kept."""
    stripped = cell.replace("\r\n", "\n").strip()
    text = plain(stripped)
    if len(text) > _LONGEST_TEXT or _has_controls(text):
        log.problem(
            column,
            f"{column} 含控制字符或超过 {_LONGEST_TEXT} 字：“{_short(text)}”。请改正",
            f"{column} holds control characters or more than {_LONGEST_TEXT} characters:"
            f" “{_short(text)}”. Mend it",
        )
        return ""
    if not text or is_neutral(stripped) or text[0] not in _STARTS:
        return text
    if _CALL.match(text) or text.isascii():
        _formula(column, cell, log)
        return ""
    log.warn(
        column,
        f"{column} 以“{text[0]}”开头，按文字保存，导出时加单引号以免被当作公式",
        f"{column} starts with “{text[0]}”: kept as text, and marked with ' on export so that"
        " it cannot run as a formula",
    )
    return text


def address(cell: str, log: Log) -> str:
    """A web address, or empty."""
    text = plain(cell.strip())
    if not text:
        return ""
    if not re.fullmatch(r"https?://[^\s<>\"']+", text) or len(text) > _LONGEST_TEXT:
        log.problem(
            "source_url",
            f"网址“{_short(text)}”不合格式。应以 http:// 或 https:// 开头，没有网址则留空",
            f"The address “{_short(text)}” is not one. It must start with http:// or https://;"
            " leave it empty where there is none",
        )
        return ""
    return text


def _formula(column: str, cell: str, log: Log) -> None:
    log.problem(
        column,
        f"{column} 是公式：“{_short(cell)}”。应为文字。请粘贴为数值或删去；"
        "确为文字时在最前面加单引号 '",
        f"{column} is a formula: “{_short(cell)}”. Expected text. Paste values or delete it;"
        " where it is meant as text, put ' in front",
    )


def _has_controls(text: str) -> bool:
    return _CONTROL.search(text) is not None


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:40] + "…"
