"""Shapes that many answers share."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class Flaw(Schema):
    """One thing wrong with what was sent."""

    place: str
    zh: str
    en: str


class Problem(Schema):
    """What went wrong, as RFC 9457 has it, in both languages."""

    type: str
    title: str
    title_en: str
    status: int
    detail: str
    detail_en: str
    instance: str
    errors: list[Flaw]


class Listed(Schema):
    """What every list says of itself; ``next`` and ``previous`` are addresses."""

    count: int
    limit: int
    offset: int
    next: str | None = None
    previous: str | None = None


class Said(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


Values = dict[str, Any]
"""Column → value, in the stored unit that the table's declaration names."""
