"""Areas and what lies below them, as the register of areas says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from liantu.records import registers


def below(codes: Iterable[str]) -> set[str]:
    """These areas and all areas below them: who asks for a city means its districts too."""
    children: dict[str, set[str]] = defaultdict(set)
    for code, parent in registers.at("areas").values_list("area_code", "parent_code"):
        if parent:
            children[parent].add(code)
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += children[code]
    return found
