"""What the address asks of a page of indicators, checked."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from liantu.errors import UsageError
from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.declared import UNFILLED, PeriodKind
from liantu.indicators.time import Span, span
from liantu.records.moments import moment_of
from liantu.systems.indicators.present import preferred
from liantu.systems.indicators.rules import indicator_rules

NOT_SAID = "-"
"""In addresses: the group of rows that do not say theirs."""
MOMENT = ("as_of", "vintage")


def recorded_by(query: QueryDict) -> str | None:
    """The vintage asked for: what had been recorded by a day or batch; None for the present.

    Raises:
        NotFound: no such batch.
        UsageError: neither a batch nor a day.
    """
    said = [text for name in MOMENT if (text := query.get(name, "").strip())]
    moments = {text: moment for text in said if (moment := moment_of(text)) is not None}
    return min(moments, key=moments.__getitem__) if moments else None


@dataclass(frozen=True)
class OneAsked:
    """A checked address of one measure's page; ``at`` is None where the page chooses."""

    kind: PeriodKind
    told: bool
    """Does the address name the kind or the period?"""
    at: Span | None
    by: str
    group: str | None
    as_of: str | None


def read_one(query: QueryDict, compiled: Compiled) -> OneAsked:
    """Check the address of one measure's page.

    Raises:
        UsageError: a period or dimension that the measure has not, named.
    """
    at = span(text) if (text := query.get("period", "").strip()) else None
    kind = query.get("kind", "").strip() or (at.kind if at else preferred(compiled))
    if kind not in compiled.periods or (at and at.kind != kind):
        raise unknown("period" if at else "kind", (at.code if at else kind),
                      "、".join(compiled.periods))  # fmt: skip
    told = bool(at or query.get("kind", "").strip())
    by = query.get("by", "").strip()
    if by and by not in compiled.by:
        raise unknown("by", by, "、".join(compiled.by))
    group = query.get("group", "").strip()[:80] if by else ""
    said = None if not group else UNFILLED if group == NOT_SAID else group
    return OneAsked(kind, told, at, by, said, recorded_by(query))  # type: ignore[arg-type]


@dataclass(frozen=True)
class CompareAsked:
    """A checked address of the comparison."""

    measures: tuple[str, ...]
    periods: tuple[Span, ...]
    by: str
    as_of: str | None


def read_compare(query: QueryDict, declared: Catalogue) -> CompareAsked:
    """Check the address of the comparison.

    Raises:
        UsageError: a measure that cannot be computed, an unknown dimension or period, or too many.
        NotFound: an unknown measure.
    """
    rules = indicator_rules()
    measures = _several(query, "m")
    if len(measures) > rules.compared:
        raise unknown("m", f"{len(measures)}", f"≤ {rules.compared}")
    for name in measures:
        if not declared[name].computed:
            raise unknown("m", name, "有公式的指标 / indicators with a formula")
    periods = [span(code) for code in _several(query, "period")]
    if len(periods) > rules.compared_periods:
        raise unknown("period", f"{len(periods)}", f"≤ {rules.compared_periods}")
    by = query.get("by", "").strip()
    if by and by not in declared.dimensions:
        raise unknown("by", by, "、".join(declared.dimensions))
    return CompareAsked(measures, tuple(periods), by, recorded_by(query))


def _several(query: QueryDict, name: str) -> tuple[str, ...]:
    """Values of a parameter given several times, or once with commas."""
    parts = [part.strip() for text in query.getlist(name) for part in text.split(",")]
    return tuple(dict.fromkeys(part[:80] for part in parts if part))


def unknown(name: str, value: str, expected: str) -> UsageError:
    """A parameter of the address that is not among those expected."""
    return UsageError(
        f"参数 {name} 的值“{value[:40]}”无法使用，应为：{expected}。请改正地址。",
        f"Parameter {name} has the value {value[:40]!r}; expected: {expected}. Mend the address.",
    )
