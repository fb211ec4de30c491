"""Declared limits of the running service (``catalog/rules/operations.yaml``)."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared


class OperationRules(Declared):
    """When the service is ready, and how requests are measured."""

    id: str
    source: Source
    least_free_mb: int = Field(ge=0)
    looked_at_seconds: float = Field(gt=0)
    buckets: tuple[float, ...]


@cache
def operation_rules() -> OperationRules:
    """The rules, read once."""
    return read_declared(OperationRules, CATALOG / "rules" / "operations.yaml")
