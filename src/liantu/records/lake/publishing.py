"""Publishing: rows in the ledger make staged files part of the records.

There is no other way in and no way out: a file, once visible, stays; what it says is changed by
later files only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, OperationalError, connection

from liantu.errors import LiantuError, StorageFailed
from liantu.records.access import current
from liantu.records.lake.folder import unwritable
from liantu.records.lake.staging import Staged
from liantu.records.models import Batch, LakeFile


def publish(staged: Iterable[Staged], batch: Batch) -> list[LakeFile]:
    """Make staged files visible with their batch; to be called inside its transaction.

    Raises:
        LiantuError: called outside a transaction.
        StorageFailed: a staged file is not there any more.
    """
    if not connection.in_atomic_block:
        raise LiantuError(
            "数据文件只能在台账事务中公布（transaction.atomic）。",
            "Files of the lake are published inside a transaction of the ledger only.",
        )
    rows = []
    for item in staged:
        try:
            item.path.stat()
        except OSError as error:
            raise unwritable(item.path, error) from error
        rows.append(
            LakeFile(
                batch=batch,
                table=item.table,
                name=item.name,
                sha256=item.sha256,
                size=item.size,
                rows=item.rows,
                withdrawn=item.withdrawn,
                periods=list(item.periods),
                columns=item.columns,
            )
        )
    return LakeFile.objects.bulk_create(rows)


def visible(table_id: str, until: datetime | None = None) -> list[LakeFile]:
    """Files of a table that had been accepted by a moment, oldest first."""
    current()
    files = LakeFile.objects.filter(table=table_id).select_related("batch")
    if until is not None:
        files = files.filter(batch__accepted_at__lte=until)
    return list(files.order_by("batch__accepted_at", "id"))


def discard(staged: Iterable[Staged]) -> None:
    """Remove files that did not become visible; where that is not certain, leave them.

    A connection may break just when the commit is through: what the ledger knows stays, what
    it cannot be asked about is left to ``liantu data check``.
    """
    for item in staged:
        try:
            if not LakeFile.objects.filter(name=item.name).exists():
                item.discard()
        except DatabaseError:
            continue


@contextmanager
def told_in_words() -> Iterator[None]:
    """A ledger that cannot be written (disk full, locked, gone) says so in words."""
    try:
        yield
    except OperationalError as error:
        raise StorageFailed(
            f"台账无法写入：{error}。未作任何改动。请腾出磁盘空间或检查数据库后重试。",
            f"The ledger cannot be written: {error}. Nothing was changed. Free disk space or"
            " check the database, then try again.",
        ) from error
