"""Addresses of the targets system."""

from __future__ import annotations

from django.urls import path

from liantu.systems.targets import pages

urlpatterns = [
    path("targets/", pages.targets, name="targets"),
    path("targets/file/targets.<slug:kind>", pages.targets_file, name="targets-file"),
    path("targets/file/states.<slug:kind>", pages.states_file, name="states-file"),
    path("targets/<str:target_id>/", pages.target, name="target"),
    path("targets/<str:target_id>/series.<slug:kind>", pages.series_file, name="series-file"),
]
