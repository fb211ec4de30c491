"""What the site is set to, told to the audit log when it changed.

Settings lie in files and the environment, where nobody can be asked to log a change. The program
compares at every start: who changed them it cannot know, when they took effect it can.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from liantu import site
from liantu.records import audit

_LISTED = 190
"""Characters of names; an entry holds no more of one value."""


def note_settings() -> bool:
    """Add an entry where the settings differ from those of the last start; whether they did."""
    found = _digest()
    last = audit.entries(audit.Asked(act=audit.Act.SETTINGS_CHANGED.value)).first()
    if last is not None and audit.details_of(last).get("sha256") == found:
        return False
    names = " ".join(one.name for one in site.every() if one.origin != "default")
    audit.note(
        audit.Act.SETTINGS_CHANGED, kind="settings",
        details={"sha256": found, "set": names[:_LISTED]},
    )  # fmt: skip
    return True


def _digest() -> str:
    """Of every value, secrets too; under the site's key, so that none can be guessed from it."""
    said = [f"{one.name}={one.value}" for one in site.every()]
    said.append(settings.SIGN_IN.model_dump_json())
    text = "\x1f".join(said).encode("utf-8", "surrogatepass")
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
