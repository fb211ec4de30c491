"""The moment a page speaks of: the reference date and the vintage, read from the address.

Both travel in the query string (``?as_of=2025-12-31&vintage=3``), so that a link reproduces
the page. What is not given is the latest vintage, and the last quarter that has ended, at
most the plan's own last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from liantu.errors import UsageError
from liantu.systems.targets.board import Board, board

QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))


@dataclass(frozen=True)
class Moment:
    """What was asked for, beside what it came to."""

    as_of: date
    vintage: str | None
    """None where the address names none: the latest."""
    board: Board
    asked: tuple[tuple[str, str], ...]
    """The pairs of the query string that belong to the moment, to be carried along."""

    @property
    def query(self) -> str:
        """``as_of=…&vintage=…`` as asked for; empty for the default moment."""
        return urlencode(self.asked)


def moment_of(request: HttpRequest) -> Moment:
    """Read, check and remember the moment of this request.

    Raises:
        UsageError: ``as_of`` is no date.
        NotFound: the vintage is not in the ledger.
        NothingToCompute: the ledger holds no plan.
    """
    known = getattr(request, "moment", None)
    if isinstance(known, Moment):
        return known
    asked_date = request.GET.get("as_of", "").strip()
    vintage = request.GET.get("vintage", "").strip() or None
    as_of = _read_date(asked_date) if asked_date else default_date()
    asked = [(key, value) for key, value in (("as_of", asked_date), ("vintage", vintage)) if value]
    moment = Moment(as_of, vintage, board(as_of, vintage), tuple(asked))
    request.moment = moment  # type: ignore[attr-defined]
    return moment


def _read_date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"基准日“{text[:40]}”不是日期，应写成 2025-12-31。请在页首重新选择。",
            f"The reference date {text[:40]!r} is not a date; write 2025-12-31 or choose above.",
        ) from error
    return found


def default_date() -> date:
    """Last quarter end that has passed, at most the last day of the plan in force."""
    from liantu.records.ledger import current_plan

    return min(last_quarter_end(timezone.localdate()), date(current_plan().meta.end_year, 12, 31))


def last_quarter_end(day: date) -> date:
    """The latest quarter end on or before ``day``."""
    ends = [date(day.year, month, last) for month, last in QUARTER_ENDS]
    passed = [end for end in ends if end <= day]
    return passed[-1] if passed else date(day.year - 1, 12, 31)


def previous_quarter_end(day: date) -> date:
    """The quarter end before ``day``'s own quarter end."""
    return last_quarter_end(day - timedelta(days=1))


def quarter_ends(first_year: int, until: date) -> list[date]:
    """Every quarter end from ``first_year`` to ``until``, newest first."""
    ends = [
        date(year, month, last)
        for year in range(first_year, until.year + 1)
        for month, last in QUARTER_ENDS
    ]
    return [end for end in reversed(ends) if end <= until]
