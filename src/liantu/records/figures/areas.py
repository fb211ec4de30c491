"""Areas that figures are about, with the short names by which texts call them.

``catalog/observations/areas.yaml`` lists them; the code knows none.
"""

from __future__ import annotations

from functools import cache

from liantu.declarations import CATALOG, Declared, Source, read_declared


class Area(Declared):
    """An area: full name, level, the area above it, and short names."""

    name: str
    level: str
    parent: str = ""
    aliases: tuple[str, ...] = ()


class AreaList(Declared):
    """``catalog/observations/areas.yaml``."""

    source: Source
    areas: tuple[Area, ...]


@cache
def load_areas() -> dict[str, Area]:
    """Areas by full name."""
    listed = read_declared(AreaList, CATALOG / "observations" / "areas.yaml")
    return {area.name: area for area in listed.areas}


def without_area(name: str, area: str) -> str:
    """Write a name without the area it is about: 在X… becomes 在本地…, a leading X is cut."""
    known = load_areas().get(area)
    aliases = (area, *known.aliases) if known else (area,)
    for alias in sorted(filter(None, aliases), key=len, reverse=True):
        if name.startswith(f"在{alias}"):
            return "在本地" + name[len(alias) + 1 :]
        if name.startswith(alias) and len(name) > len(alias):
            return name[len(alias) :]
    return name
