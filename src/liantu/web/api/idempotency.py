"""A call with a key of idempotency is run once, however often it is sent.

The key, the hash of the request and the answer are kept per account. Two ways: what is one short
transaction of the ledger is remembered in that transaction, so that neither can be without the
other; what works outside it (files) claims its key first and keeps its answer afterwards, and is
itself done once however often it is asked for.
Source: IETF draft-ietf-httpapi-idempotency-key-header (409 at work, 422 another request).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from liantu.errors import Message, UsageError
from liantu.records import access
from liantu.records.models import RememberedCall
from liantu.systems.api.problems import problem
from liantu.systems.api.rules import api_rules

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEPT = ("Content-Type", "ETag", "Location")
_OTHER = Message(
    "这个 Idempotency-Key 已用于另一个请求。请换一个键；同一请求重发才用同一个键。",
    "This Idempotency-Key was used for another request. Take another key; only the same request"
    " sent again bears the same key.",
)
_AT_WORK = Message(
    "带同一 Idempotency-Key 的请求正在处理。请稍候重发，会得到同一结果。",
    "A request with this Idempotency-Key is at work. Send it again shortly for the same answer.",
)
Run = Callable[[], HttpResponse]


def once(
    request: HttpRequest, run: Run, *, together: bool, body: bytes | None = None
) -> HttpResponse:
    """The answer of ``run``, or the one that was given to the same call before.

    Args:
        run: does the work; an error is raised, and then nothing is remembered.
        together: work and answer stand in one transaction.
        body: what is told apart, where the request's own body is a stream that was read.

    Raises:
        UsageError: the key is too long, or holds other than visible characters of ASCII.
    """
    key = request.headers.get(HEADER, "")
    if HEADER.upper().replace("-", "_") not in (n.removeprefix("HTTP_") for n in request.META):
        return run()
    _check(key)
    said = _digest(request, request.body if body is None else body)
    _sweep()
    if together:
        return _in_one(request, key, said, run)
    return _claimed(request, key, said, run)


def _in_one(request: HttpRequest, key: str, said: str, run: Run) -> HttpResponse:
    """Whoever comes second waits for the first one's transaction, and then finds its answer."""
    try:
        with transaction.atomic():
            call = _begin(key, said)
            response = run()
            _keep(call, response)
    except IntegrityError:
        before = _before(key)
        if before is None:  # it was not the key that stood twice
            raise
        return _again(request, before, said)
    return response


def _claimed(request: HttpRequest, key: str, said: str, run: Run) -> HttpResponse:
    try:
        with transaction.atomic():
            call = _begin(key, said)
    except IntegrityError:
        before = _before(key)
        if before is None:
            raise
        return _again(request, before, said)
    try:
        response = run()
    except BaseException:
        call.delete()
        raise
    _keep(call, response)
    return response


def _begin(key: str, said: str) -> RememberedCall:
    return RememberedCall.objects.create(
        user_id=_account(), key=key, request=said, began_at=timezone.now()
    )


def _account() -> int:
    account = access.current().user_id
    assert account is not None, "whoever calls the API has an account"
    return account


def _before(key: str) -> RememberedCall | None:
    return RememberedCall.objects.filter(user_id=_account(), key=key).first()


def _keep(call: RememberedCall, response: HttpResponse) -> None:
    """Keep an answer; after one that is no success, or too large, the call may run again."""
    text = response.content.decode()
    if response.status_code >= 400 or len(text) > api_rules().idempotency.most_answer_kb * 1024:
        call.delete()
        return
    call.status, call.body = response.status_code, text
    call.headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
    call.save(update_fields=["status", "body", "headers"])


def _again(request: HttpRequest, call: RememberedCall, said: str) -> HttpResponse:
    if call.request != said:
        return problem(request, _OTHER, 422)
    if call.status is None:
        return problem(request, _AT_WORK, 409, headers={"Retry-After": "2"})
    response = HttpResponse(call.body, status=call.status)
    for name, value in call.headers.items():
        response.headers[name] = value
    response.headers[REPLAYED] = "true"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _check(key: str) -> None:
    longest = api_rules().idempotency.longest_key
    if not 0 < len(key) <= longest or not key.isascii() or not key.isprintable():
        raise UsageError(
            f"Idempotency-Key 不合要求，应为 1–{longest} 个可见的 ASCII 字符，例如一个 UUID。",
            f"The Idempotency-Key is not valid; expected 1–{longest} visible characters of ASCII,"
            " such as a UUID.",
        )


def _digest(request: HttpRequest, body: bytes) -> str:
    said = [request.method, request.get_full_path(), request.headers.get("If-Match", "")]
    return hashlib.sha256(json.dumps(said).encode() + b"\n" + body).hexdigest()


def _sweep() -> None:
    """Forget what has expired, and calls that were cut off."""
    rules, now = api_rules().idempotency, timezone.now()
    old = now - timedelta(hours=rules.hours)
    cut = now - timedelta(minutes=rules.working_minutes)
    RememberedCall.objects.filter(began_at__lt=old).delete()
    RememberedCall.objects.filter(began_at__lt=cut, status__isnull=True).delete()
