"""What is typed into the forms of imports, and the reason that goes with the account's name."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

from django.http import QueryDict

from liantu.errors import UsageError

LONGEST_NAME = 100
LONGEST_REASON = 2000


def typed(form: MappingOf[str, str] | QueryDict, name: str, default: str = "") -> str:
    """What a person typed into a field; NUL, which no ledger can hold, is dropped."""
    return form.get(name, default).replace("\x00", "").strip()


def check_reason(reason: str) -> None:
    """A reason has room, not endlessly.

    Raises:
        UsageError: it is too long.
    """
    if len(reason) > LONGEST_REASON:
        raise UsageError(
            f"理由有 {len(reason)} 字，不能超过 {LONGEST_REASON} 字。未作任何改动。",
            f"The reason has {len(reason)} characters, at most {LONGEST_REASON} are kept. Nothing"
            " was changed.",
        )
