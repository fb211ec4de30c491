"""Addresses of jobs, below ``/jobs/``."""

from __future__ import annotations

from django.urls import path

from liantu.web.jobs import pages

urlpatterns = [
    path("", pages.jobs, name="jobs"),
    path("<uuid:number>/", pages.job, name="job"),
    path("<uuid:number>/state", pages.state, name="job-state"),
    path("<uuid:number>/cancel/", pages.cancel, name="job-cancel"),
    path("<uuid:number>/again/", pages.again, name="job-again"),
    path("<uuid:number>/files/<str:name>", pages.file, name="job-file"),
]
