"""Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the models and templates of this room with Django."""

    name = "liantu.web"
    label = "web"
    verbose_name = "页面"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what happens at signing in."""
        from liantu.web.sign_in import noted  # noqa: F401 - its receivers
