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
        """Listen to what happens at signing in, as the site declares it."""
        from django.conf import settings

        from liantu.web.sign_in import noted  # noqa: F401 - its receivers
        from liantu.web.sign_in.roles import check_declared

        check_declared(settings.SIGN_IN)
