"""The language of the request at hand."""

from __future__ import annotations

from django.utils import translation

from liantu.words import Language


def language() -> Language:
    """``en`` where the reader has switched to English, else ``zh``."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"
