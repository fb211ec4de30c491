"""Charts of a paper for files that cannot draw them themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from liantu.documents.page_rules import PageRules
from liantu.documents.typesetting import faces, typeset
from liantu.systems.dispatch.paper import LightsChart, PositionsChart

MM_PER_POINT = 25.4 / 72
_SIZE = re.compile(rb'<svg[^>]*?width="([\d.]+)pt"[^>]*?height="([\d.]+)pt"')


@dataclass(frozen=True)
class Drawn:
    """One chart as vector and as picture, with its size on paper."""

    svg: bytes
    png: bytes
    width_mm: float
    height_mm: float


def draw(
    chart: LightsChart | PositionsChart, rules: PageRules, symbols: dict[str, str], dated: date
) -> Drawn:
    """Set ``chart`` twice: as SVG and, for programs that know no SVG, as PNG."""
    data = {
        "chart": chart.model_dump(mode="json"),
        "colours": rules.colours,
        "symbols": symbols,
        "faces": faces(rules),
    }
    svg = typeset("figure.typ", data, form="svg", dated=dated)
    png = typeset("figure.typ", data, form="png", dated=dated)
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("the chart bears no size")
    width, height = (float(side) * MM_PER_POINT for side in found.groups())
    return Drawn(svg, png, width, height)
