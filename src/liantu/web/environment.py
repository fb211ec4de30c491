"""What Django is told of the site's settings; wrong values stop the start with a clear message.

The settings themselves are declared in ``catalog/settings.yaml`` and read by :mod:`liantu.site`.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from liantu import site
from liantu.errors import UsageError

_KEY_BYTES = 48
_CACHE_KIB = 128 * 1024
"""Memory that one connection to SQLite may fill with pages."""


def home(checkout: Path) -> Path:
    """Folder for all that the program writes: ``LIANTU_HOME``, else ``var/``.

    In a checkout ``var/`` is the checkout's own, so that every command finds the same
    ledger wherever it is called from; an installed package uses the working folder.
    """
    named = site.text("home")
    if named:
        return Path(named).expanduser().resolve()
    base = checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()
    return base / "var"


def secret_key(folder: Path) -> str:
    """``LIANTU_SECRET_KEY``, else the key in ``folder``, generated on first use (mode 600)."""
    named = site.text("secret_key")
    if named:
        return named
    path = folder / "secret.key"
    if not path.exists():
        _write_key(path)
    key = path.read_text(encoding="ascii").strip()
    if not key:
        raise UsageError(
            f"密钥文件 {path.name} 是空的。请删除该文件后重新启动，系统会生成新的密钥。",
            f"The key file {path.name} is empty. Delete it and start again: a new key is made.",
        )
    return key


def _write_key(path: Path) -> None:
    """Write whole, then link into place: two processes starting at once agree on one key."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp creates with mode 600.
        handle, written = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    except OSError as error:
        raise UsageError(
            f"目录 {path.parent} 不可写（{error.strerror}）。"
            "请用 LIANTU_HOME 指定一个可写目录，或设置 LIANTU_SECRET_KEY。",
            f"Folder {path.parent} cannot be written ({error.strerror})."
            " Name a writable one in LIANTU_HOME, or set LIANTU_SECRET_KEY.",
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(_KEY_BYTES) + "\n")
    try:
        os.link(written, path)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        Path(written).unlink()


def database(folder: Path) -> dict[str, Any]:
    """Django's database record: PostgreSQL where ``LIANTU_DATABASE_URL`` names one, else SQLite."""
    url = site.text("database_url")
    if not url:
        # The ledger is for the account that runs the program, and no other.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _sqlite(folder / "ledger.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path:
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise UsageError(
            "环境变量 LIANTU_DATABASE_URL 无法识别；"
            "应为 postgresql://用户:密码@主机:端口/库名 或 sqlite:///文件路径。",
            "LIANTU_DATABASE_URL is not understood; it must read"
            " postgresql://user:password@host:port/name or sqlite:///path.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        # A server that was restarted meanwhile is noticed before the page asks, not by its failure.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _sqlite(path: Path) -> dict[str, Any]:
    # Writers queue (IMMEDIATE) instead of failing half-way, readers never wait (WAL). A cache of
    # 2 MB, SQLite's default, reads each page of an index many times over in a large import.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            f" PRAGMA cache_size=-{_CACHE_KIB};",
        },
    }
