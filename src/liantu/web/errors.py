"""Error pages: what happened, what was expected, what to do; Chinese first, English second."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from liantu.errors import Message
from liantu.systems.api.problems import is_api, problem

GetResponse = Callable[[HttpRequest], HttpResponse]
"""What a middleware wraps."""

_NOT_FOUND = Message(
    "没有这个页面。请从导航进入，或检查地址是否写全。",
    "There is no such page. Use the navigation, or check the address.",
)
_REFUSED = Message(
    "请求被拒绝：页面凭证已失效。请回到上一页，刷新后重试。",
    "The request was refused: the page's token has expired. Go back, reload and try again.",
)
_BROKEN = Message(
    "服务器处理时出错，已记入日志，数据没有改动。请稍后重试；若仍出错，请把时间告知管理员。",
    "The server failed on this page; the log holds the details and no data was changed."
    " Try again later; if it persists, tell the administrator the time.",
)
_FORBIDDEN = Message(
    "没有权限，或离上次输入密码已久。请退出后重新登录再试；仍不行，请向系统管理员申请。",
    "Not allowed, or too long since you last proved who you are. Sign out and in again, then try"
    " once more; else ask an administrator.",
)
_TOO_MANY = Message(
    "请求过于频繁，请稍等几分钟再试。", "Too many requests: wait some minutes and try again."
)
_UNCLEAR = Message("地址或参数不合要求。", "The address or its parameters are not valid.")


def error_page(request: HttpRequest, message: Message, status: int) -> HttpResponse:
    """The message as a page with the status code; to a program as a problem."""
    if is_api(request):
        return problem(request, message, status)
    context = {"message": message, "status": status}
    return render(request, "liantu/error.html", context, status=status)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No address of the site matches."""
    return error_page(request, _NOT_FOUND, 404)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Whoever asks may not."""
    return error_page(request, _FORBIDDEN, 403)


def too_many(request: HttpRequest) -> HttpResponse:
    """Asked for too often; called by django-allauth."""
    return error_page(request, _TOO_MANY, 429)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request itself is not valid (host name, size)."""
    return error_page(request, _UNCLEAR, 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its page's token."""
    return error_page(request, _REFUSED, 403)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without ledger or board: those may be what is broken."""
    request.shell_is_bare = True  # type: ignore[attr-defined]
    try:
        return error_page(request, _BROKEN, 500)
    except Exception:
        # The shell itself is broken (front end not built, a catalogue file wrong): say it plainly.
        logging.getLogger(__name__).exception("the error page could not be rendered")
        return HttpResponse(
            f"{_BROKEN.zh}\n{_BROKEN.en}\n", status=500, content_type="text/plain; charset=utf-8"
        )
