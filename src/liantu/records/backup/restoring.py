"""Restoring: all of an archive or nothing of it.

The archive is unpacked and proven beside what is there, a ledger is built from it, and files of the
lake are laid under names that nobody knows yet. Then the ledger changes in one transaction: until
then everything is as it was, from then on as it was saved. What goes on after that (old files
removed, papers laid back) loses nothing where it is cut off.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from liantu import errors
from liantu.errors import LiantuError, StorageFailed, UsageError, unwritable
from liantu.records import access, audit
from liantu.records.backup import manifest as listed
from liantu.records.backup.archive import opened, unpack
from liantu.records.backup.building import PROGRAM
from liantu.records.backup.limits import backup_rules
from liantu.records.backup.manifest import Manifest
from liantu.records.backup.states import applied, tables_at
from liantu.records.backup.swapping import place_beside, remove_left_over
from liantu.records.lake.folder import lake_folder, locked, sync_folder

_FOLDER = ".restore-"
_OWN_ROWS = {"auth.permission", "contenttypes.contenttype", "sessions.session"}
"""Tables in which every new ledger has rows."""
_CAUGHT = 300

Step = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What is there now."""

    manifest: Manifest
    files: int
    secret: bool
    """Was the secret key laid back?"""


def restore(
    path: Path, *, replace: bool = False, by: str = "", step: Step = lambda name: None
) -> Restored:
    """Bring back what an archive holds.

    Args:
        path: an archive made by :func:`liantu.records.backup.make`, on either database.
        replace: what is there may go.
        by: who does it, for the audit log; the account of the machine by default.
        step: told the name of what is being done: ``unpack``, ``build``, ``lake``, ``swap``.

    Raises:
        SignInNeeded, Refused: whoever acts does not operate the system.
        NotFound, UnreadableInput: as :func:`liantu.records.backup.verify`.
        UsageError: there are records, and ``replace`` was not said.
        StorageFailed: no room, or somebody does not end his work; everything is as it was.
    """
    access.require("operate")
    home = Path(settings.HOME)
    with opened(path) as (_, known):
        pass  # nothing is made here for a file that is no backup
    try:
        lake_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise unwritable(home, error) from error
    with locked(lake_folder(), patience=backup_rules().lock_seconds):
        _remove_left_over(home)
        _room(home, known)
        if not replace:
            _refuse_records()
        name = uuid.uuid4().hex[:12]
        staging = home / f"{_FOLDER}{name}"
        place = place_beside(staging, name)
        try:
            step("unpack")
            staging.mkdir(mode=0o700)
            known = unpack(path, staging)
            (staging / listed.MANIFEST).write_text(known.model_dump_json(), encoding="utf-8")
            step("build")
            _build(staging, place.url, _identity())
            step("lake")
            _lay(staging / listed.LAKE, lake_folder())
            step("swap")
            place.swap()
            _after(staging, known)
            audit.restored(by, path.name)
        finally:
            place.remove()
            shutil.rmtree(staging, ignore_errors=True)
    return Restored(known, _files(known), listed.SECRET in known.members)


def _files(known: Manifest) -> int:
    return sum(name.startswith(f"{listed.LAKE}/") for name in known.members)


def _remove_left_over(home: Path) -> None:
    for folder in home.glob(f"{_FOLDER}*"):
        shutil.rmtree(folder, ignore_errors=True)
    remove_left_over()


def _room(home: Path, known: Manifest) -> None:
    wanted = int(known.size * backup_rules().room)
    free = shutil.disk_usage(home).free
    if free < wanted:
        mb = 1024 * 1024
        raise StorageFailed(
            f"磁盘空间不足：恢复需约 {wanted // mb} MB，{home} 只剩 {free // mb} MB。未作任何改动。"
            "请腾出空间后重试。",
            f"Too little disk space: restoring needs about {wanted // mb} MB, {home} has"
            f" {free // mb} MB left. Nothing was changed. Free space, then try again.",
        )


def _refuse_records() -> None:
    """Nothing is restored over records that somebody may still need."""
    rows = next(
        (
            model._meta.db_table
            for model in tables_at(applied())
            if model._meta.label_lower not in _OWN_ROWS and model._base_manager.exists()
        ),
        "",
    )
    files = next(lake_folder().rglob("*.parquet"), None)
    if rows or files:
        raise UsageError(
            f"{settings.HOME} 已有数据（{rows or files}），未作任何改动。"
            "确要以备份取代现有全部数据，请先另作备份，再加 --replace。",
            f"There are data in {settings.HOME} already ({rows or files}); nothing was changed. To"
            " put the backup in the place of all of them, back them up first, then add --replace.",
        )


def _identity() -> str:
    """Identity that the lake here has already, in its folder or in the ledger; else empty."""
    mark = lake_folder() / ".ledger"
    if mark.is_file():
        return mark.read_text(encoding="ascii").strip()
    found = {model._meta.label_lower: model for model in tables_at(applied())}
    model = found.get("records.lakeidentity")
    row: Any = model._base_manager.first() if model else None
    return str(row.uuid) if row else ""


def _build(staging: Path, url: str, identity: str) -> None:
    """Build the ledger in a process of its own, whose only ledger is the new one."""
    connection.close()
    environment = {
        **os.environ,
        "LIANTU_HOME": str(staging),
        "LIANTU_DATABASE_URL": url,
        "LIANTU_SECRET_KEY": str(settings.SECRET_KEY),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "liantu.web.settings"),
    }
    done = subprocess.run(  # noqa: S603 - this program, with arguments of our own
        [sys.executable, "-c", PROGRAM, identity],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout.strip().splitlines()
    if done.returncode != 0 or not said:
        why = (done.stderr.strip().splitlines() or ["-"])[-1][:_CAUGHT]
        raise StorageFailed(
            f"台账无法由备份重建（代码 {done.returncode}）：{why}。原有数据未改动。",
            f"The ledger could not be built from the backup (code {done.returncode}): {why}. What"
            " was there is unchanged.",
        )
    answer = json.loads(said[-1])
    if answer:
        kind: type[LiantuError] = getattr(errors, answer["kind"], StorageFailed)
        raise kind(answer["zh"], answer["en"])


def _lay(source: Path, target: Path) -> None:
    """Lay files of the lake where the ledger to come will look for them."""
    try:
        for path in sorted(source.rglob("*.parquet")):
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            path.replace(place)
            sync_folder(place.parent)
        sync_folder(target)
    except OSError as error:
        raise unwritable(target, error) from error


def _after(staging: Path, known: Manifest) -> None:
    """The ledger is the archive's: remove files it does not know, lay back papers and key."""
    home = Path(settings.HOME)
    kept = {name.removeprefix(f"{listed.LAKE}/") for name in known.members}
    for path in sorted(lake_folder().rglob("*.parquet")):
        if path.relative_to(lake_folder()).as_posix() not in kept:
            path.unlink()
    for folder in sorted((staging / listed.PAPERS).glob("*")):
        target = home / listed.PAPERS / folder.name
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(exist_ok=True)
        folder.replace(target)
    if listed.SECRET in known.members:
        key = staging / listed.SECRET
        key.chmod(0o600)
        key.replace(home / "secret.key")
