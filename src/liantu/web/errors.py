"""Error pages: what happened, what was expected, what to do; Chinese first, English second."""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable

import psycopg
from django.db import InterfaceError, OperationalError
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
_LEDGER_AWAY = Message(
    "台账暂时连不上（数据库在重启，或太忙），本次请求没有完成：已确认过的改动都在，本次的没有写入，"
    "或只写入已单独确认的步骤。请稍候片刻重试；提交过表单的，先打开原页核对。",
    "The ledger is not to be reached just now (the database restarts, or is too busy), and this"
    " request was not completed: every change that was confirmed is kept, and of this one nothing"
    " but steps confirmed by themselves. Wait a moment and try again; after a form, open its page"
    " first and look.",
)
_LEDGER_FULL = Message(
    "台账所在的磁盘已满，没有写入任何改动。请告知管理员腾出空间，然后重试；查阅不受影响。",
    "The disk of the ledger is full and nothing was written. Tell an administrator to free space,"
    " then try again; reading goes on.",
)
_AWAY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
"""What SQLite says of a file that is not to be reached; it calls a missing table an operational
error as well, which no waiting mends."""
_PRIMARY = 0xFF
"""The bits of an error code of SQLite that say its kind; others say more closely which."""
RETRY_SECONDS = 5
"""When a ledger that is away is worth another try. [s]"""
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
    message, status = _told(sys.exc_info()[1])
    try:
        response = error_page(request, message, status)
    except Exception:
        # The shell itself is broken (front end not built, a catalogue file wrong): say it plainly.
        logging.getLogger(__name__).exception("the error page could not be rendered")
        response = HttpResponse(
            f"{message.zh}\n{message.en}\n", status=status, content_type="text/plain; charset=utf-8"
        )
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _told(error: BaseException | None) -> tuple[Message, int]:
    """What the error being handled comes to: a ledger that is away is nobody's mistake."""
    if not isinstance(error, OperationalError | InterfaceError):
        return _BROKEN, 500
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
        if code == sqlite3.SQLITE_FULL:
            return _LEDGER_FULL, 507
        return (_LEDGER_AWAY, 503) if code in _AWAY else (_BROKEN, 500)
    if isinstance(cause, psycopg.errors.DiskFull):
        return _LEDGER_FULL, 507
    return _LEDGER_AWAY, 503
