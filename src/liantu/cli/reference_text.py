"""How pages of the reference are laid out: heads, tables, sources; and the words they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from liantu.declarations import Source

KINDS_OF_FIGURES = {
    "stock": "存量 stock",
    "flow": "流量 flow",
    "growth": "增速 growth",
    "share": "比重 share",
    "ratio": "比率 ratio",
    "count": "个数 count",
}
DIRECTIONS = {"up": "↑", "down": "↓", "none": "—"}


def head(title: str, zh: str, en: str) -> list[str]:
    """Title of a page, whence it comes, and what it is about in both languages."""
    generated = (
        "由 `liantu docs` 按目录生成，请勿手改。Printed from the catalogue by `liantu docs`."
    )
    return [f"# {title}", "", f"_{generated}_", "", zh, "", en, ""]


def grid(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table, line by line."""
    yield f"| {' | '.join(header)} |"
    yield f"|{' --- |' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(_cell(written) for written in row)} |"


def _cell(written: str) -> str:
    return " ".join(written.replace("|", "\\|").split())


def names(each: Iterable[str]) -> str:
    """Names as code, separated by commas."""
    return ", ".join(f"`{name}`" for name in each)


def source_of(source: Source) -> str:
    """A source with its date and its grade of trust."""
    title = f"[{source.title}]({source.url})" if source.url else source.title
    return f"{title}（{', '.join(filter(None, (source.date, source.trust)))}）"


def text(lines: Iterable[str]) -> str:
    """The page as one text."""
    return "\n".join(lines) + "\n"
