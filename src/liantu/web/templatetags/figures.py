"""Tags that print figures, lights and sparks; wording itself is the targets system's."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from liantu.plan.audit.rules import audit_rules
from liantu.plan.package import Clause, Target
from liantu.quantity.bound import Bound
from liantu.records.figures.indicators import load_indicators
from liantu.records.figures.observation import COMPUTED, Observation, SourceRef
from liantu.systems.language import language
from liantu.systems.targets import summary
from liantu.systems.targets.evidence import observed_amount
from liantu.systems.targets.listing import Listing
from liantu.systems.targets.spark import spark
from liantu.systems.targets.state import TargetState
from liantu.systems.targets.wording import amount, figure_text, number
from liantu.web.templatetags.shell import at
from liantu.words import words

register = template.Library()


def _say(key: str, **figures: object) -> str:
    return words().say(key, language(), **figures)


def _word(prefix: str, value: str) -> str:
    key = f"{prefix}.{value}"
    return _say(key) if words().known(key) else value


@register.filter
def bound(value: Bound | None) -> str:
    """The figure without its unit, which stands in the header or beside it."""
    return amount(value, "").zh if value is not None else "—"


@register.filter
def plain(value: float | None) -> str:
    """A number, or a dash where there is none."""
    return number(value) if value is not None else "—"


@register.filter
def share(value: Bound | None) -> str:
    """A share of the way (1 = there) in percent."""
    if value is None:
        return "—"
    return bound(Bound(value.low * 100, value.high * 100, value.low_open, value.high_open)) + "%"


@register.filter
def goal(target: Target) -> str:
    """The target's figure without its unit; what an assigned target says instead."""
    return figure_text(target).zh.removesuffix(target.unit).strip() or _word("form", target.form)


@register.filter
def attained(state: TargetState) -> str | SafeString:
    """The value now; where there is none, which absence it is."""
    if state.attained is not None:
        return bound(state.attained)
    why = _word("absence", state.absence) if state.absence else "—"
    return format_html('<span class="absent">{}</span>', why)


@register.filter
def attained_period(state: TargetState) -> str:
    """The period that the value now speaks of."""
    return summary.attained_period(state, language())


@register.filter
def name(row: Any) -> str:
    """Name of a target's indicator; in English the catalogue's, where the target is bound."""
    bound_to = row.state.extra.get("indicator", "")
    if language() == "en" and bound_to:
        return indicator_name(bound_to)
    return summary.name(row.target)


@register.filter
def unit(value: str) -> str:
    """A unit as written; in English its translation, where there is one."""
    return _word("unit", value) if value else ""


@register.filter
def assumption(name: str) -> str:
    """What an assumption of the audit is about."""
    found = audit_rules().assumptions.get(name)
    if found is None:
        return name
    return found.en if language() == "en" else found.zh


@register.filter
def percent(value: float) -> str:
    """A share (0-1) in percent."""
    return f"{value * 100:g}%"


@register.filter
def nature(value: str) -> str:
    """预期性 or 约束性 in the reader's language."""
    return _word("nature", value) if value else ""


@register.filter
def chapter_label(clause: Clause) -> str:
    """Number and title of a chapter."""
    return summary.chapter_label(clause)


@register.filter
def clause_label(clause: Clause) -> str:
    """Number and title of any clause."""
    return summary.clause_label(clause)


@register.filter
def day(value: date) -> str:
    """A date written out."""
    return _say("day.label", year=value.year, month=value.month, day=value.day)


@register.filter
def quarter(value: date) -> str:
    """``2025年第四季度末``; a day that ends no quarter is printed as a day."""
    from liantu.systems.targets.moment import QUARTER_ENDS

    if (value.month, value.day) not in QUARTER_ENDS:
        return day(value)
    at = (value.month + 2) // 3
    return _say("quarter.label", year=value.year, quarter=at, ordinal=_say(f"quarter.{at}"))


@register.filter
def indicator_name(indicator_id: str) -> str:
    """The catalogue's name of an indicator, in the reader's language."""
    if indicator_id not in load_indicators():
        return indicator_id
    found = load_indicators()[indicator_id]
    return found.en if language() == "en" else found.zh


