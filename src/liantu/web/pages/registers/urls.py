"""Addresses of the city's records, below ``/records/``."""

from __future__ import annotations

from django.urls import path, register_converter

from liantu.web.pages.registers import (
    editing,
    export,
    history,
    listing,
    merging,
    overview,
    record,
)
from liantu.web.pages.registers.converters import KeyConverter, RegisterConverter, TableConverter

register_converter(TableConverter, "table")
register_converter(RegisterConverter, "register")
register_converter(KeyConverter, "key")

urlpatterns = [
    path("", overview.overview, name="records"),
    path("<table:table_id>/", listing.listing, name="register"),
    path("<table:table_id>/rows.<slug:kind>", export.rows_file, name="register-file"),
    path("<register:table_id>/new/", editing.new, name="record-new"),
    path("<register:table_id>/check/", editing.check, name="record-check"),
    path("<register:table_id>/merge/", merging.merge, name="record-merge"),
    path("<register:table_id>/code/<key:code>/", record.by_code, name="record-code"),
    path("<register:table_id>/<key:key>/", record.record, name="record"),
    path("<register:table_id>/<key:key>/edit/", editing.edit, name="record-edit"),
    path("<register:table_id>/<key:key>/history/", history.history, name="record-history"),
    path("<register:table_id>/<key:key>/delete/", editing.delete, name="record-delete"),
    path("<register:table_id>/<key:key>/restore/", editing.restore, name="record-restore"),
]
