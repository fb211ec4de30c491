"""Accounts in the admin: who may look in. They are made and closed on the command line only."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User

from liantu.records.models import ApiToken, Grant, RememberedCall
from liantu.web.admin.reading import ReadOnly

admin.site.unregister(Group)
admin.site.unregister(User)
# Second factors, sessions and services are seen to on pages of their own, and logged.
for model in (*apps.get_app_config("account").get_models(),
              *apps.get_app_config("mfa").get_models(),
              *apps.get_app_config("usersessions").get_models(),
              *apps.get_app_config("socialaccount").get_models()):  # fmt: skip
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class AccountAdmin(ReadOnly):
    """Accounts; the password's hash is shown to nobody."""

    list_display = ("username", "is_active", "last_login", "date_joined")
    fields = ("username", "is_active", "last_login", "date_joined")

    def get_fields(self, request: Any, obj: Any = None) -> list[str]:
        """Without the password."""
        return list(self.fields)


@admin.register(Grant)
class GrantAdmin(ReadOnly):
    """Who holds or held which role, given and taken back by whom."""

    list_display = ("user", "role", "scope_kind", "scope_key", "granted_by", "granted_at",
                    "revoked_by", "revoked_at")  # fmt: skip
    list_filter = ("role", "scope_kind")
    list_select_related = ("user",)
    ordering = ("-granted_at", "-id")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly):
    """Tokens of programs by their first characters; the hash is shown to nobody."""

    list_display = ("shown", "name", "user", "expires_at", "revoked_at", "last_used_at")
    list_filter = ("revoked_at",)
    list_select_related = ("user",)
    ordering = ("-created_at", "-id")

    def get_fields(self, request: Any, obj: Any = None) -> list[str]:
        """Without the hash."""
        return [name for name in super().get_fields(request, obj) if name != "digest"]


@admin.register(RememberedCall)
class RememberedCallAdmin(ReadOnly):
    """Calls answered once: which and when; the answers are their callers'."""

    list_display = ("user", "key", "began_at", "status")
    list_select_related = ("user",)
    ordering = ("-began_at", "-id")

    def get_fields(self, request: Any, obj: Any = None) -> list[str]:
        """Without the answer."""
        return ["user", "key", "request", "began_at", "status"]
