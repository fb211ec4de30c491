"""What the audit log is told of requests: where they come from, refusals, files taken away.

One place for all pages, so that a page made later is logged as well.
"""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from liantu.records import access, audit
from liantu.web.errors import GetResponse
from liantu.web.sign_in.address import address_of

_REFUSALS, _WITHIN = 60, 600
"""Refusals of one account or address told one by one, and within how long. [s]"""


class Noting:
    """Notes refusals and downloads; pages of signed-in people are kept in no cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self.get_response(request)
        if response.status_code in (401, 403) or _hidden(request, response):
            _refused(request, response.status_code)
        elif response.headers.get("Content-Disposition", "").startswith("attachment"):
            _taken(request)
        if access.somebody() is not None:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _hidden(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Not found, of an object that was named: somebody else's looks the same."""
    if response.status_code != 404 or access.somebody() is None:
        return False
    return bool(request.resolver_match and request.resolver_match.kwargs)


def _refused(request: HttpRequest, status: int) -> None:
    """Up to :data:`_REFUSALS`, the last of which says so: nobody may fill the log."""
    key = f"refused:{audit.who()}:{address_of(request.META)}".encode().hex()[:200]
    cache.add(key, 0, _WITHIN)
    count = cache.incr(key)
    if count <= _REFUSALS:
        audit.note(
            audit.Act.REFUSED, kind="page", key=request.path,
            details={"method": request.method, "status": status, "last_told": count == _REFUSALS},
        )  # fmt: skip


def _taken(request: HttpRequest) -> None:
    """The address and the names of its filters; what they say may name a person."""
    audit.note(
        audit.Act.DOWNLOADED, kind="page", key=request.path,
        details={"filters": " ".join(sorted(request.GET))},
    )  # fmt: skip
