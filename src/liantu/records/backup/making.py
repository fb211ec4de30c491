"""Making a backup: the ledger at one moment, the files that it knows at that moment.

Files of the lake are written before the ledger knows them and never change or go after that, so
the rows of one snapshot and the files they name belong together, whatever is imported meanwhile;
nobody has to wait.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, models, transaction
from django.utils import timezone

from liantu import __version__
from liantu.errors import StorageFailed, UsageError, unwritable
from liantu.records import access, audit
from liantu.records.backup import manifest as listed
from liantu.records.backup.manifest import Manifest, Member, SavedTable
from liantu.records.backup.rows import written
from liantu.records.backup.states import applied, check_known, saved_tables, up_to_date
from liantu.records.lake.folder import lake_folder

_SNAPSHOT = "snapshot"
_READ = 1 << 20
_NAMED = "liantu-%Y%m%d-%H%M%S.zip"

Step = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A backup as it lies on disk."""

    path: Path
    size: int
    manifest: Manifest


def make(
    target: Path, *, secret: bool = False, by: str = "", step: Step = lambda name: None
) -> Made:
    """Write a backup.

    Args:
        target: a folder, in which the file is named by the moment, or a file ending in ``.zip``
            that does not exist.
        secret: put the secret key in as well. Whoever has the file can then sign as this site.
        by: who does it, for the audit log; the account of the machine by default.
        step: told the name of what is being saved.

    Raises:
        SignInNeeded, Refused: whoever acts does not operate the system.
        UsageError: the file exists already.
        UnreadableInput, NothingToCompute: the ledger is of a newer program, or has no tables yet.
        StorageFailed: the archive cannot be written, or a file of the lake is missing or damaged;
            nothing is left behind.
    """
    access.require("operate")
    path = _path(target)
    migrations = applied()
    check_known(migrations, "台账", "The ledger")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".backup-", suffix=".part")
        os.close(handle)
        part = Path(beside)
        try:
            known = _write(part, migrations, secret=secret, step=step)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            _name(part, path)
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        raise unwritable(path, error) from error
    made = Made(path, path.stat().st_size, known)
    if up_to_date(migrations):  # a ledger that waits for its upgrade is not written to
        audit.note(
            audit.Act.BACKED_UP, by=by, kind="backup", key=path.name,
            details={"rows": known.rows, "secret_key": secret},
        )  # fmt: skip
    return made