@register.simple_tag(takes_context=True)
def figure_address(context: Context, found: Observation) -> str:
    """Where a figure is shown: the list of figures, or the indicator that was computed."""
    if found.source.trust == COMPUTED:
        _, measure, year = found.id.split(":")
        return f"{reverse('indicator', args=[measure])}?{urlencode({'period': year})}"
    return at(context, "sources", q=found.id)


@register.simple_tag
def observed(found: Observation) -> str:
    """A published figure in its own unit."""
    said = observed_amount(found)
    return said.en if language() == "en" else said.zh


@register.filter
def floor_percent(share: float) -> str:
    """A share (0–1) in percent; what is not whole is not printed as 100."""
    text = f"{share * 100:.1f}".removesuffix(".0")
    return f"{'99.9' if text == '100' and share < 1 else text}%"


@register.simple_tag
def source(found: SourceRef) -> SafeString:
    """A source's title; a link only where its address is a web address."""
    if not found.url.startswith(("http://", "https://")):
        return format_html("{}", found.title)
    return format_html(
        '<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>', found.url, found.title
    )


@register.simple_tag
def mark(light: str) -> SafeString:
    """The light's own shape; its word must stand beside it or in a label."""
    return format_html(
        '<svg class="mark mark-{0}" aria-hidden="true"><use href="#m-{0}"/></svg>', light
    )


@register.simple_tag
def light(value: str) -> SafeString:
    """Shape and word in the colour of the light."""
    return format_html(
        '<span class="light light-{}">{}{}</span>', value, mark(value), _word("light", value)
    )


@register.simple_tag
def sparkline(row: summary.Watched) -> SafeString:
    """A small drawing of the series with path and goal; the figures stand beside it."""
    found = spark(row.target, row.state)
    if found is None:
        return SafeString("")
    parts = [
        format_html('<polyline class="path" points="{}"/>', found.path) if found.path else "",
        format_html_join(
            "", '<line class="range" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', found.ranges
        ),
        format_html('<polyline class="line" points="{}"/>', found.line),
        format_html_join("", '<circle class="dot" cx="{}" cy="{}" r="1.4"/>', found.dots),
    ]
    if found.goal:
        x, y = found.goal
        parts.append(
            format_html('<line class="goal" x1="{}" x2="{}" y1="{}" y2="{}"/>', x - 5, x + 3, y, y)
        )
    if found.last:
        parts.append(format_html('<circle class="last" cx="{}" cy="{}" r="2.4"/>', *found.last))
    return format_html(
        '<svg class="spark" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true">'
        "{2}</svg>",
        f"{found.width:g}",
        f"{found.height:g}",
        format_html_join("", "{}", ((part,) for part in parts)),
    )


@register.simple_tag(takes_context=True)
def cell(context: Context, row: Any, column: str) -> str | SafeString:
    """One cell of the list of targets."""
    target, state = row.target, row.state
    if column == "light":
        return light(state.light)
    if column == "clause":
        return _clause_link(context, target)
    if column in ("form", "nature"):
        return _word(column, getattr(target, column))
    if column in ("freshness", "verdict"):
        return _word(column, getattr(state, column))
    printed = {
        "baseline": lambda: plain(target.baseline),
        "target": lambda: goal(target),
        "unit": lambda: unit(target.unit),
        "attained": lambda: attained(state),
        "period": lambda: attained_period(state),
        "required": lambda: bound(state.required),
        "progress": lambda: share(state.progress),
    }
    return printed[column]() if column in printed else str(getattr(target, column))


def _clause_link(context: Context, target: Target) -> str | SafeString:
    found = summary.clause_of(context["shell"].moment.board.package, target.clause)
    if found is None:
        return target.clause
    query = context["shell"].moment.query
    address = reverse("clause", args=[found.id]) + (f"?{query}" if query else "")
    return format_html('<a href="{}#{}">{}</a>', address, target.id, target.clause)


@register.simple_tag(takes_context=True)
def sort_link(context: Context, column: str, listing: Listing) -> SafeString:
    """Column head that sorts; a second click turns the order round, a third restores the plan's."""
    order = {"": column, column: f"-{column}"}.get(
        listing.sort if listing.sort_column == column else "", ""
    )
    query = context["request"].GET.copy()
    query.pop("sort", None)
    if order:
        query["sort"] = order
    arrow = "" if listing.sort_column != column else (" ▼" if listing.descending else " ▲")
    return format_html('<a href="?{}">{}{}</a>', query.urlencode(), _word("column", column), arrow)
