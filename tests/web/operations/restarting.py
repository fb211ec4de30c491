"""Fills a ledger for the test of restarts, and tells what it holds: run as a program.

``restarting.py fill`` prints a session, a token, the key of a firm; ``restarting.py tell`` prints
the firm's versions and how many entries the audit log's chain has.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from liantu.web.ready import ready

ready(with_first_plan=False)
sys.path.insert(0, os.getcwd())  # noqa: PTH109

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.test import Client  # noqa: E402
from tests.web.registers.data import code, fill  # noqa: E402

from liantu.records import access, audit, registers  # noqa: E402
from liantu.web.api import tokens  # noqa: E402


def filled() -> dict[str, Any]:
    """A city, and an administrator who is signed in by a browser and by a program."""
    fill()
    user = User.objects.create(username="zhang")
    access.grant(user, "administrator", access.CITY)
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"session": session, "token": tokens.create(user, "试验")[1], "firm": code(3)}


def told() -> dict[str, Any]:
    """What is kept of the firm."""
    versions = registers.history("firms", code(3))
    return {
        "names": [change.values["name"] for change in sorted(versions, key=lambda c: c.version)],
        "chain": audit.verify().entries,
    }


print(json.dumps({"fill": filled, "tell": told}[sys.argv[1]]()))
