"""Every request is numbered, timed and counted; from level INFO on it is a line of the log."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from liantu.web.operations.logs import request_id, user_id
from liantu.web.operations.metrics import REQUESTS, SECONDS

_log = logging.getLogger("liantu.request")
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
HEADER = "X-Request-ID"


class Watched:
    """Numbers, times and counts every request.

    The pattern of its address is counted and logged, never the address: that may name a person
    searched for or hold a token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        named, asked = request_id.set(number), user_id.set("")
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = number
            self._count(request, response, time.perf_counter() - started)
        finally:
            request_id.reset(named)
            user_id.reset(asked)
        return response

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Django's hook: by now it is known who asks."""
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            user_id.set(str(user.pk))

    def _count(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        route = f"/{match.route}" if match else "(none)"
        if not match and request.path.startswith("/static/"):
            route = "/static/"
        method = request.method if request.method in _METHODS else "OTHER"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(seconds)
        _log.info(
            "%s %s %d", method, route, response.status_code,
            extra={"method": method, "route": route, "status": response.status_code,
                   "milliseconds": round(seconds * 1000, 1)},
        )  # fmt: skip
