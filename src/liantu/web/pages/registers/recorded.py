"""Which recorded state an address asks for: ``as_of``, a day or batch, and ``vintage``, the same.

Pages of the targets read ``as_of`` as the day of judgement and ``vintage`` as what was known. A
page of records has no day of judgement: both say by when a record had been recorded, as ``--as-of``
does on the command line, and where an address names both, the earlier counts.
"""

from __future__ import annotations

from django.http import QueryDict

from liantu.records.moments import moment_of

NAMES = ("as_of", "vintage")
"""Parameters of the address that name a recorded state."""


def recorded_by(query: QueryDict) -> str | None:
    """The batch, day or time of the state asked for; None for the present.

    Raises:
        NotFound: no such batch.
        UsageError: neither a batch nor a day.
    """
    said = [text for name in NAMES if (text := query.get(name, "").strip())]
    moments = {text: moment for text in said if (moment := moment_of(text)) is not None}
    return min(moments, key=moments.__getitem__) if moments else None
