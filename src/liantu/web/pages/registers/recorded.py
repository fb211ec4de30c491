"""Which recorded state an address asks for: ``as_of``, a day or batch, and ``vintage``, the same.

Pages of the targets read ``as_of`` as the day of judgement and ``vintage`` as what was known. A
page of records has no day of judgement: both say by when a record had been recorded, as ``--as-of``
does on the command line, and where an address names both, the earlier counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, QueryDict
from django.utils import timezone

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


@dataclass(frozen=True)
class Recorded:
    """The state that a page shows, with what its form for another moment carries along."""

    said: str | None
    """As the address names it; None for the present."""
    moment: datetime | None
    asked: list[tuple[str, str]]
    """The parameters that name the moment."""
    carried: list[tuple[str, str]]
    """All others but the page."""

    @property
    def local(self) -> datetime | None:
        """The moment on the reader's clock."""
        return timezone.localtime(self.moment) if self.moment else None


def recorded(request: HttpRequest) -> Recorded:
    """The state that the address of a page asks for.

    Raises:
        NotFound, UsageError: no such batch or day.
    """
    said = recorded_by(request.GET)
    pairs = [(name, text) for name in request.GET for text in request.GET.getlist(name) if text]
    asked = [pair for pair in pairs if pair[0] in NAMES]
    carried = [pair for pair in pairs if pair[0] not in (*NAMES, "page")]
    return Recorded(said, moment_of(said), asked, carried)
