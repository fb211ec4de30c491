"""An admin page that shows and never writes."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from liantu.records import access

_LONG = 20_000
"""Characters of a text or of JSON shown; boundaries and plan packages are longer."""


_KINDS = ("", "__exact", "__isnull", "__in")
"""Lookups that the filters of a list make of their field."""
_SPANS = ("__year", "__month", "__day")
"""Those of a date hierarchy."""


def may_look(request: HttpRequest) -> bool:
    """Does whoever is signed in hold a role that looks into the ledger?"""
    return access.somebody() is not None and access.allowed("ledger")


class ReadOnly(ModelAdmin):  # type: ignore[misc]
    """Look up, search, sort; adding, changing and deleting are refused to everybody."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    """A million rows are not counted a second time beside the filtered ones."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever has a role that looks into the ledger; Django's own rights decide nothing."""
        return may_look(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return may_look(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the list itself offers.

        Any other lookup tells of fields that are not shown, letter by letter: of passwords' hashes.
        """
        offered = {f"{name}{kind}" for name in self.list_filter for kind in _KINDS}
        if self.date_hierarchy:
            offered |= {f"{self.date_hierarchy}{span}" for span in _SPANS}
        return lookup in offered

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every field once; long ones are shown in part."""
        long = (models.JSONField, models.TextField)
        return [
            f"{field.name}_shown" if isinstance(field, long) and field.name in self.long else
            field.name
            for field in self.model._meta.fields
        ]  # fmt: skip

    long: tuple[str, ...] = ()
    """Fields with more than a line; each has a method ``<name>_shown``."""


def shown(name: str, title: str) -> Any:
    """A method of an admin class that shows a long field as text, cut where it is very long."""

    @admin.display(description=title)
    def method(self: Any, row: Any) -> SafeString | str:
        value = getattr(row, name)
        if value in (None, "", [], {}):
            return "—"
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
        more = f"\n…（共 {len(text):,} 字）" if len(text) > _LONG else ""
        return format_html('<pre class="long">{}{}</pre>', text[:_LONG], more)

    return method
