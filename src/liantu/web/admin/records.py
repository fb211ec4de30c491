"""Registers in the admin: the records in force, every version of each, and the way to edit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liantu.records import registers
from liantu.records.models.recorded import RECORD_FIELDS, Action
from liantu.records.tables.declared import Table, load_tables
from liantu.web.admin.reading import ReadOnly, shown

_HEADS = ("版本", "时间", "动作", "经手人", "理由", "批次", "变更")
_COLUMNS = 6
"""Declared columns in a list; the record itself shows them all."""


class RegisterAdmin(ReadOnly):
    """One declared register: read here, changed through its own pages and doors only."""

    table: Table
    search_fields = ("key",)
    ordering = ("key",)
    object_history_template = "liantu/admin/versions.html"

    @admin.display(description="查看与修改")
    def page(self, row: Any) -> SafeString | str:
        """The record's own page, where it is edited, merged and restored."""
        address = record_address(self.table.id, row.key)
        return format_html('<a href="{}">登记表页面</a>', address) if address else "—"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Declared columns first, then what is kept about the version."""
        declared = [
            f"{column.name}_shown" if column.choices or column.type == "geometry" else column.name
            for column in self.table.columns
        ]
        return ["page", *declared, *(name for name in RECORD_FIELDS if name != "merged_into")]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every version of the record, with what it changed, by whom and why."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        context = {
            **self.admin_site.each_context(request),
            "title": f"变更历史：{row}",
            "opts": self.opts,
            "object": row,
            "heads": _HEADS,
            "versions": [_told(change, self.table) for change in
                         reversed(registers.history(self.table.id, row.key))],
            "page": record_address(self.table.id, row.key),
        }  # fmt: skip
        return TemplateResponse(request, self.object_history_template, context)


def record_address(table_id: str, key: str) -> str:
    """Address of a record's own page; empty where its key has none."""
    try:
        return reverse("record", args=(table_id, key))
    except NoReverseMatch:
        return ""


def _told(change: Any, table: Table) -> dict[str, Any]:
    """One version, its changed cells under their Chinese names."""
    return {
        "version": change.version,
        "at": change.at,
        "action_label": Action(change.action).label,
        "by": change.by,
        "reason": change.reason,
        "batch": change.batch,
        "changes": [
            (table[name].zh, _cell(table, name, before), _cell(table, name, after))
            for name, (before, after) in change.changes.items()
        ],
    }


def _cell(table: Table, name: str, value: Any) -> Any:
    """A cell as a person reads it; None where it is empty."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return {choice.code: choice.zh for choice in table[name].choices}.get(value, value)


def _in_words(table: Table, name: str) -> Any:
    """A method that shows a coded value in words, sorted as its column is."""
    words = {choice.code: choice.zh for choice in table[name].choices}

    @admin.display(description=table[name].zh, ordering=name)
    def method(self: Any, row: Any) -> str:
        value = getattr(row, name)
        return words.get(value, value) or "—"

    return method


def _register(table: Table) -> None:
    """One admin class a declared register, from its declaration."""
    coded = [column.name for column in table.columns if column.choices]
    # Free text that nobody has to fill in is left to the record itself.
    telling = [c for c in table.columns if c.required or c.type not in ("geometry", "text")]
    named = [f"{c.name}_shown" if c.choices else c.name for c in telling]
    searched = [name for name in ("name",) if name in table.by_name]
    made = type(
        f"{table.model}Admin",
        (RegisterAdmin,),
        {
            "__doc__": table.meaning_en,
            "table": table,
            "list_display": (*named[:_COLUMNS], "recorded_from", "by"),
            "list_display_links": (named[0],),
            **{f"{name}_shown": _in_words(table, name) for name in coded},
            "search_fields": ("key", *searched),
            "boundary_shown": shown("boundary", "边界"),
        },
    )
    admin.site.register(registers.model_of(table.id), made)


for declared in load_tables().values():
    if declared.kind == "register":
        _register(declared)
