"""The PDF of a paper: PDF/A for the archive, the same words and layout as the Word file."""

from __future__ import annotations

from liantu.documents.page_rules import page_rules
from liantu.documents.typesetting import Standard, faces, office_fonts, typeset
from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.wording import Wording
from liantu.systems.targets.state import Light

STANDARD: Standard = "a-2a"
"""PDF/A-2a: archival, tagged, so that a screen reader finds headings, tables and charts."""
LIGHTS: tuple[Light, ...] = ("done", "normal", "watch", "behind", "unknown")


def pdf(edition: Edition) -> bytes:
    """The edition as PDF/A; the same edition gives the same bytes."""
    wording = Wording(edition.kind)
    rules = page_rules()
    day = edition.created_at.date()
    data = {
        "rules": rules.model_dump(mode="json"),
        "paper": edition.paper.model_dump(mode="json"),
        "summary": edition.summary,
        "red_head_size": rules.red_head_size(edition.paper.letterhead.red_head),
        "words": {key: wording.word(key) for key in ("annex", "copies_to", "printed_on")},
        "symbols": {light: wording.word(f"symbol.{light}") for light in LIGHTS},
        "faces": faces(rules),
        "title_outline": office_fonts() is None,
        "date": [day.year, day.month, day.day],
    }
    return typeset("paper.typ", data, form="pdf", dated=day, standards=(STANDARD,))
