"""Signing in: Django's own form, held back after a few wrong passwords.

The count is kept in the memory of the one process that serves, by address and by name, so that
neither many tries from one address nor one name tried from many addresses gets far. A name takes
many more than an address: else anybody could keep its owner out.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

TRIES, HELD = 5, 900
"""Wrong passwords from an address before sign-in is held back, and for how long. [s]"""
TRIES_ON_NAME = 50
"""Wrong passwords on a name, wherever from."""


class SignIn(AuthenticationForm):  # type: ignore[misc]
    """Django's own form, held back after :data:`TRIES` wrong passwords from an address."""

    def clean(self) -> Any:
        """Check name and password.

        Raises:
            ValidationError: they are wrong, or were too often.
        """
        by_name, by_address = self._keys()
        if cache.get(by_address, 0) >= TRIES or cache.get(by_name, 0) >= TRIES_ON_NAME:
            raise ValidationError(
                f"登录失败次数过多，请 {HELD // 60} 分钟后再试。"
                f" Too many wrong passwords: try again in {HELD // 60} minutes."
            )
        try:
            cleaned = super().clean()
        except ValidationError:
            for key in (by_name, by_address):
                cache.add(key, 0, HELD)
                cache.incr(key)
            raise
        cache.delete(by_name)
        return cleaned

    def _keys(self) -> tuple[str, str]:
        name = str(self.cleaned_data.get("username", ""))[:150]
        address = address_of(self.request.META) if self.request else ""
        return (f"sign-in-name-{name.encode().hex()}", f"sign-in-from-{address.encode().hex()}")


class SignInPage(LoginView):
    """``/sign-in/``: the form, and back to the page that asked for it."""

    form_class = SignIn
    template_name = "liantu/pages/sign_in.html"
    redirect_authenticated_user = True


def address_of(meta: dict[str, Any]) -> str:
    """Where a request comes from; behind a proxy what the proxy itself wrote, at the end."""
    told = meta.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return told.rpartition(",")[2].strip()[:100] or str(meta.get("REMOTE_ADDR", ""))
