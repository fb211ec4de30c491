"""Which migrations a ledger has been through, and its tables as they were after these.

A backup saves the ledger as it is, without migrating it first: it is made before an upgrade as
well as after. A restore builds the tables of that time, fills them and migrates from there.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from liantu.errors import NothingToCompute, UnreadableInput

Migrations = dict[str, tuple[str, ...]]
OLDEST = ("records", "0015_lighter_indexes")
"""Ledgers from before it hold rows that only their own program moves on."""
_UNSAVED = {"sessions.session"}
"""Whoever signed in before a restore signs in again."""


def applied(using: str = "default") -> Migrations:
    """App → names of the migrations that the ledger has been through."""
    done: dict[str, list[str]] = {}
    for app, name in MigrationRecorder(connections[using]).applied_migrations():
        done.setdefault(app, []).append(name)
    return {app: tuple(sorted(names)) for app, names in sorted(done.items())}


def check_known(migrations: Migrations, what_zh: str, what_en: str) -> None:
    """Refuse what a newer program made.

    Raises:
        UnreadableInput: there are migrations that this program does not have.
        NothingToCompute: the ledger is too old, or has no tables yet.
    """
    known = _written().disk_migrations
    installed = {config.label for config in apps.get_app_configs()}
    strange = [
        f"{app}.{name}"
        for app, names in migrations.items()
        for name in names
        if (app, name) not in known
    ]
    if strange:
        own = all(name.partition(".")[0] in installed for name in strange)
        raise UnreadableInput(
            f"{what_zh}来自更新版本的程序（含本程序没有的迁移 {strange[0]}"
            + ("" if own else "，或另装的模块") + "）。请先升级本程序。",
            f"{what_en} is of a newer program: it has been through migration {strange[0]}, which"
            " this one does not have" + ("" if own else " (or a module that is not installed here)")
            + ". Upgrade the program first.",
        )  # fmt: skip
    if OLDEST[1] not in migrations.get(OLDEST[0], ()):
        raise NothingToCompute(
            f"{what_zh}还没有本程序可备份的表（缺迁移 {OLDEST[0]}.{OLDEST[1]}）。"
            "请先运行 liantu data vintages 建立或升级台账。",
            f"{what_en} has no tables that can be saved yet (migration {OLDEST[0]}.{OLDEST[1]} is"
            " missing). Run liantu data vintages first, which makes or upgrades the ledger.",
        )


def up_to_date(migrations: Migrations) -> bool:
    """Has the ledger been through all migrations of this program?"""
    done = {(app, name) for app, names in migrations.items() for name in names}
    return done >= set(_written().disk_migrations)


def _written() -> MigrationLoader:
    """Migrations as this program has them, whatever the ledger has been through."""
    return MigrationLoader(None, ignore_no_migrations=True)


def last_of(migrations: Migrations) -> list[tuple[str, str]]:
    """Of every app the migrations that no other of them follows: where to migrate to."""
    graph = _written().graph
    every = {
        (app, name)
        for app, names in migrations.items()
        for name in names
        if (app, name) in graph.nodes
    }
    return sorted(
        node
        for node in every
        if not any(
            child.key in every and child.key[0] == node[0]
            for child in graph.node_map[node].children
        )
    )


def tables_at(migrations: Migrations) -> list[type[models.Model]]:
    """Tables of the ledger after these migrations, as models without behaviour."""
    state: Any = _written().project_state(last_of(migrations)).apps
    found = {
        model._meta.db_table: model
        for model in state.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return [found[name] for name in sorted(found)]


def saved_tables(migrations: Migrations) -> list[type[models.Model]]:
    """Those whose rows are saved."""
    return [model for model in tables_at(migrations) if model._meta.label_lower not in _UNSAVED]
