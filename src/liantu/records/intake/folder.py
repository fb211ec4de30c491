"""Many files at once, in the order in which their tables refer to one another.

Registers come before what points into them. A file that was accepted before says so and changes
nothing, so that a run that was broken off is simply started again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from liantu.errors import LiantuError, Message, NotFound, NothingToCompute, StorageFailed
from liantu.records import ledger
from liantu.records.accept import Receipt
from liantu.records.intake.guessing import CORRECTIONS, OBSERVATIONS, Guess, guess, settled
from liantu.records.intake.preparing import commit, prepare
from liantu.records.tables.declared import load_tables

KINDS = (".csv", ".xlsx", ".parquet", ".txt", ".tsv")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Left:
    """A file that was not imported, and why. ``failed``: it should have been."""

    path: Path
    sheet: str
    why: Message
    failed: bool


@dataclass
class FolderImport:
    """What an import of many files came to; iterates over its receipts."""

    receipts: list[Receipt | ledger.Receipt] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def __iter__(self) -> Iterator[Receipt | ledger.Receipt]:
        return iter(self.receipts)

    def __len__(self) -> int:
        return len(self.receipts)

    @property
    def failed(self) -> list[Left]:
        """Files that should have been imported."""
        return [one for one in self.left if one.failed]


def import_folder(
    folder: Path,
    *,
    by: str,
    reason: str = "",
    source: str = "",
    progress: Progress | None = None,
) -> FolderImport:
    """Import every file below a folder, or every sheet of a workbook.

    Args:
        source: office or system the files come from.
        progress: told the name of each file before it is read.

    Raises:
        NotFound: no such folder.
        NothingToCompute: no file in it can be a table.
        StorageFailed: disk or ledger cannot be written; what was accepted before stays.
    """
    paths = _files(folder)
    done = FolderImport()
    plan: list[tuple[Path, Guess]] = []
    for path in paths:
        _tell(progress, path.name)
        plan += [(path, one) for one in _told(path, source, done)]
    plan.sort(key=lambda item: (_rank(item[1].table), str(item[0]), item[1].sheet))
    broken: set[str] = set()
    for path, one in plan:
        _tell(progress, f"{path.name} {one.sheet}".strip())
        brought = _Brought(path, one, by, reason, source)
        _bring(brought, done, broken)
    return done


@dataclass(frozen=True)
class _Brought:
    """One table of one file on its way in."""

    path: Path
    told: Guess
    by: str
    reason: str
    source: str


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise NotFound(
            f"文件夹不存在：{folder}。请检查路径。", f"There is no folder {folder}. Check the path."
        )
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in KINDS and path.is_file() and not path.name.startswith((".", "~$"))
    )
    if not paths:
        raise NothingToCompute(
            f"{folder.name} 中没有 csv、xlsx 或 parquet 文件。",
            f"{folder.name} holds no csv, xlsx or parquet file.",
        )
    return paths


def _told(path: Path, source: str, done: FolderImport) -> tuple[Guess, ...]:
    """What to import of a file; what it is not is said."""
    try:
        found = settled(path, guess(path, source=source))
    except LiantuError as error:
        done.left.append(Left(path, "", error.message, failed=False))
        return ()
    for one in found:
        if one.table == CORRECTIONS:
            why = Message(
                "是更正文件，请用 liantu data correct --file 读入。",
                "It holds corrections: read it with liantu data correct --file.",
            )
            done.left.append(Left(path, one.sheet, why, failed=False))
    return tuple(one for one in found if one.table != CORRECTIONS)


def _bring(brought: _Brought, done: FolderImport, broken: set[str]) -> None:
    path, one = brought.path, brought.told
    missing = broken.intersection(_needs(one.table))
    if missing:
        why = Message(
            f"所引用的 {'、'.join(sorted(missing))} 未能导入，先请改正该文件。",
            f"{', '.join(sorted(missing))}, to which it refers, could not be imported: mend that"
            " file first.",
        )
        broken.add(one.table)
        done.left.append(Left(path, one.sheet, why, failed=True))
        return
    try:
        done.receipts.append(_import(brought))
    except StorageFailed:
        raise
    except LiantuError as error:
        broken.add(one.table)
        done.left.append(Left(path, one.sheet, error.message, failed=True))


def _import(brought: _Brought) -> Receipt | ledger.Receipt:
    path, one = brought.path, brought.told
    if one.table == OBSERVATIONS:
        return ledger.import_observations(path, by=brought.by)
    prepared = prepare(path, one.table, sheet=one.sheet, source=brought.source)
    return commit(prepared, by=brought.by, reason=brought.reason)


def _tell(progress: Progress | None, text: str) -> None:
    if progress is not None:
        progress(text)


# Order ---------------------------------------------------------------------------------------


def import_order(tables: Sequence[str]) -> list[str]:
    """Tables with those that they refer to first."""
    return sorted(tables, key=_rank)


@cache
def _needs(table_id: str) -> frozenset[str]:
    """Other registers that a table refers to, and those that they refer to."""
    found: set[str] = set()
    waiting = [table_id]
    while waiting:
        declared = load_tables().get(waiting.pop())
        targets = {target for _, target in declared.references} if declared else set()
        waiting += targets - found
        found |= targets
    return frozenset(found - {table_id})


def _rank(table_id: str) -> tuple[int, str]:
    if table_id not in load_tables():
        return (len(load_tables()), table_id)
    return (len(_needs(table_id)), table_id)
