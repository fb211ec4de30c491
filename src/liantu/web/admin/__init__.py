"""The admin: everything the ledger holds, to be looked up by whoever keeps the house.

Nothing is changed here. Registers, batches, files of the lake, mappings and frozen papers each
have a door of their own that keeps who, why and when; the admin shows what came of it and leads
to that door. Only people with an account made by ``liantu admin create`` get in.

Django finds the admin classes by importing this package.
"""

from __future__ import annotations

from django.contrib import admin

from liantu.web.admin import accounts, kept, records
from liantu.web.admin.reading import may_look

# Roles decide, as everywhere; Django's flags of staff and superuser are not used.
admin.site.has_permission = may_look  # type: ignore[method-assign]

__all__ = ["accounts", "kept", "records"]
