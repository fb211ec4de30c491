"""Any number of values in one condition: databases take only so many parameters of a query."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL


def among(values: Iterable[int] | Iterable[str]) -> RawSQL:
    """For ``field__in``: rows whose field is one of ``values``, all of one type, in one parameter.

    SQLite takes at most 32,766 parameters unless built for more, PostgreSQL 65,535.
    """
    listed = list(values)
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(listed)])
    if listed and isinstance(listed[0], str):
        return RawSQL("SELECT unnest(%s::text[])", [listed])
    return RawSQL("SELECT unnest(%s::bigint[])", [listed])
