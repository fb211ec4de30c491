"""Addresses of everybody's accounts."""

from __future__ import annotations

from django.urls import path, register_converter

from liantu.web.accounts import everybody


class Act:
    """What can be done to an account."""

    regex = "grant|revoke|reset|close|open|factor|sessions"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(Act, "account_act")

urlpatterns = [
    path("", everybody.listed, name="accounts"),
    path("new/", everybody.new, name="accounts-new"),
    path("of/<str:name>/", everybody.one, name="accounts-one"),
    path("of/<str:name>/<account_act:act>/", everybody.change, name="accounts-change"),
]
