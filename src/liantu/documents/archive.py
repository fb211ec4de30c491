"""Zip files (docx, xlsx) whose bytes depend on their content alone."""

from __future__ import annotations

import zipfile
from io import BytesIO

FIRST = ("[Content_Types].xml", "_rels/.rels", "mimetype")
"""Members that readers look for at the front."""
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can state."""


def settled(archive: bytes) -> bytes:
    """The same members, sorted, without times, names of systems or extra fields."""
    result = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(archive)) as before,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in sorted(before.namelist(), key=_order):
            member = zipfile.ZipInfo(name, NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            after.writestr(member, before.read(name))
    return result.getvalue()


def _order(name: str) -> tuple[int, str]:
    return (FIRST.index(name) if name in FIRST else len(FIRST), name)
