"""WordprocessingML elements from plain values.

Text enters only as element text or attribute value, both escaped by lxml, so that no text of a
plan or a source can become markup. Characters that XML cannot hold are dropped.
"""

from __future__ import annotations

import re
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

Element = Any
"""An lxml element; python-docx ships no types for its own."""

_UNFIT = re.compile(
    "[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]|[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]"
)
"""What XML cannot hold, and invisible marks that could reverse or hide text."""


def node(tag: str, *children: Element, **attributes: str | int | float) -> Element:
    """``node("w:ind", right=2)``: attributes take the tag's own namespace prefix."""
    element = OxmlElement(tag)
    prefix = tag.partition(":")[0]
    for name, value in attributes.items():
        element.set(qn(f"{prefix}:{name}"), clean(str(value)))
    element.extend(children)
    return element


def plain(tag: str, *children: Element, **attributes: str | int | float) -> Element:
    """As :func:`node`, for the drawing namespaces, whose attributes bear no prefix."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(name, clean(str(value)))
    element.extend(children)
    return element


def clean(value: str) -> str:
    """``value`` without characters that XML cannot hold, or that steer the layout unseen."""
    return _UNFIT.sub("", value)


def words(tag: str, value: str) -> Element:
    """An element holding text, its spaces kept."""
    element = OxmlElement(tag)
    element.text = clean(value)
    element.set(qn("xml:space"), "preserve")
    return element


def fonts(east_asian: str, latin: str) -> Element:
    """Fonts of a run. The hint gives “”…— the full width they have in Chinese."""
    return node(
        "w:rFonts", hint="eastAsia", ascii=latin, hAnsi=latin, eastAsia=east_asian, cs=latin
    )


def half_points(points: float) -> int:
    """Sizes of type count in half points in Word."""
    return round(points * 2)
