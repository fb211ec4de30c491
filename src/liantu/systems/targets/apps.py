"""Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class TargetsConfig(AppConfig):
    """Registers the models and templates of this room with Django."""

    name = "liantu.systems.targets"
    label = "targets"
    verbose_name = "目标体系"
    default_auto_field = "django.db.models.BigAutoField"
