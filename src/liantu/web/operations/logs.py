"""The log: one line or one JSON object an event, with the request it belongs to, without secrets.

Who asked is named by the number of the account. What a browser sends (search words, form fields,
addresses with tokens in them) is never logged by this program; what other libraries write passes a
filter that blanks passwords, tokens, identity and telephone numbers.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from liantu import site

request_id: ContextVar[str] = ContextVar("liantu_request_id", default="")
user_id: ContextVar[str] = ContextVar("liantu_user_id", default="")
BLANK = "[…]"
_SENSITIVE = (
    r"password|passwd|pwd|secret|token|api[_-]?key|authorization|cookie|sessionid|session_key|"
    r"csrfmiddlewaretoken|credential|密码|口令|密钥|身份证号?|手机号?码?|电话"
)
_PATTERNS = (
    # postgresql://user:password@host
    (re.compile(r"(://[^\s:/@]*):[^\s/@]+@"), rf"\1:{BLANK}@"),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), rf"\1 {BLANK}"),
    (
        re.compile(
            rf"(?P<name>(?:{_SENSITIVE})[\w-]*[\"']?\s*[:=：]\s*[\"']?)[^\s\"',;&}})]+",
            re.IGNORECASE,
        ),
        rf"\g<name>{BLANK}",
    ),
    # Identity numbers (18 digits, the last may be X) and mobile telephones, in a run of their own.
    (re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])"), BLANK),
    (re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9]\d{9}(?![0-9A-Za-z])"), BLANK),
    # Tokens in addresses: a file on its way, a link of a calendar.
    (re.compile(r"(?<=/)[A-Za-z0-9_-]{32,}(?=/|$|[\s?\"'])"), BLANK),
    (re.compile(r"\?[^\s\"'#]+"), f"?{BLANK}"),
)


def blanked(text: str) -> str:
    """The text without what must not be read in a log."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


class Blanking(logging.Filter):
    """Blanks secrets in what is about to be written, and says which request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """The hook of :mod:`logging`; changes the record and lets it pass."""
        record.msg, record.args = blanked(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = blanked(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = blanked(record.exc_text)
        record.request_id, record.user_id = request_id.get(), user_id.get()
        for name in ("request", "server_time"):
            record.__dict__.pop(name, None)  # Django's extras: a whole request
        return True


class Line(logging.Formatter):
    """For people: moment, level, logger, message, and the request where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The hook of :mod:`logging`."""
        text = super().format(record)
        named = getattr(record, "request_id", "")
        return f"{text} [{named}]" if named else text


class Json(JsonFormatter):
    """For programs: one object a line, moments in UTC."""

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """The library's hook: names as they are known elsewhere, empty ones left out."""
        super().add_fields(log_data, record, message_dict)
        log_data["level"], log_data["logger"] = record.levelname, record.name
        for name in ("request_id", "user_id", "taskName"):
            if not log_data.get(name):
                log_data.pop(name, None)


def configuration() -> dict[str, Any]:
    """What Django is to set up, by the site's settings."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"blanking": {"()": "liantu.web.operations.logs.Blanking"}},
        "formatters": {
            "line": {
                "()": "liantu.web.operations.logs.Line",
                "format": "{asctime} {levelname} {name} {message}",
                "style": "{",
            },
            "json": {
                "()": "liantu.web.operations.logs.Json",
                "timestamp": True,
                "json_ensure_ascii": False,
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": site.text("log_format"),
                "filters": ["blanking"],
            }
        },
        "root": {"handlers": ["stderr"], "level": site.text("log_level")},
        # Django's own handlers write to the console only while debugging, past the filter.
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
