"""Declared limits of importing in the browser (``catalog/rules/uploads.yaml``)."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared


class UploadRules(Declared):
    """How long files are kept, how many, and how much one page shows."""

    id: str
    source: Source
    keep_hours: float = Field(gt=0)
    most: int = Field(gt=0)
    most_mb: int = Field(gt=0)
    name_bytes: int = Field(ge=20, le=200)
    rows_shown: int = Field(gt=0)
    batches_shown: int = Field(gt=0)
    samples: int = Field(gt=0)


@cache
def upload_rules() -> UploadRules:
    """The rules, read once."""
    return read_declared(UploadRules, CATALOG / "rules" / "uploads.yaml")
