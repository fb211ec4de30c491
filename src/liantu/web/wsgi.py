"""The WSGI door that granian opens (``liantu serve``)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
application = get_wsgi_application()

from liantu.web.leaving import leave_without_threads  # noqa: E402 - as the next one
from liantu.web.warm import warm  # noqa: E402 - needs what the line before sets up

warm()
leave_without_threads()
