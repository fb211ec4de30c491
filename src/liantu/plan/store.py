"""Writes a package to a directory and reads it back: never half-written, never unchecked."""

from __future__ import annotations

import csv
import ctypes
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from pydantic import ValidationError

from liantu.errors import InvalidDeclaration, NotFound, UsageError, unwritable
from liantu.plan.package import PlanPackage, Target

PLAN_FILE = "plan.json"
TARGETS_FILE = "targets.csv"
TARGET_COLUMNS = (
    "id", "clause", "start", "end", "subject", "indicator", "form", "comparator", "baseline",
    "baseline_year", "low", "high", "unit", "year", "nature",
)  # fmt: skip
_OURS = frozenset({PLAN_FILE, TARGETS_FILE})
_AT_CWD, _EXCHANGE = -100, 2
"""``AT_FDCWD`` and ``RENAME_EXCHANGE`` of renameat2(2)."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WORDS = ("subject", "indicator", "unit", "clause")


def write_package(package: PlanPackage, directory: Path | str) -> Path:
    """Write ``plan.json`` and ``targets.csv`` into ``directory``, replacing an older package.

    Both files are written beside the directory first and then moved in one step. A symbolic
    link stays one: what it points to is replaced.

    Raises:
        UsageError: the directory holds something else than a package.
        StorageFailed: it cannot be written; a package that was there is still there.
    """
    directory = Path(directory)
    try:
        _refuse_foreign(directory)
        _replace(package, directory.resolve())
    except OSError as error:
        raise unwritable(directory, error) from error
    return directory


def _replace(package: PlanPackage, directory: Path) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        fresh.chmod(0o755)
        _write(fresh / PLAN_FILE, package_json(package))
        _write(fresh / TARGETS_FILE, targets_csv(package))
        _swap(fresh, directory)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh)


def read_package(directory: Path | str) -> PlanPackage:
    """Read a package and check that it is whole and that its parts agree.

    Raises:
        NotFound: there is no package in the directory.
        InvalidDeclaration: the file is broken, or its ids and clauses contradict each other.
    """
    path = Path(directory) / PLAN_FILE
    if not path.is_file():
        raise NotFound(
            f"{Path(directory)} 中没有规划包（缺 {PLAN_FILE}）。请先运行 liantu plan compile。",
            f"{Path(directory)} holds no plan package ({PLAN_FILE} is missing)."
            " Run liantu plan compile first.",
        )
    try:
        package = PlanPackage.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or PLAN_FILE
        raise InvalidDeclaration(
            f"规划包 {path} 不合要求：{place}：{first['msg']}（共 {error.error_count()} 处）。"
            "请重新编译规划文本。",
            f"Plan package {path} is invalid: {place}: {first['msg']}"
            f" ({error.error_count()} in all). Compile the plan's text again.",
        ) from error
    _check_references(package, path)
    return package


def package_json(package: PlanPackage) -> str:
    """The whole package as JSON with stable order, one key a line."""
    return json.dumps(package.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def targets_csv(package: PlanPackage) -> str:
    """The targets with exactly the agreed header; what a spreadsheet would run is neutralised."""
    from io import StringIO

    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(TARGET_COLUMNS)
    for target in package.targets:
        writer.writerow([_cell(target, column) for column in TARGET_COLUMNS])
    return buffer.getvalue()


def _cell(target: Target, column: str) -> str:
    value = getattr(target, column)
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    text = str(value)
    return f"'{text}" if column in _WORDS and text.startswith(_FORMULA) else text


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _refuse_foreign(directory: Path) -> None:
    if not directory.exists():
        return
    if not directory.is_dir():
        raise UsageError(
            f"{directory} 是文件，应为存放规划包的文件夹。请换一个路径。",
            f"{directory} is a file; a directory for the package is expected. Choose another path.",
        )
    foreign = sorted(entry.name for entry in directory.iterdir() if entry.name not in _OURS)
    if foreign:
        raise UsageError(
            f"文件夹 {directory} 中有别的文件（{'、'.join(foreign[:3])}），不覆盖。"
            "请给出空的或新的文件夹。",
            f"Directory {directory} holds other files ({', '.join(foreign[:3])}) and is not"
            " overwritten. Name an empty or a new directory.",
        )


def _swap(fresh: Path, directory: Path) -> None:
    """Put ``fresh`` in the place of ``directory``; on failure the older package comes back."""
    if not directory.exists():
        fresh.rename(directory)
        return
    if _exchanged(fresh, directory):
        return  # ``fresh`` is now the older package, which the caller removes
    older = Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent))
    older.rmdir()
    directory.rename(older)
    try:
        fresh.rename(directory)
    except OSError:
        older.rename(directory)
        raise
    shutil.rmtree(older)


def _exchanged(fresh: Path, directory: Path) -> bool:
    """Exchange two folders in one step, so that no moment has neither.

    Only Linux offers it, and not on every file system; elsewhere two renames follow each other.
    """
    exchange = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    if exchange is None:
        return False
    paths = os.fsencode(fresh), os.fsencode(directory)
    return bool(exchange(_AT_CWD, paths[0], _AT_CWD, paths[1], _EXCHANGE) == 0)


def _check_references(package: PlanPackage, path: Path) -> None:
    """Ids are unique, parents exist, every offset lies inside the source."""
    problems: list[str] = []
    for kind in ("clauses", "targets", "facts", "industries", "carriers", "layouts", "zones"):
        ids = [item.id for item in getattr(package, kind)]
        problems += [
            f"{kind}: {i} 重复 repeated" for i in sorted({i for i in ids if ids.count(i) > 1})
        ]
    for kind in ("clauses", "industries", "zones"):
        known = {item.id for item in getattr(package, kind)}
        problems += [
            f"{kind}: {item.id} 的上级 {item.parent} 不存在 parent missing"
            for item in getattr(package, kind)
            if item.parent is not None and item.parent not in known
        ]
    industries = {node.id for node in package.industries}
    placed = [(c.id, c.industry) for c in package.carriers]
    placed += [(x.id, x.industry) for x in package.layouts]
    problems += [
        f"{item}: 产业 {industry} 不存在 industry missing"
        for item, industry in placed
        if industry not in industries
    ]
    for target in (*package.targets, *package.clauses):
        if not 0 <= target.start <= target.end <= package.meta.source_chars:
            problems.append(
                f"{target.id}: {target.start}..{target.end} 超出原文 outside the source"
            )
    if problems:
        listed = "；".join(problems[:5])
        raise InvalidDeclaration(
            f"规划包 {path} 前后不一（{len(problems)} 处）：{listed}。请重新编译规划文本。",
            f"Plan package {path} contradicts itself ({len(problems)}): {listed}."
            " Compile the plan's text again.",
        )
