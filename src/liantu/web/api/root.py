"""The root of the API: who is asked for, what its errors look like, which parts it has."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyCookie, HttpBearer

from liantu.errors import InvalidRecords, LiantuError, Message
from liantu.systems.api.problems import problem
from liantu.systems.api.schemas import Flaw
from liantu.systems.dispatch import api as dispatch
from liantu.systems.indicators import api as indicators
from liantu.systems.targets import api as targets
from liantu.web.api import (
    additions,
    batches,
    edits,  # noqa: F401 - adds its operations to those of the registers
    geojson,
    home,
    imports,
    jobs,
    observations,
    plan,
    quality,
    records,
    tables,
)
from liantu.web.api.bearer import token_of
from liantu.web.middleware import status_of

VERSION = "1"
_SHOWN_FLAWS = 50
_NOT_FOUND = Message(
    "没有这个地址或对象。请核对地址；可从 /api/v1/ 逐级进入。",
    "There is no such address or object. Check the address; start from /api/v1/.",
)
_SIGN_IN = Message(
    "请先登录：用令牌（Authorization: Bearer …）或已登录的浏览器会话。",
    "Sign in first: with a token (Authorization: Bearer …) or a browser's session.",
)
_FORGED = Message(
    "浏览器会话的写入须带 CSRF 凭证（X-CSRFToken）；程序请改用令牌。",
    "A write by a browser's session needs the CSRF token (X-CSRFToken); programs use a token.",
)
_UNREADABLE = Message(
    "请求正文不是有效的 JSON。请检查括号、引号与编码（UTF-8）。",
    "The body is no valid JSON. Check brackets, quotation marks and encoding (UTF-8).",
)
_WRONG_QUERY = Message("地址中的参数不合要求：", "Parameters of the address are not valid: ")
_WRONG_BODY = Message("请求正文不合要求：", "The body is not valid: ")


class Bearer(HttpBearer):
    """A token, already checked on the way in."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The account's token."""
        return token_of(request)


class Session(APIKeyCookie):
    """The session of a browser; writes carry the CSRF token."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The account that is signed in."""
        return request.user if request.user.is_authenticated else None


api = NinjaAPI(
    title="Liantu 链图",
    version=VERSION,
    urls_namespace="api",
    auth=[Bearer(), Session()],
    docs_url=None,
    openapi_url=None,
)
for _prefix, _router, _tag in (
    ("", home.router, "home"),
    ("tables", tables.router, "tables"),
    ("registers", records.registers, "records"),
    ("series", records.series, "records"),
    ("observations", observations.router, "observations"),
    ("geojson", geojson.router, "geojson"),
    ("targets", targets.router, "targets"),
    ("indicators", indicators.router, "indicators"),
    ("plan", plan.router, "plan"),
    ("batches", batches.router, "batches"),
    ("additions", additions.router, "additions"),
    ("quality", quality.router, "quality"),
    ("editions", dispatch.router, "editions"),
    ("imports", imports.router, "imports"),
    ("jobs", jobs.router, "jobs"),
):
    api.add_router(f"/{_prefix}", _router, tags=[_tag])


@api.exception_handler(LiantuError)
def _told(request: HttpRequest, error: LiantuError) -> HttpResponse:
    flaws = [
        Flaw(place="", zh=one.zh, en=one.en)
        for one in (error.problems if isinstance(error, InvalidRecords) else ())
    ]
    return problem(request, error.message, status_of(error), flaws=flaws[:_SHOWN_FLAWS])


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, _NOT_FOUND, 404)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """400 for the address, 422 for the body, as on pages."""
    flaws = []
    for one in error.errors[:_SHOWN_FLAWS]:
        place = ".".join(str(part)[:60] for part in one["loc"])
        flaws.append(Flaw(place=place, zh=f"{place}：{one['msg']}", en=f"{place}: {one['msg']}"))
    in_body = any(one["loc"] and one["loc"][0] == "body" for one in error.errors)
    lead = _WRONG_BODY if in_body else _WRONG_QUERY
    said = Message(
        lead.zh + "；".join(flaw.zh for flaw in flaws) + "。",
        lead.en + "; ".join(flaw.en for flaw in flaws) + ".",
    )
    return problem(request, said, 422 if in_body else 400, flaws=flaws)


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error, AuthenticationError):
        challenge = {"WWW-Authenticate": 'Bearer realm="liantu"'}
        return problem(request, _SIGN_IN, 401, headers=challenge)
    if error.status_code == 403:
        return problem(request, _FORGED, 403)
    return problem(request, _UNREADABLE, error.status_code)
