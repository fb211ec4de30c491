"""Figures of indicators as pages and files print them."""

from __future__ import annotations

from collections.abc import Iterable

from liantu.systems.targets.wording import number


def figure_text(value: float, *, signed: bool = False) -> str:
    """A figure; with its sign where it is a change."""
    text = number(abs(value)) if signed else number(value)
    if not signed:
        return text.replace("-", "−")
    if float(f"{value:.6g}") == 0:
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def percent_text(share: float) -> str:
    """A share (0–1) in percent; what is not whole is not printed as 100."""
    text = f"{share * 100:.1f}"
    return f"{'99.9' if text == '100.0' and share < 1 else text.removesuffix('.0')}%"


def digits_of(values: Iterable[float | None]) -> int:
    """Decimals that suit every figure of a column: none for whole numbers, else one or two."""
    known = [value for value in values if value is not None]
    if all(value == round(value) for value in known):
        return 0
    return 1 if max(map(abs, known)) >= 1000 else 2


def column_text(value: float | None, digits: int, *, signed: bool = False) -> str:
    """A figure of a column, as precise as the others; a dash where there is none."""
    if value is None:
        return "—"
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return f"{'−' if value < 0 else '+' if signed else ''}{text}"
