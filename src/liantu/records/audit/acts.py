"""What the log knows to be done; words for each are ``audit.act.<code>`` of the catalogue."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """One kind of deed. Codes are kept in entries for good: none is ever renamed."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_HELD = "sign_in_held"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a deed
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a deed
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    CODES_MADE = "codes_made"
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_OPENED = "account_opened"
    GRANTED = "granted"
    REVOKED = "revoked"
    REFUSED = "refused"
    IMPORTED = "imported"
    WITHDRAWN = "withdrawn"
    ADDED = "added"
    ADDITION_ASKED = "addition_asked"
    ADDITION_DECIDED = "addition_decided"
    EDITED = "edited"
    DELETED = "deleted"
    RESTORED = "restored"
    MERGED = "merged"
    CORRECTION_ADDED = "correction_added"
    CORRECTION_RETIRED = "correction_retired"
    DECIDED = "decided"
    EXPORTED = "exported"
    DOWNLOADED = "downloaded"
    PUBLISHED = "published"
    CYCLE_OPENED = "cycle_opened"
    CYCLE_STEP = "cycle_step"
    PLAN_LOADED = "plan_loaded"
    SETTINGS_CHANGED = "settings_changed"
    BACKED_UP = "backed_up"
    LEDGER_RESTORED = "ledger_restored"
    LOG_EXPORTED = "log_exported"
    TOKEN_CREATED = "token_created"  # noqa: S105 - the name of a deed
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of a deed
    TOKEN_USED = "token_used"  # noqa: S105 - the name of a deed
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - the name of a deed
