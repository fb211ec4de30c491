"""Addresses of the indicators."""

from __future__ import annotations

from django.urls import path

from liantu.systems.indicators import compare, files, pages

urlpatterns = [
    path("", pages.indicators, name="indicators"),
    path("compare/", compare.compare, name="indicators-compare"),
    path("compare/values.<slug:kind>", compare.compare_file, name="indicators-compare-file"),
    path("<slug:measure_id>/values.<slug:kind>", files.one_file, name="indicator-file"),
    path("<slug:measure_id>/", pages.indicator, name="indicator"),
]
