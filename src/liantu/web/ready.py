"""Makes the house ready: Django set up, ledger migrated, the catalogue's plans loaded.

Called by every command and program that touches the ledger, so that the first one on a fresh
machine works. Doing it again changes nothing. Whoever calls it has the shell and acts as such
where nobody acts yet; the server's workers never do.
"""

from __future__ import annotations

import os
from pathlib import Path

from liantu.declarations import CATALOG

PLANS = CATALOG / "plans"
FIGURES = CATALOG / "observations"


def ready(*, with_first_plan: bool = True) -> None:
    """Set up Django and bring the ledger to the current schema.

    Args:
        with_first_plan: also load the catalogue's plans and figures where the ledger has no
            plan yet; off where the caller is about to load its own.
    """
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    django.setup()
    from liantu.records.access import OPERATOR, act_as, somebody

    if somebody() is None:
        act_as(OPERATOR)
    _migrate()
    if with_first_plan:
        _load_catalogue_plans()


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def _load_catalogue_plans() -> None:
    from django.db import transaction

    from liantu.plan.store import read_package
    from liantu.records.ledger import has_plan, import_observations, load_plan

    if has_plan():
        return
    folders = sorted(path for path in PLANS.iterdir() if path.is_dir())
    # Figures first: a start that is stopped half-way leaves no plan, and the next goes on.
    for folder in folders:
        figures = _figures_of(folder.name)
        if figures is not None:
            import_observations(figures, by="catalogue")
    with transaction.atomic():
        for folder in folders:
            load_plan(read_package(folder / "package"), slug=folder.name)


def _figures_of(slug: str) -> Path | None:
    path = FIGURES / f"{slug}.csv"
    return path if path.is_file() else None
