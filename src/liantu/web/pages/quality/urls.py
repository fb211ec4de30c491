"""Addresses of data quality, below ``/records/quality/``."""

from __future__ import annotations

from django.urls import path

from liantu.web.pages.quality import files, page

urlpatterns = [
    path("", page.quality, name="quality"),
    path("rows.<slug:kind>", files.rows_file, name="quality-file"),
]
