"""What can be done in the background. Each kind may be done twice with the result of once.

A kind reads what is asked for (and refuses what cannot be), names the capability that it takes, and
does the work in steps. Work that writes ends in one transaction of the ledger: a worker that is
killed before leaves what was, one that is killed after it is found out when the job is done again:
a file is accepted once, an edition frozen once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from liantu.errors import NotFound, UsageError
from liantu.records.access import Capability

if TYPE_CHECKING:
    from liantu.web.jobs.models import Job
    from liantu.web.jobs.telling import Progress

Run = Callable[["Job", "Progress"], dict[str, Any]]
Read = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """One kind of job; its words are ``jobs.kind.<id>``."""

    id: str
    needs: Capability
    steps: int
    read: Read
    run: Run
    offered: bool = True
    """Can it be asked for on the page of jobs? Else another page does."""
    asks: Literal["day", "week", "month", "quarter"] = "day"
    """What a person says of it: a day, or which period."""


def kind_of(name: str) -> Kind:
    """A kind by its id.

    Raises:
        NotFound: there is none.
    """
    kind = kinds().get(name)
    if kind is None:
        raise NotFound(
            f"没有“{name[:40]}”这种后台任务。可选：{'、'.join(kinds())}。",
            f"There is no kind of job {name[:40]!r}. Choose one of {', '.join(kinds())}.",
        )
    return kind


@cache
def kinds() -> dict[str, Kind]:
    """Every kind there is."""
    from liantu.web.jobs import evaluating, importing, writing

    every = (
        Kind("targets", "read", 2, _moment, evaluating.targets),
        Kind("quality", "read", 3, _moment, evaluating.quality),
        Kind("weekly", "publish", 5, _week, writing.weekly, asks="week"),
        Kind("monthly", "publish", 5, _month, writing.monthly, asks="month"),
        Kind("quarterly", "publish", 5, _period, writing.paper, asks="quarter"),
        Kind("final", "publish", 5, _period, writing.paper, asks="quarter"),
        Kind("import", "import", 2, importing.read, importing.run, offered=False),
    )
    return {kind.id: kind for kind in every}


def _moment(given: Mapping[str, Any]) -> dict[str, Any]:
    from liantu.systems.targets.board import check_date

    text = str(given.get("as_of") or "").strip()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"基准日“{text[:40]}”不是日期，应写成 2025-12-31。请改正后重试。",
            f"The reference date {text[:40]!r} is not a date; write 2025-12-31.",
        ) from error
    check_date(day)
    return {"as_of": day.isoformat()}


def _week(given: Mapping[str, Any]) -> dict[str, Any]:
    from liantu.systems.reporting.periods import period_of

    return {"period": period_of(str(given.get("period") or ""), "week").code}


def _month(given: Mapping[str, Any]) -> dict[str, Any]:
    from liantu.systems.reporting.periods import period_of

    return {"period": period_of(str(given.get("period") or ""), "month").code}


def _period(given: Mapping[str, Any]) -> dict[str, Any]:
    text = str(given.get("period") or "").strip().upper()
    if not (len(text) == 6 and text[:4].isascii() and text[:4].isdecimal()
            and text[4] == "Q" and text[5] in "1234"):  # fmt: skip
        raise UsageError(
            f"期间“{text[:40]}”无法识别，应写成 2025Q4。请改正后重试。",
            f"The period {text[:40]!r} is not understood; write 2025Q4.",
        )
    return {"period": text}
