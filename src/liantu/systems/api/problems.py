"""Errors as problem details (RFC 9457), Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from liantu.errors import Message
from liantu.systems.api.schemas import Flaw, Problem
from liantu.words import words

ROOT = "/api/"
MEDIA = "application/problem+json"
_LONGEST_INSTANCE = 500


def is_api(request: HttpRequest) -> bool:
    """Is this a program's request, to be answered with data and never with a page?"""
    return request.path_info.startswith(f"{ROOT}v")


def problem(
    request: HttpRequest,
    message: Message,
    status: int,
    *,
    flaws: Iterable[Flaw] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer that tells of a problem."""
    known = words().known(f"api.problem.{status}")
    title, title_en = (
        (words().say(f"api.problem.{status}", "zh"), words().say(f"api.problem.{status}", "en"))
        if known
        else (HTTPStatus(status).phrase, HTTPStatus(status).phrase)
    )
    body = Problem(
        type=f"{ROOT}docs/#problem-{status}",
        title=title,
        title_en=title_en,
        status=status,
        detail=message.zh,
        detail_en=message.en,
        instance=request.path[:_LONGEST_INSTANCE],
        errors=list(flaws),
    )
    response = HttpResponse(body.model_dump_json(), status=status, content_type=MEDIA)
    response.headers["Cache-Control"] = "private, no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response
