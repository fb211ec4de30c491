"""Addresses of the cycles of reporting, below ``/cycles/``."""

from __future__ import annotations

from django.urls import path

from liantu.systems.reporting import actions, duties_pages, pages

urlpatterns = [
    path("", pages.cycles, name="cycles"),
    path("open/", actions.open_now, name="cycles-open"),
    path("duties/", duties_pages.duties_page, name="cycles-duties"),
    path("duties/feed/", actions.feed, name="cycles-feed-new"),
    path("feed/<str:secret>.ics", duties_pages.feed, name="cycles-feed"),
    path("sheet/<int:number>/", pages.sheet, name="cycles-sheet"),
    path("sheet/<int:number>/form.xlsx", pages.form_file, name="cycles-form"),
    path("sheet/<int:number>/draft/", actions.draft, name="cycles-draft"),
    path("sheet/<int:number>/upload/", actions.upload, name="cycles-upload"),
    path("sheet/<int:number>/step/<slug:step_id>/", actions.step, name="cycles-step"),
    path("sheet/<int:number>/correction/", actions.correction, name="cycles-correction"),
    path("correction/<int:number>/", actions.decision, name="cycles-decision"),
    path("<slug:rule>/<str:period>/", pages.cycle, name="cycle"),
]
