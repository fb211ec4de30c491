"""The WSGI door that granian opens (``liantu serve``)."""

from __future__ import annotations

import atexit
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
application = get_wsgi_application()

from liantu.web.warm import warm  # noqa: E402 - needs what the line before sets up

warm()
# The server's own threads outlive its last request; one that comes back to an interpreter which is
# being taken down ends the process with a crash. By now everything is written and closed.
atexit.register(os._exit, 0)
