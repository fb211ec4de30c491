"""The light of coverage: how much of what should have been reported was."""

from __future__ import annotations

from liantu.systems.indicators.rules import indicator_rules


def cover_light(coverage: float | None) -> str:
    """``normal``, ``watch``, ``behind``; ``unknown`` where nobody knows what was expected.

    Args:
        coverage: reported unit periods over expected ones. [0–1]
    """
    if coverage is None:
        return "unknown"
    cover = indicator_rules().cover
    if coverage >= cover.good:
        return "normal"
    return "watch" if coverage >= cover.fair else "behind"
