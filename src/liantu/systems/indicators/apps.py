"""Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Registers the templates of this room with Django."""

    name = "liantu.systems.indicators"
    label = "indicators"
    verbose_name = "指标"
    default_auto_field = "django.db.models.BigAutoField"
