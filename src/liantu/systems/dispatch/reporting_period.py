"""The period that a paper reports on: a quarter of the plan, or the plan's end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from liantu.errors import UsageError
from liantu.quantity.period import months
from liantu.systems.dispatch.edition import Kind
from liantu.systems.dispatch.wording import Wording

LAST_QUARTER = 4
KINDS: tuple[Kind, ...] = ("quarterly", "final")


@dataclass(frozen=True)
class ReportingPeriod:
    """A quarter or a year, both days included; ``code`` sorts."""

    code: str
    label: str
    start: date
    end: date


def kind_of(text: str) -> Kind:
    """``quarterly`` or ``final``.

    Raises:
        UsageError: the text is neither.
    """
    for kind in KINDS:
        if text == kind:
            return kind
    raise UsageError(
        f"没有“{text[:40]}”这种文件。可选：quarterly（季度调度）、final（终期评估）。",
        f"There is no paper {text[:40]!r}. Choose quarterly or final.",
    )


def reporting_period(
    kind: Kind, text: str | None, *, start_year: int, end_year: int, today: date
) -> ReportingPeriod:
    """Read ``2025Q4`` (or ``2025`` for a final evaluation) and check it against the plan.

    Args:
        text: the period; None means the plan's last quarter or year.
        start_year: first year of the plan; a dispatch before it has nothing to speak of.
        end_year: last year of the plan.
        today: a period that has not ended by then is refused.
    Raises:
        UsageError: no period, outside the plan, or not over yet.
    """
    asked = (text or (f"{end_year}Q4" if kind == "quarterly" else f"{end_year}")).strip().upper()
    found = re.fullmatch(r"(\d{4})[-年]?(?:Q([1-4])|第?([1-4一二三四])季度?)?年?", asked)
    quarter = (found[2] or found[3]) if found else None
    if found is None or (kind == "quarterly" and quarter is None):
        raise _unknown(kind, text or "", end_year)
    year = int(found[1])
    if not start_year <= year <= end_year:
        raise UsageError(
            f"期间“{asked}”不在规划期{start_year}—{end_year}年之内。请改正期间，或载入相应的规划。",
            f"Period {asked!r} lies outside the plan's {start_year}–{end_year}. Mend it, or load"
            " the plan it belongs to.",
        )
    made = _period(kind, year, _ordinal(quarter), Wording(kind))
    if made.end > today:
        raise UsageError(
            f"{made.label}截至{made.end}，尚未结束（今天是{today}）。请改用已结束的期间。",
            f"{made.code} ends on {made.end}, which is still to come (today is {today})."
            " Choose a period that is over.",
        )
    return made


def _ordinal(quarter: str | None) -> int | None:
    if quarter is None:
        return None
    return "一二三四".index(quarter) + 1 if quarter in "一二三四" else int(quarter)


def _period(kind: Kind, year: int, quarter: int | None, wording: Wording) -> ReportingPeriod:
    if quarter is None or (kind == "final" and quarter == LAST_QUARTER):
        return ReportingPeriod(
            f"{year}", f"{year}{wording.word('year')}", date(year, 1, 1), date(year, 12, 31)
        )
    span = months(year, 3 * quarter - 2, year, 3 * quarter)
    label = f"{year}{wording.word('year')}{wording.word(f'quarter.{quarter}')}"
    return ReportingPeriod(f"{year}Q{quarter}", label, span.start, span.end)


def _unknown(kind: Kind, text: str, end_year: int) -> UsageError:
    wanted = f"{end_year}Q4" if kind == "quarterly" else f"{end_year} 或 {end_year}Q4"
    wanted_en = f"{end_year}Q4" if kind == "quarterly" else f"{end_year} or {end_year}Q4"
    return UsageError(
        f"期间“{text[:40]}”无法识别：季度只有 Q1 至 Q4，应写成 {wanted}。请改正后重试。",
        f"Period {text[:40]!r} is unknown: quarters are Q1 to Q4; write {wanted_en}. Mend it and"
        " try again.",
    )
