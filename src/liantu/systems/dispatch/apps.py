"""Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Registers the ledger of frozen editions with Django."""

    name = "liantu.systems.dispatch"
    label = "dispatch"
    verbose_name = "调度与评估文件"
    default_auto_field = "django.db.models.BigAutoField"
