"""Figures that lie in the ledger as an older version kept them, and the migration that moves them.

Run as a program: ``python moving.py FIGURES``, with ``LIANTU_HOME`` and ``LIANTU_DATABASE_URL``
set. It fills a ledger as the version before left it (0008) with two batches, migrates it again and
again in forks that die one after another at every point of POINTS, then migrates, and prints what
there is as one JSON line.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

TABLE = "records_observationrow"
MIGRATION = "0011_observations_in_lake"
POINTS = ("second_batch", "file_written", "table_dropped")


def fill(figures: Path) -> None:
    """Two batches of figures in the old table."""
    from django.db import connection
    from django.utils import timezone

    from liantu.records.figures.interpret import cells_of, fingerprint, meaning
    from liantu.records.figures.observations_file import read_observations

    found = read_observations(figures).observations
    names = ["batch_id", "row", *cells_of(found[0]), "fingerprint", "meaning"]
    insert = f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
    now = connection.ops.adapt_datetimefield_value
    middle = len(found) * 2 // 3
    with connection.cursor() as cursor:
        for batch, part in ((1, found[:middle]), (2, found[middle:])):
            cursor.execute(
                'INSERT INTO records_batch (id, accepted_at, file_name, sha256, "table", reason,'
                " by, accepted, duplicates, rejected, warnings)"
                " VALUES (%s, %s, 'a.csv', %s, '', '', '', %s, 0, 0, '[]')",
                [batch, now(timezone.now()), f"{batch:064d}", len(part)],
            )
            rows = [[batch, o.row, *cells_of(o).values(), fingerprint(o), meaning(o)] for o in part]
            cursor.executemany(insert, rows)


def die(*_: Any, **__: Any) -> None:
    """What a power cut leaves of the process."""
    os._exit(9)


def after(calls: int, work: Callable[..., Any]) -> Callable[..., Any]:
    """Does its work so many times, and dies when it is called once more."""
    done = []

    def counted(*arguments: Any, **named: Any) -> Any:
        if len(done) == calls:
            die()
        done.append(1)
        return work(*arguments, **named)

    return counted


def crash_at(point: str) -> None:
    """Set the crash in this process."""
    migration = import_module(f"liantu.records.migrations.{MIGRATION}")
    if point == "second_batch":
        migration.stage = after(1, migration.stage)
    elif point == "file_written":
        migration.conform = die
    elif point == "table_dropped":
        from django.db.migrations.recorder import MigrationRecorder

        record = MigrationRecorder.record_applied

        def recorded(self: MigrationRecorder, app: str, name: str) -> None:
            if name == MIGRATION:
                die()
            record(self, app, name)

        MigrationRecorder.record_applied = recorded  # type: ignore[method-assign]


def in_fork(work: Callable[[], Any]) -> int:
    """Exit code of a fork that does the work; the ledger's connection is not shared with it."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def migrate(point: str = "") -> None:
    """Bring the ledger to the present, dying on the way where a point is named."""
    from django.core.management import call_command

    crash_at(point)
    call_command("migrate", interactive=False, verbosity=0)


def tell(figures: Path, crashed: list[int]) -> dict[str, Any]:
    """What there is now."""
    from django.db import connection

    from liantu.records import lake, ledger
    from liantu.records.figures.observations_file import read_observations

    expected = read_observations(figures).observations
    report = lake.check(fix=True)
    return {
        "crashed": crashed,
        "same": ledger.observations() == expected,
        "vintages": len(ledger.vintages()),
        "orphans": len(report.defects) - len(report.open),
        "defects": [defect.message.en for defect in report.open],
        "files": report.files,
        "dropped": TABLE not in connection.introspection.table_names(),
    }


def main(figures: Path) -> dict[str, Any]:
    """Fill, crash at every point in turn, migrate, look."""
    from django.core.management import call_command

    call_command("migrate", "records", "0008", interactive=False, verbosity=0)
    fill(figures)
    crashed = [in_fork(lambda point=point: migrate(point)) for point in POINTS]  # type: ignore[misc]
    migrate()
    return tell(figures, crashed)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    import django

    django.setup()
    from liantu.records.access import OPERATOR, act_as

    act_as(OPERATOR)
    print(json.dumps(main(Path(sys.argv[1]))))
