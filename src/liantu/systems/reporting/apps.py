"""Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Registers the cycles of reporting with Django."""

    name = "liantu.systems.reporting"
    label = "reporting"
    verbose_name = "报送周期"
    default_auto_field = "django.db.models.BigAutoField"
