"""Tags of the pages of indicators: names, figures, coverage, periods in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from liantu.indicators.declared import UNFILLED, Needs
from liantu.indicators.time import Span
from liantu.systems.indicators.asked import NOT_SAID
from liantu.systems.indicators.cover import cover_light
from liantu.systems.indicators.formula import Part
from liantu.systems.indicators.mapping import CLASSES
from liantu.systems.indicators.ranking import Place
from liantu.systems.indicators.rules import indicator_rules
from liantu.systems.indicators.wording import column_text, figure_text, percent_text
from liantu.systems.language import language
from liantu.web.templatetags.figures import mark
from liantu.words import words

register = template.Library()


@register.filter
def named(one: Any) -> str:
    """Name of anything that is declared in both languages."""
    return str(one.en if language() == "en" else one.zh)


@register.filter
def defined(one: Any) -> str:
    """Definition of a measure."""
    return str(one.definition_en if language() == "en" else one.definition)


@register.filter
def said_by(needs: Needs) -> str:
    """From whom what is missing would come."""
    return needs.from_en if language() == "en" else needs.from_


@register.filter
def figure(value: float | None) -> str:
    """A figure without its unit, or a dash where there is none."""
    return "—" if value is None else figure_text(value)


@register.filter
def to_digits(value: float | None, digits: int) -> str:
    """A figure of a column with so many decimals."""
    return column_text(value, digits)


@register.filter
def signed(value: float | None) -> str:
    """A change with its sign."""
    return "—" if value is None else figure_text(value, signed=True)


@register.filter
def span_label(one: Span) -> str:
    """A period in words."""
    return one.label_en if language() == "en" else one.label


@register.simple_tag
def cover(row: Mapping[str, Any]) -> SafeString:
    """Coverage of a value: its light, and the share in percent."""
    share = row.get("coverage")
    light = cover_light(share)
    said = words().say(f"indicators.cover.{light}", language())
    text = said if share is None else percent_text(share)
    return format_html(
        '<span class="light light-{0}" title="{1}">{2}<span class="sr">{1}</span>{3}</span>',
        light, said, mark(light), text,
    )  # fmt: skip


@register.simple_tag
def cover_bound(name: str) -> str:
    """A declared bound of coverage in percent."""
    return percent_text(getattr(indicator_rules().cover, name))


@register.filter
def share_signed(value: float) -> str:
    """A relative difference in percent, with its sign."""
    return f"{figure_text(value * 100, signed=True)}%"


@register.filter
def or_empty_mark(group: str | None) -> str:
    """A group as addresses write it; the whole city's is none."""
    if group is None:
        return ""
    return NOT_SAID if group == UNFILLED else group


@register.filter
def level_at(number: int, at: int) -> int:
    """Class of the map that the ``at``-th of a number of classes is drawn in."""
    return at + CLASSES - number


@register.filter
def short_area(name: str) -> str:
    """An area's name without its kind, where two characters of it remain."""
    for end in ("新区", "自治县", "县", "市", "区"):
        if name.endswith(end) and len(name) - len(end) >= 2:
            return name.removesuffix(end)
    return name


@register.simple_tag
def lollipop(place: Place) -> SafeString:
    """A dot at the value on a stem from zero; the figure stands beside it."""
    if place.dot is None:
        return SafeString("")
    return format_html(
        '<svg class="lollipop" width="{0}" height="14" viewBox="0 0 {0} 14" aria-hidden="true">'
        '<line class="zero" x1="{1}" x2="{1}" y1="1" y2="13"/>'
        '<line class="stem" x1="{1}" x2="{2}" y1="7" y2="7"/>'
        '<circle cx="{2}" cy="7" r="3.5"/></svg>',
        f"{place.width:g}", f"{place.zero:g}", f"{place.dot:g}",
    )  # fmt: skip


@register.simple_tag
def formula(parts: list[Part]) -> SafeString:
    """A formula with its names in words; each leads to the table or measure that it means."""
    return format_html_join("", "{}", ((_part(one),) for one in parts))


def _part(one: Part) -> str | SafeString:
    if one.kind == "column":
        address = reverse("register", args=[one.table])
        return format_html('<a href="{}" title="{}">{}</a>', address, one.code, one.said)
    if one.kind == "measure":
        address = reverse("indicator", args=[one.measure])
        return format_html('<a href="{}" title="{}">{}</a>', address, one.code, one.said)
    if one.kind == "function":
        return format_html('<span class="function" title="{}">{}</span>', one.code, one.said)
    return one.code


@register.simple_tag(takes_context=True)
def same_query(context: Context, **changes: Any) -> str:
    """This page's query with some parameters changed, to append to another address."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else ""
