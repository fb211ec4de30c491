"""Fields of registers: every cell may be empty in one way only (null), required cells may not.

Texts have no length in the database: what is too long is said at the door, where the row and the
column can be named.
"""

from __future__ import annotations

from typing import Any

from django.db import models


def text(zh: str, *, required: bool = False) -> models.TextField[Any, Any]:
    """Text, code, reference, coded value or GeoJSON."""
    return models.TextField(zh, null=not required)


def whole(zh: str, *, required: bool = False) -> models.BigIntegerField[Any, Any]:
    """A count or a rank."""
    return models.BigIntegerField(zh, null=not required)


def figure(zh: str, *, required: bool = False) -> models.FloatField[Any, Any]:
    """A number, amount or share in the base unit of its column."""
    return models.FloatField(zh, null=not required)


def day(zh: str, *, required: bool = False) -> models.DateField[Any, Any]:
    """A date."""
    return models.DateField(zh, null=not required)


def yes_no(zh: str, *, required: bool = False) -> models.BooleanField[Any, Any]:
    """Yes, no, or not known."""
    return models.BooleanField(zh, null=not required)
