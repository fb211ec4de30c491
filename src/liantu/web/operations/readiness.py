"""Is the service alive, and could it serve and take in files just now?"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liantu import __version__
from liantu.records.lake.folder import lake_folder
from liantu.web.jobs.working import workers_alive
from liantu.web.operations.rules import operation_rules
from liantu.words import words


@dataclass(frozen=True)
class Look:
    """One thing that was looked at; its sentences are ``ready.<name>.<ok|wrong>``."""

    name: str
    ok: bool

    @property
    def said(self) -> dict[str, object]:
        """As ``/readyz`` says it."""
        key = f"ready.{self.name}.{'ok' if self.ok else 'wrong'}"
        return {"ok": self.ok, "zh": words().say(key, "zh"), "en": words().say(key, "en")}


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """``/healthz``: 200 where the ledger answers, 503 where it does not."""
    if not database_answers():
        return JsonResponse({"status": "ledger unreachable", "version": __version__}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})


@login_not_required
@never_cache
@require_safe
def readiness(request: HttpRequest) -> JsonResponse:
    """``/readyz``: 200 where everything is in order; else 503, and which is not."""
    looks = look()
    ready = all(one.ok for one in looks)
    return JsonResponse(
        {
            "status": "ready" if ready else "not ready",
            "version": __version__,
            "checks": {one.name: one.said for one in looks},
        },
        status=200 if ready else 503,
        json_dumps_params={"ensure_ascii": False},
    )


def look() -> list[Look]:
    """Everything that has to be in order; what depends on the database is wrong without it."""
    checks: dict[str, Callable[[], bool]] = {
        "database": database_answers,
        "migrations": migrated,
        "lake": lake_writable,
        "disk": disk_free,
        "worker": lambda: workers_alive() > 0,
    }
    return [Look(name, check()) for name, check in checks.items()]


def database_answers() -> bool:
    """Does the ledger answer?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def migrated() -> bool:
    """Has the ledger been through all migrations of this program?"""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return False
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def lake_writable() -> bool:
    """Can a file be written where imports put theirs?"""
    try:
        lake_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=lake_folder()) as file:
            file.write(b"\0")
            file.flush()
    except OSError:
        return False
    return True


def free_bytes() -> int:
    """Free disk under the home; 0 where that cannot be told. [byte]"""
    home = Path(settings.HOME)
    try:
        return shutil.disk_usage(home if home.exists() else home.parent).free
    except OSError:
        return 0


def disk_free() -> bool:
    """Is there as much free disk as declared?"""
    return free_bytes() >= operation_rules().least_free_mb * 1024 * 1024
