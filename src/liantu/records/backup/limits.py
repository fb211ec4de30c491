"""Declared limits of archives (``catalog/rules/backup.yaml``)."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared


class BackupRules(Declared):
    """What an archive may come to, and how patient a restore is."""

    id: str
    source: Source
    manifest_mb: int = Field(gt=0)
    most_ratio: int = Field(gt=1)
    floor_bytes: int = Field(gt=0)
    room: float = Field(ge=1)
    rows_at_once: int = Field(gt=0)
    lock_seconds: int = Field(gt=0)


@cache
def backup_rules() -> BackupRules:
    """The rules, read once."""
    return read_declared(BackupRules, CATALOG / "rules" / "backup.yaml")
