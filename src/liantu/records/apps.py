"""Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers the models and templates of this room with Django."""

    name = "liantu.records"
    label = "records"
    verbose_name = "记录台账"
    default_auto_field = "django.db.models.BigAutoField"
