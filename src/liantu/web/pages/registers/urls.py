"""Addresses of the city's records, below ``/records/``."""

from __future__ import annotations

from django.urls import path, register_converter

from liantu.web.pages.registers import overview
from liantu.web.pages.registers.converters import KeyConverter, RegisterConverter, TableConverter

register_converter(TableConverter, "table")
register_converter(RegisterConverter, "register")
register_converter(KeyConverter, "key")

urlpatterns = [
    path("", overview.overview, name="records"),
]
