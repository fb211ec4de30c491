"""What every request passes: headers that keep a page to itself, the language, plain errors.

Nothing is loaded from elsewhere and nothing runs inline.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from liantu.errors import (
    Busy,
    InvalidRecords,
    LiantuError,
    Locked,
    NotFound,
    NothingToCompute,
    Refused,
    SignInNeeded,
    StaleEdit,
    StorageFailed,
    UnreadableInput,
    UsageError,
)
from liantu.web.errors import GetResponse, error_page

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    # blob: a chart drawn in the browser, shown on paper as a picture.
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

_STATUS: dict[type[LiantuError], int] = {
    UsageError: 400,
    SignInNeeded: 401,
    Refused: 403,
    NotFound: 404,
    NothingToCompute: 404,
    StaleEdit: 409,
    Locked: 423,
    InvalidRecords: 422,
    UnreadableInput: 422,
    Busy: 503,
    StorageFailed: 507,
}


def policy(form_action: Iterable[str] = ()) -> str:
    """Content-Security-Policy of a page; its forms may lead to these origins as well."""
    forms = {"form-action": " ".join((_POLICY["form-action"], *form_action))}
    return "; ".join(f"{name} {value}" for name, value in {**_POLICY, **forms}.items())


class ContentSecurity:
    """Adds Content-Security-Policy and Permissions-Policy to every response."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy())
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response


class ChosenLanguage:
    """Chinese unless the reader has chosen otherwise; the browser's own wish does not count."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers["Content-Language"] = translation.get_language() or ""
        patch_vary_headers(response, ("Cookie",))
        return response


class PlainErrors:
    """Turns an error meant for the user into a page in both languages, never a traceback."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django's hook: a response for our own errors, None (a 500) for all others."""
        if not isinstance(error, LiantuError):
            return None
        return error_page(request, error.message, status_of(error))


def status_of(error: LiantuError) -> int:
    """Status of the page that says an error: that of its nearest kind."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
