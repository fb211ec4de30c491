"""Declared limits of the API (``catalog/rules/api.yaml``)."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.records.access import Capability


class TokenRules(Declared):
    """How tokens are made, how long they live, what they carry."""

    prefix: str = Field(pattern=r"^[a-z]+$")
    secret_bytes: int = Field(ge=24)
    shown: int = Field(ge=6, le=12)
    longest_name: int = Field(gt=0)
    default_days: int = Field(gt=0)
    most_days: int = Field(gt=0)
    most_per_account: int = Field(gt=0)
    noted_minutes: int = Field(gt=0)
    failures: int = Field(gt=0)
    held_minutes: int = Field(gt=0)
    carries: tuple[Capability, ...]
    within: tuple[Capability, ...]


class IdempotencyRules(Declared):
    """How long a key of idempotency is remembered."""

    hours: int = Field(gt=0)
    longest_key: int = Field(gt=0)
    working_minutes: int = Field(gt=0)
    most_answer_kb: int = Field(gt=0)


class ApiRules(Declared):
    """All limits of the API."""

    id: str
    source: Source
    page_rows: int = Field(gt=0)
    most_rows: int = Field(gt=0)
    most_skipped: int = Field(gt=0)
    body_kb: int = Field(gt=0)
    longest_reason: int = Field(gt=0)
    most_columns: int = Field(gt=0)
    tokens: TokenRules
    idempotency: IdempotencyRules


@cache
def api_rules() -> ApiRules:
    """The limits, read once.

    Raises:
        InvalidDeclaration: the file is wrong.
    """
    return read_declared(ApiRules, CATALOG / "rules" / "api.yaml")