def _name(part: Path, path: Path) -> None:
    """Give the archive its name; fails where somebody else was first."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without links, such as a stick or a network drive
        if path.exists():
            raise FileExistsError(path) from None
        part.rename(path)


def _path(target: Path) -> Path:
    if target.suffix.lower() == ".zip":
        if target.exists():
            raise _exists(target)
        return target
    return target / timezone.localtime().strftime(_NAMED)


def _exists(path: Path) -> UsageError:
    return UsageError(
        f"{path} 已存在；备份从不覆盖旧文件。请换一个文件名，或指定目录由系统命名。",
        f"{path} exists; a backup never overwrites one. Choose another name, or give a folder and"
        " let the file be named.",
    )


def _write(
    part: Path, migrations: dict[str, tuple[str, ...]], *, secret: bool, step: Step
) -> Manifest:
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        saving = _Saving(archive)
        with _one_moment() as using:
            models_ = saved_tables(migrations)
            for model in models_:
                step(model._meta.db_table)
                saving.table(model, using)
            by_label = {model._meta.label_lower: model for model in models_}
            files = by_label["records.lakefile"]._base_manager.using(using)
            lake = list(files.order_by("name").values_list("name", "size", "sha256"))
            identity: Any = by_label["records.lakeidentity"]._base_manager.using(using).first()
            batches = by_label["records.batch"]._base_manager.using(using)
            counts = batches.count(), batches.filter(synthetic=True).exists()
        for name, size, sha256 in lake:
            step(name)
            saving.lake(name, Member(size=size, sha256=sha256))
        for paper in _papers():
            saving.file(f"{listed.PAPERS}/{paper.parent.name}/{paper.name}", paper)
        if secret:
            saving.content(listed.SECRET, settings.SECRET_KEY.encode())
        known = Manifest(
            format=listed.FORMAT,
            format_version=listed.FORMAT_VERSION,
            program=__version__,
            made_at=timezone.now().isoformat(timespec="seconds"),
            database=connections["default"].vendor,
            migrations=migrations,
            lake=str(identity.uuid) if identity else "",
            batches=counts[0],
            synthetic=counts[1],
            tables=saving.tables,
            members=saving.members,
        )
        content = known.model_dump_json(indent=1).encode()
        archive.writestr(listed.MANIFEST, content)
        archive.writestr(listed.MANIFEST_HASH, hashlib.sha256(content).hexdigest())
    return known


@contextmanager
def _one_moment() -> Iterator[str]:
    """A connection on which the ledger stands still; writers go on beside it."""
    databases: Any = connections.databases
    options = {**databases["default"].get("OPTIONS", {})}
    if connections["default"].vendor == "postgresql":
        from psycopg import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    else:
        options["transaction_mode"] = "DEFERRED"
    databases[_SNAPSHOT] = {**databases["default"], "OPTIONS": options, "CONN_MAX_AGE": 0}
    try:
        with transaction.atomic(using=_SNAPSHOT):
            yield _SNAPSHOT
    finally:
        connections[_SNAPSHOT].close()
        with suppress(AttributeError):
            delattr(connections._connections, _SNAPSHOT)  # type: ignore[attr-defined]
        del databases[_SNAPSHOT]


class _Saving:
    """Members as they are written, with what they came to."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.members: dict[str, Member] = {}
        self.tables: dict[str, SavedTable] = {}

    def table(self, model: type[models.Model], using: str) -> None:
        """Every row of a table."""
        meta = model._meta
        rows = self._put(f"{listed.LEDGER}/{meta.db_table}.jsonl", written(model, using))
        columns = tuple(str(field.column) for field in meta.local_concrete_fields)
        self.tables[meta.db_table] = SavedTable(model=meta.label_lower, columns=columns, rows=rows)

    def lake(self, name: str, known: Member) -> None:
        """A file of the lake, which must be as the ledger knows it."""
        path = lake_folder() / name
        if not path.is_file():
            raise _lost(name, "不存在", "is missing")
        member = f"{listed.LAKE}/{name}"
        self.file(member, path, zipfile.ZIP_STORED)
        if self.members[member] != known:
            raise _lost(name, "与入库时不同", "is not as it was accepted")

    def file(self, member: str, path: Path, method: int = zipfile.ZIP_DEFLATED) -> None:
        """A file as it is."""
        with path.open("rb") as file:
            self._put(member, iter(lambda: file.read(_READ), b""), method)

    def content(self, member: str, content: bytes) -> None:
        """A few bytes."""
        self._put(member, [content])

    def _put(self, member: str, parts: Iterable[bytes], method: int = zipfile.ZIP_DEFLATED) -> int:
        digest, size, count = hashlib.sha256(), 0, 0
        entry = zipfile.ZipInfo(member, timezone.localtime().timetuple()[:6])
        entry.compress_type = method
        entry.external_attr = 0o600 << 16
        with self.archive.open(entry, "w", force_zip64=True) as out:
            for part in parts:
                out.write(part)
                digest.update(part)
                size += len(part)
                count += 1
        self.members[member] = Member(size=size, sha256=digest.hexdigest())
        return count


def _lost(name: str, zh: str, en: str) -> StorageFailed:
    return StorageFailed(
        f"数据文件 {name} {zh}，未生成备份。请用 liantu data check 查看，"
        "并从上一份完好的备份恢复后再备份。",
        f"File {name} of the lake {en}; no backup was made. See liantu data check, restore from"
        " the last sound backup, then make a new one.",
    )


def _papers() -> list[Path]:
    """Papers as sent out; folders that are still being made have a name that begins with a dot."""
    folders = sorted((Path(settings.HOME) / "papers").glob("[!.]*"))
    return [
        path
        for folder in folders
        for path in sorted(folder.glob("*"))
        if path.is_file() and listed.allowed(f"{listed.PAPERS}/{folder.name}/{path.name}")
    ]
