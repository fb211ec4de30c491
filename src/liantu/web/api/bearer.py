"""Programs sign in with ``Authorization: Bearer``; to stand before the actor is named.

Whoever tries wrong tokens is held back by address. What is said of a token that is unknown,
revoked, expired, or of a closed account, is the same.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from liantu.errors import Message
from liantu.records import audit
from liantu.records.models import ApiToken
from liantu.systems.api.problems import MEDIA, is_api, problem
from liantu.systems.api.rules import api_rules
from liantu.web.api import tokens
from liantu.web.errors import GetResponse
from liantu.web.sign_in.address import address_of

_UNKNOWN = Message(
    "令牌无效：可能写错、已作废、已到期，或账号已停用。请在“我的令牌”页重新签发。",
    "The token is not valid: mistyped, revoked, expired, or its account is closed. Make another on"
    " the page of tokens.",
)
_METHOD = Message(
    "此地址不接受这种方法，可用的方法见 Allow 首部与接口文档。",
    "This address does not take that method; see the Allow header and the documentation.",
)


class BearerTokens:
    """Names the account of a token, for addresses of the API only."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_api(request):
            return self.get_response(request)
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            refusal = _admit(request, secret.strip())
            if refusal is not None:
                return refusal
        if request.method == "HEAD":
            # Servers leave the body away; the headers are those of the same question.
            request.method = "GET"
        return _plain(request, self.get_response(request))


def token_of(request: HttpRequest) -> ApiToken | None:
    """The token that a request came with, known and in force; None for people."""
    return getattr(request, "api_token", None)


def _admit(request: HttpRequest, secret: str) -> HttpResponse | None:
    """Name the token's account; a refusal where there is none."""
    address = address_of(request.META)
    rules = api_rules().tokens
    counted = f"token-from-{address.encode().hex()}"[:200]
    held = rules.held_minutes * 60
    if cache.get(counted, 0) >= rules.failures:
        return problem(request, _held(), 429, headers={"Retry-After": str(held)})
    token = tokens.find(secret)
    if token is None:
        cache.add(counted, 0, held)
        cache.incr(counted)
        with audit.asked_from(address):
            audit.note(
                audit.Act.TOKEN_REFUSED, by="匿名", kind="token",
                key=tokens.digest_of(secret)[:12], details={"path": request.path[:200]},
            )  # fmt: skip
        challenge = {"WWW-Authenticate": 'Bearer realm="liantu", error="invalid_token"'}
        return problem(request, _UNKNOWN, 401, headers=challenge)
    _used(token, address)
    request.user = token.user
    request.api_token = token  # type: ignore[attr-defined]
    # A browser never sends this header of itself: there is no request to forge.
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return None


def _held() -> Message:
    minutes = api_rules().tokens.held_minutes
    return Message(
        f"从此地址送来的无效令牌过多，请 {minutes} 分钟后再试。",
        f"Too many tokens that are not valid came from this address: try again in {minutes}"
        " minutes.",
    )


def _used(token: ApiToken, address: str) -> None:
    """Write down a use, once in a while: not every reading is a writing."""
    now = timezone.now()
    noted = timedelta(minutes=api_rules().tokens.noted_minutes)
    fresh = token.last_used_at is not None and now - token.last_used_at < noted
    if fresh and token.last_address == address[:100]:
        return
    with audit.asked_from(address):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, last_address=address[:100])
        audit.note(
            audit.Act.TOKEN_USED, by=token.user.get_username(), kind="token", key=token.shown
        )


def _plain(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A refused method is told as every other problem is."""
    if response.status_code == 405 and response.headers.get("Content-Type") != MEDIA:
        return problem(request, _METHOD, 405, headers={"Allow": response.headers["Allow"]})
    return response
