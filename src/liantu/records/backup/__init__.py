"""Backup and restore: ledger, lake and papers as one consistent set with a list of checksums.

The door of the room: ``make`` writes an archive, ``verify`` proves it, ``restore`` brings it
back, onto SQLite or PostgreSQL whichever it came from.

An archive is a zip file. ``manifest.json`` lists every other member with size and SHA-256, the
program and migrations it was made by and the lake's identity; ``ledger/<table>.jsonl`` holds the
rows of a table in a form that belongs to no database (:mod:`.rows`); ``lake/`` the files that these
rows know; ``papers/`` the papers as sent out; ``secret.key`` only where asked for.
"""

from __future__ import annotations

from liantu.records.backup.archive import Verified, verify
from liantu.records.backup.making import Made, make
from liantu.records.backup.restoring import Restored, restore

__all__ = ["Made", "Restored", "Verified", "make", "restore", "verify"]
