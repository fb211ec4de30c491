"""Where a request comes from, as far as it can be known."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings

NOWHERE = "0.0.0.0"  # noqa: S104 - shown and counted, never bound
"""Of a request that comes from no network address (a socket in the file system)."""


def address_of(meta: Mapping[str, Any]) -> str:
    """Network address of a request; behind a proxy what the proxy itself wrote, at the end."""
    told = meta.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    for text in (told.rpartition(",")[2].strip(), str(meta.get("REMOTE_ADDR", ""))):
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            continue
    return NOWHERE
