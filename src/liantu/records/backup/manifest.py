"""The list of contents of an archive: what was saved, by which program, and every checksum."""

from __future__ import annotations

import re
import unicodedata

from pydantic import Field, ValidationError

from liantu.declarations import Declared
from liantu.errors import UnreadableInput

FORMAT = "liantu-backup"
FORMAT_VERSION = 1
"""Raised when an older program could no longer read what a newer one writes."""
MANIFEST = "manifest.json"
MANIFEST_HASH = "manifest.sha256"
LEDGER, LAKE, PAPERS, SECRET = "ledger", "lake", "papers", "secret.key"
_TABLE = re.compile(r"[a-z][a-z0-9_]*")
_SERIES = re.compile(r"[a-z][a-z0-9_]*/[0-9a-f]{32}\.parquet")


class Member(Declared):
    """One file of the archive."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class SavedTable(Declared):
    """One table of the ledger: its columns in order, and how many rows lie in its member."""

    model: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    columns: tuple[str, ...]
    rows: int = Field(ge=0)


class Manifest(Declared):
    """``manifest.json``."""

    format: str
    format_version: int
    program: str
    made_at: str
    database: str
    migrations: dict[str, tuple[str, ...]]
    """App → names of the migrations that the ledger had been through."""
    lake: str
    """Identity of the lake; empty where the ledger had none yet."""
    batches: int = Field(ge=0)
    synthetic: bool
    tables: dict[str, SavedTable]
    """Name of the table in the database → what was saved of it."""
    members: dict[str, Member]

    @property
    def size(self) -> int:
        """All members unpacked. [byte]"""
        return sum(member.size for member in self.members.values())

    @property
    def rows(self) -> int:
        """Rows of the ledger."""
        return sum(table.rows for table in self.tables.values())


def read_manifest(content: bytes, archive: str) -> Manifest:
    """A list of contents that can be trusted to name nothing outside the archive.

    Raises:
        UnreadableInput: it is none of ours, of a newer program, or names what it must not.
    """
    try:
        known = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise _otherwise(content, archive) from error
    if known.format != FORMAT or known.format_version > FORMAT_VERSION:
        raise _otherwise(content, archive)
    strange = [name for name in known.members if not allowed(name)]
    strange += [name for name in known.tables if f"{LEDGER}/{name}.jsonl" not in known.members]
    if strange:
        raise UnreadableInput(
            f"备份 {archive} 列有不应出现的文件名“{strange[0][:80]}”。该文件不可信，未读取其内容。"
            "请改用由本系统生成的备份。",
            f"Backup {archive} lists the name {strange[0][:80]!r}, which no backup of ours has."
            " It cannot be trusted and nothing of it was used. Take a backup made by this program.",
        )
    return known


def allowed(name: str) -> bool:
    """May a member of an archive have this name?"""
    room, _, rest = name.partition("/")
    if room == LEDGER:
        return rest.endswith(".jsonl") and _TABLE.fullmatch(rest.removesuffix(".jsonl")) is not None
    if room == LAKE:
        return _SERIES.fullmatch(rest) is not None
    if room == PAPERS:
        parts = rest.split("/")
        return len(parts) == 2 and all(map(_plain, parts))
    return name == SECRET


def _plain(part: str) -> bool:
    """A name that is only a name, on any system."""
    marks = any(unicodedata.category(letter)[0] == "C" or letter in '\\/:*?"<>|' for letter in part)
    return bool(part) and not part.startswith(".") and not marks and len(part.encode()) < 256


def _otherwise(content: bytes, archive: str) -> UnreadableInput:
    """Why a list of contents is not read: newer, or none of ours."""
    newer = re.search(rb'"format_version":\s*(\d{1,9})', content)
    if newer and int(newer[1]) > FORMAT_VERSION and FORMAT.encode() in content:
        return UnreadableInput(
            f"备份 {archive} 的格式为第 {int(newer[1])} 版，本程序只认到第 {FORMAT_VERSION} 版。"
            "请先升级本程序，再恢复。",
            f"Backup {archive} is of format {int(newer[1])}; this program reads up to"
            f" {FORMAT_VERSION}. Upgrade the program first, then restore.",
        )
    return UnreadableInput(
        f"{archive} 不是本系统的备份（清单无法识别）。请指定由 liantu backup 生成的文件。",
        f"{archive} is not a backup of this program (its list of contents is not understood)."
        " Name a file made by liantu backup.",
    )
