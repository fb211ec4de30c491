"""Proof that ledger and lake agree: every file known, there, whole, and counted.

A crash between writing a file and the ledger's commit leaves the file without a row: an orphan,
which no reader ever sees. Only orphans are removed; a known file that is missing or damaged has
to come back from a backup, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
from django.db.models import Sum

from liantu.errors import Message
from liantu.records.lake.folder import alone, sync_folder
from liantu.records.lake.reading import kept
from liantu.records.lake.staging import WITHDRAWN, hash_file
from liantu.records.models import Batch, LakeFile
from liantu.records.models.batches import FIGURES

Kind = Literal["orphan", "missing", "damaged", "miscounted"]
_PATIENCE = 60.0


@dataclass(frozen=True)
class Defect:
    """One place where ledger and lake do not agree."""

    kind: Kind
    name: str
    message: Message
    removed: bool = False


@dataclass(frozen=True)
class Report:
    """What was looked at, and what is wrong."""

    files: int
    rows: int
    defects: tuple[Defect, ...]

    @property
    def open(self) -> tuple[Defect, ...]:
        """Defects that are still there."""
        return tuple(defect for defect in self.defects if not defect.removed)

    @property
    def sound(self) -> bool:
        """Do ledger and lake agree now?"""
        return not self.open

    @property
    def summary(self) -> Message:
        """One sentence a language."""
        removed = len(self.defects) - len(self.open)
        return Message(
            f"核对数据文件 {self.files} 个、{self.rows} 行：清除残留文件 {removed} 个，"
            + (f"尚有 {len(self.open)} 处不符。" if self.open else "台账与数据目录一致。"),
            f"{self.files} files and {self.rows} rows looked at, {removed} orphans removed;"
            + (f" {len(self.open)} defects left." if self.open else " ledger and lake agree."),
        )


def check(*, fix: bool = False) -> Report:
    """Compare the lake's folder with the ledger, file by file, byte by byte.

    Args:
        fix: remove orphans.

    Raises:
        StorageFailed: the folder belongs to another ledger, or an import does not end.
    """
    with alone(patience=_PATIENCE) as folder:
        # Nobody writes now, so a file without a row will never get one.
        files = list(LakeFile.objects.select_related("batch"))
        defects = _orphans(folder, {file.name for file in files}, fix=fix)
    for file in files:
        defects += _compare(folder, file)
    defects += _batches()
    return Report(len(files), sum(file.rows for file in files), tuple(defects))


def _orphans(folder: Path, known: set[str], *, fix: bool) -> list[Defect]:
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in {".parquet", ".part"} or name in known or not path.is_file():
            continue
        if fix:
            path.unlink()
            sync_folder(path.parent)
        found.append(
            Defect(
                "orphan",
                name,
                Message(
                    f"{name}：中断的导入留下的文件，不属于任何批次"
                    + ("，已清除。" if fix else "。可用 liantu data check --fix 清除。"),
                    f"{name}: left over from an import that was cut off, part of no batch"
                    + ("; removed." if fix else ". Remove it with liantu data check --fix."),
                ),
                removed=fix,
            )
        )
    return found


def _compare(folder: Path, file: LakeFile) -> list[Defect]:
    path = folder / file.name
    if not path.is_file():
        return [_defect("missing", file, "文件不存在", "the file is missing")]
    if path.stat().st_size != file.size or hash_file(path) != file.sha256:
        return [
            _defect("damaged", file, "内容与入库时不同", "its content is not what was accepted")
        ]
    rows, withdrawn = _counts(path)
    if (rows, withdrawn) != (file.rows, file.withdrawn):
        return [
            _defect(
                "miscounted",
                file,
                f"有 {rows} 行（撤销 {withdrawn}），台账记 {file.rows} 行（撤销 {file.withdrawn}）",
                f"{rows} rows ({withdrawn} withdrawn), the ledger says {file.rows}"
                f" ({file.withdrawn})",
            )
        ]
    return []


def _counts(path: Path) -> tuple[int, int]:
    rows = pl.scan_parquet(path, glob=False)
    gone = pl.col(WITHDRAWN).sum() if WITHDRAWN in rows.collect_schema() else pl.lit(0)
    counted = rows.select(pl.len().alias("rows"), gone.alias("gone")).collect()
    return int(counted["rows"][0]), int(counted["gone"][0])


def _batches() -> list[Defect]:
    """Batches of the lake whose files do not add up to the rows they say they accepted."""
    ids = [table.id for table in kept() if table.kind == "series"] + [FIGURES]
    counted = Batch.objects.filter(table__in=ids).annotate(stored=Sum("lake_files__rows"))
    return [
        Defect(
            "miscounted",
            f"batch {batch.pk}",
            Message(
                f"批次 {batch.pk} 入库 {batch.accepted} 行，其数据文件共 {batch.stored or 0} 行。"
                "请从备份恢复台账。",
                f"Batch {batch.pk} accepted {batch.accepted} rows, its files hold"
                f" {batch.stored or 0}. Restore the ledger from a backup.",
            ),
        )
        for batch in counted
        if batch.accepted != (batch.stored or 0)
    ]


def _defect(kind: Kind, file: LakeFile, zh: str, en: str) -> Defect:
    return Defect(
        kind,
        file.name,
        Message(
            f"{file.name}（批次 {file.batch_id}，{file.batch.file_name}）：{zh}。"
            "请从备份恢复该文件。",
            f"{file.name} (batch {file.batch_id}, {file.batch.file_name}): {en}. Restore the file"
            " from a backup.",
        ),
    )
