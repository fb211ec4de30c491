"""Signing in to the admin: Django's own form, held back after a few wrong passwords.

The count is kept in the memory of the one process that serves, by name and by address, so that
neither trying many passwords on one name nor many names from one address gets far.
"""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

TRIES, HELD = 5, 900
"""Wrong passwords before sign-in is held back, and for how long. [s]"""


class SignIn(AuthenticationForm):  # type: ignore[misc]
    """Django's own form, held back after :data:`TRIES` wrong passwords."""

    def clean(self) -> Any:
        """Check name and password.

        Raises:
            ValidationError: they are wrong, or were too often.
        """
        keys = self._keys()
        if any(cache.get(key, 0) >= TRIES for key in keys):
            raise ValidationError(
                f"登录失败次数过多，请 {HELD // 60} 分钟后再试。"
                f" Too many wrong passwords: try again in {HELD // 60} minutes."
            )
        try:
            cleaned = super().clean()
        except ValidationError:
            for key in keys:
                cache.add(key, 0, HELD)
                cache.incr(key)
            raise
        cache.delete(keys[0])
        return cleaned

    def _keys(self) -> tuple[str, str]:
        name = str(self.cleaned_data.get("username", ""))[:150]
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        return (f"sign-in-name-{name.encode().hex()}", f"sign-in-from-{address}")
