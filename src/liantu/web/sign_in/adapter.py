"""django-allauth as we want it: nobody registers, names are counted as they are kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from liantu.records import audit
from liantu.systems.language import language
from liantu.web.sign_in import limits
from liantu.web.sign_in.address import address_of
from liantu.web.sign_in.declared import HELD
from liantu.words import words


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators, or by the city's own identity service."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """By which tries are counted, see :func:`address_of`."""
        return address_of(request.META)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before it is made, so that many at once do not slip through.

        Raises:
            ValidationError: there were too many.
        """
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            _note_held(request, str(credentials.get("username", "")))
            text = words().say("sign_in.held", language(), minutes=HELD // 60)
            raise ValidationError(text, code="too_many_login_attempts") from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By the name alone: the host that a caller asks for is theirs to choose.
        return User.normalize_username(str(credentials.get("username", ""))).lower()

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not just after signing in: who did so proved who they are."""
        began = context.request.session.get(limits.SIGNED_IN, 0)
        fresh = 0 <= time.time() - began < app_settings.REAUTHENTICATION_TIMEOUT
        return not fresh and bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """To work, where that had to wait for it; else back to the account."""
        return reverse("overview" if request.session.pop(limits.WAITED, False) else "account")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say what happened by themselves."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There is no e-mail; the audit log and the account's page tell."""


def _note_held(request: HttpRequest, name: str) -> None:
    """Once a hold: whoever keeps trying must not fill the log."""
    address = address_of(request.META)
    if cache.add(f"held:{address}:{digest_of(name)}", 1, HELD):
        audit.note(
            audit.Act.SIGN_IN_HELD, by=known_name(name), kind="account", key=known_name(name)
        )


def known_name(name: str) -> str:
    """The name, if there is such an account; else a digest: people type passwords as names."""
    name = User.normalize_username(name)
    known = User.objects.filter(username=name).exists()
    return name if known else f"?{digest_of(name)}"


def digest_of(text: str) -> str:
    """Tells texts apart without telling them."""
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:12]


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors, their secrets encrypted: a copy of the database does not make codes."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        wrong = words().say("sign_in.wrong_code", language())
        self.error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": wrong}

    def encrypt(self, text: str) -> str:
        """Under a key made of the site's secret key."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What :meth:`encrypt` made."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """What the app on the phone shows beside the name."""
        return words().say("shell.brand", "zh")


def _box() -> Fernet:
    key = hashlib.sha256(b"liantu second factor " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
