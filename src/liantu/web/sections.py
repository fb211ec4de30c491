"""What stands under an entry of the main navigation, when there is more than one page to it.

A page joins by one line: the name of its address, and the names of all pages shown under it.
The words are ``sections.<name>`` in ``catalog/words``. A section's page extends
``liantu/records/base.html``, which draws the row of sections.
"""

from __future__ import annotations

from typing import Literal

SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "records": {
        "records": (
            "records",
            "register",
            "record",
            "record-new",
            "record-edit",
            "record-history",
            "record-delete",
            "record-restore",
            "record-merge",
        ),
        "quality": ("quality",),
        "imports": (
            "imports",
            "imports-new",
            "imports-table",
            "imports-columns",
            "imports-check",
            "imports-figures",
            "imports-commit",
            "imports-batch",
        ),
        "imports-rejected": ("imports-rejected",),
        "imports-review": ("imports-review", "imports-case"),
        "imports-additions": ("imports-additions", "imports-addition", "imports-additions-admit"),
        "imports-memory": ("imports-memory", "imports-forget", "imports-correct", "imports-retire"),
    },
    "cycles": {
        "cycles": ("cycles", "cycle", "cycles-sheet"),
        "cycles-duties": ("cycles-duties",),
    },
    "documents": {"documents": ("documents",), "jobs": ("jobs", "job")},
}
"""Entry of the main navigation → its sections → pages shown under each."""

Day = Literal["judged", "recorded", "due", ""]
"""What ``as_of`` in the address of a page means: the day that targets are judged on, the day by
which records had been recorded, the day by which returns were due; empty: the page shows the
present only."""
_RECORDED = (
    "records",
    "register",
    "record",
    "record-history",
    "imports",
    "imports-batch",
    "imports-rejected",
    "imports-review",
    "imports-case",
    "imports-memory",
    "indicators",
    "indicator",
    "indicators-compare",
)


def day_of(page: str | None) -> Day:
    """What the day chosen at the head of a page means there."""
    if page in _RECORDED:
        return "recorded"
    if page == "quality":
        return "due"
    present = any(page in pages for pages in SECTIONS["records"].values())
    return "" if present else "judged"
