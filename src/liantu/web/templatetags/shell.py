"""Tags of the shell: words in the reader's language, addresses that keep the moment, assets."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from liantu.errors import NotFound
from liantu.systems.language import language
from liantu.web.sections import day_of
from liantu.words import words

register = template.Library()

BUILD = Path(__file__).parents[1] / "static" / "liantu" / "build"
ENTRY = "src/main.ts"


@register.simple_tag
def t(key: str, **figures: Any) -> str:
    """Words of ``catalog/words`` in the reader's language; escaped like any variable."""
    return words().say(key, language(), **figures)


@register.simple_tag
def word(prefix: str, value: str) -> str:
    """Words of a coded value (``light.done``); an unknown code is shown as it is."""
    key = f"{prefix}.{value}"
    return words().say(key, language()) if words().known(key) else value


@register.simple_tag(takes_context=True)
def at(context: Context, name: str, *args: Any, **query: Any) -> str:
    """Address of a page, with the moment that this page speaks of carried along.

    A day is carried to pages on which it means the same.
    """
    address = reverse(name, args=args)
    shell: Any = context.get("shell")
    moment = getattr(shell, "moment", None)
    pairs = dict(moment.asked) if moment else {}
    if moment and day_of(name) != shell.day:
        pairs.pop("as_of", None)
    pairs.update({key: str(value) for key, value in query.items() if value not in (None, "")})
    return address + _query(pairs)


def _query(pairs: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return f"?{urlencode(pairs)}" if pairs else ""


@register.simple_tag(takes_context=True)
def same_page(context: Context, **changes: Any) -> str:
    """This page's own address with some parameters changed (``None`` drops one)."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else context["request"].path


@register.simple_tag
def assets(name: str = ENTRY) -> SafeString:
    """The front end's style sheet and module, by their hashed names."""
    entry = manifest()[name]
    sheets = format_html_join(
        "",
        '<link rel="stylesheet" href="{}">',
        ((static(f"liantu/build/{sheet}"),) for sheet in entry.get("css", ())),
    )
    script = static(f"liantu/build/{entry['file']}")
    return format_html('{}<script type="module" src="{}"></script>', sheets, script)


@cache
def manifest() -> dict[str, Any]:
    """What the front-end build wrote.

    Raises:
        NotFound: the front end was not built.
    """
    path = BUILD / "manifest.json"
    if not path.is_file():
        raise NotFound(
            "页面前端尚未构建。请在项目目录运行 make run"
            "（或在 frontend 目录运行 npm ci && npm run build）。",
            "The front end is not built. Run make run in the checkout"
            " (or npm ci && npm run build in frontend).",
        )
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
