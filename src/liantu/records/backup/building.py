"""Builds the ledger of an archive beside the present one, in a process of its own.

:func:`main` is run by :data:`PROGRAM`, with ``LIANTU_HOME`` at an unpacked archive and
``LIANTU_DATABASE_URL`` at an empty database or schema. There it is an
installation like any other: tables of the archive's time are made, filled, read back and compared,
migrated to the present and held against the lake. It prints one JSON object: ``{}``, or the
sentences of what went wrong.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from liantu.errors import LiantuError, StorageFailed

PROGRAM = """\
import django, sys
django.setup()
from liantu.records.backup.building import main
main(sys.argv[1])
"""


def build(folder: Path, identity: str) -> None:
    """Make, fill, prove and migrate the ledger of an unpacked archive.

    Args:
        folder: the unpacked archive.
        identity: identity that the lake is to have; empty for the archive's own.

    Raises:
        UnreadableInput, StorageFailed: as :func:`liantu.records.backup.restore`.
    """
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from liantu.records import lake
    from liantu.records.backup import manifest as listed
    from liantu.records.backup.states import last_of, saved_tables, tables_at

    known = listed.read_manifest((folder / listed.MANIFEST).read_bytes(), folder.name)
    MigrationExecutor(connection).migrate(last_of(known.migrations))
    tables = saved_tables(known.migrations)
    with transaction.atomic():
        _empty([model._meta.db_table for model in tables_at(known.migrations)])
        for model in tables:
            _fill(model, known, folder)
        _go_on_numbering(tables)
    _check_references()
    for model in tables:
        _prove(model, known)
    call_command("migrate", interactive=False, verbosity=0)
    if identity:
        from liantu.records.models import LakeIdentity

        LakeIdentity.objects.update_or_create(pk=1, defaults={"uuid": identity})
    report = lake.check()
    if not report.sound:
        raise StorageFailed(
            f"备份中台账与数据文件不符：{report.open[0].message.zh}现有数据未改动。"
            "请改用另一份备份。",
            f"Ledger and lake of the backup do not agree: {report.open[0].message.en} What is"
            " there is unchanged. Take another backup.",
        )


def _empty(tables: list[str]) -> None:
    """Migrations put rows in of their own; the archive has them as they were."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in map(connection.ops.quote_name, tables):
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - quoted
            # Some tables refuse the attempt, but no migration puts rows into these.
            if cursor.fetchone():
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - quoted


def _fill(model: Any, known: Any, folder: Path) -> None:
    from django.db import connection

    from liantu.records.backup.rows import bring

    name = model._meta.db_table
    saved = known.tables.get(name)
    if saved is None:
        return  # a table without rows worth saving then
    with (folder / "ledger" / f"{name}.jsonl").open("rb") as lines:
        bring(model, saved.columns, lines, connection)


def _go_on_numbering(tables: list[Any]) -> None:
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _check_references() -> None:
    from django.db import IntegrityError, connection

    try:
        connection.check_constraints()
    except IntegrityError as error:
        why = str(error).splitlines()[0][:200]
        raise StorageFailed(
            f"备份中的引用不完整：{why}。现有数据未改动。请改用另一份备份。",
            f"References of the backup lead nowhere: {why}. What is there is unchanged. Take"
            " another backup.",
        ) from error


def _prove(model: Any, known: Any) -> None:
    """What was written reads back as it was saved, byte for byte."""
    from liantu.records.backup.rows import written

    name = model._meta.db_table
    if name not in known.tables:
        return
    digest = hashlib.sha256()
    for line in written(model, "default"):
        digest.update(line)
    if digest.hexdigest() != known.members[f"ledger/{name}.jsonl"].sha256:
        raise StorageFailed(
            f"表 {name} 写入后读回与备份不一致。现有数据未改动。请检查磁盘，或将备份交给维护人员。",
            f"Table {name} reads back otherwise than it was saved. What is there is unchanged."
            " Check the disk, or give the backup to the program's maintainers.",
        )


def main(identity: str) -> None:
    """Build, and print the sentences of what went wrong, ``{}`` where all is well."""
    from liantu.records.access import OPERATOR, acting

    said: dict[str, Any] = {}
    try:
        with acting(OPERATOR):
            build(Path(settings.HOME), identity)
    except LiantuError as error:
        said = {"kind": type(error).__name__, "zh": error.message.zh, "en": error.message.en}
    print(json.dumps(said))
