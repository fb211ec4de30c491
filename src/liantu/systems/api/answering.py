"""Answers: JSON with a strong ETag, told apart by who asks, never kept by anybody between."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from pydantic import BaseModel

from liantu.systems.api.schemas import Listed

T = TypeVar("T")
JSON = "application/json"
_DIGITS = 32


def answer(
    request: HttpRequest,
    content: BaseModel | str | bytes,
    *,
    status: int = 200,
    media: str = JSON,
    version: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The content as it is sent; 304 where the caller has it already.

    Args:
        version: of a record; its ETag begins with it, and ``If-Match`` gives it back.
    """
    body = content.model_dump_json() if isinstance(content, BaseModel) else content
    data = body.encode() if isinstance(body, str) else body
    response = HttpResponse(data, status=status, content_type=media)
    response.headers["ETag"] = etag(data, version)
    # To be asked for anew each time, with If-None-Match: rights and records change at any moment.
    # A browser, which several people may use, keeps nothing at all.
    program = "Authorization" in request.headers
    response.headers["Cache-Control"] = f"private, no-{'cache' if program else 'store'}"
    patch_vary_headers(response, ("Authorization", "Cookie", "Accept"))
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if status != 200 or request.method != "GET":
        return response
    checked = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    return checked if isinstance(checked, HttpResponse) else response


def etag(data: bytes, version: int | None = None) -> str:
    """A strong tag of what is sent, led by the record's version."""
    digest = hashlib.sha256(data).hexdigest()[:_DIGITS]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def paged(request: HttpRequest, count: int, limit: int, offset: int) -> dict[str, Any]:
    """What a list says of itself: :class:`Listed` as keywords."""
    following = offset + limit if offset + limit < count else None
    before = max(0, offset - limit) if offset else None
    return {
        "count": count,
        "limit": limit,
        "offset": offset,
        "next": _address(request, following),
        "previous": _address(request, before),
    }


def _address(request: HttpRequest, offset: int | None) -> str | None:
    if offset is None:
        return None
    query = request.GET.copy()
    query["offset"] = str(offset)
    return f"{request.path}?{query.urlencode()}"


def links(listed: Listed) -> dict[str, str]:
    """The ``Link`` header of a list (RFC 8288); none where it is whole."""
    said = [
        f'<{address}>; rel="{relation}"'
        for relation, address in (("prev", listed.previous), ("next", listed.next))
        if address
    ]
    return {"Link": ", ".join(said)} if said else {}


def slice_of(rows: Sequence[T], limit: int, offset: int) -> Sequence[T]:
    """The rows of one page."""
    return rows[offset : offset + limit]
