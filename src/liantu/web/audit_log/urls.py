"""Address of the audit log."""

from __future__ import annotations

from django.urls import path

from liantu.web.audit_log import page

urlpatterns = [path("", page.log, name="audit-log")]
