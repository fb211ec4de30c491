"""Fills the ledger that ``LIANTU_HOME`` names with three districts that file, and their people.

``fill_month.py open`` prints what was made; ``fill_month.py due`` lets the due day pass.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta

from liantu.web.ready import ready

ready(with_first_plan=False)

from django.contrib.auth import get_user_model  # noqa: E402
from django.utils import timezone  # noqa: E402

from liantu.records import access, registers  # noqa: E402
from liantu.records.identity.credit_code import check_character  # noqa: E402
from liantu.systems.reporting.models import Cycle, Sheet  # noqa: E402
from liantu.systems.reporting.opening import open_cycle  # noqa: E402

DISTRICTS = {"M1": "东郊区", "M2": "西郊区", "M3": "南郊区"}
PEOPLE = {
    "east": ("district", "district:M1"),
    "west": ("district", "district:M2"),
    "south": ("district", "district:M3"),
    "city": ("planner", "city"),
    "audit": ("auditor", "city"),
}
PASSWORD = "a-month-of-returns-2026"


def opened() -> dict[str, object]:
    """Registers, accounts and the open month."""
    since = date(2000, 1, 1)
    registers.upsert(
        "areas",
        [{"area_code": code, "valid_from": since, "name": name, "level": "district"}
         for code, name in DISTRICTS.items()],
        by="民政局",
    )  # fmt: skip
    firms = {}
    for at, area in enumerate(DISTRICTS):
        for number in range(2):
            body = f"91510199{at * 10 + number:09d}"
            firms[body + check_character(body)] = area
    registers.upsert(
        "firms",
        [{"credit_code": code, "name": f"{DISTRICTS[area]}{code[-3:]}厂", "area_code": area,
          "state": "open", "kind": "legal", "above_scale": True, "established_on": since}
         for code, area in firms.items()],
        by="统计局",
    )  # fmt: skip
    for name, (role, scope) in PEOPLE.items():
        user = get_user_model()(username=name)
        user.set_password(PASSWORD)
        user.save()
        access.grant(user, role, access.scope_of(scope))
    month = f"{timezone.localdate():%Y-%m}"
    cycle = open_cycle("firm_month", month, by="city")
    sheets = {sheet.unit: sheet.pk for sheet in cycle.sheets.all()}
    return {"month": month, "firms": firms, "sheets": sheets, "password": PASSWORD}


def passed() -> dict[str, object]:
    """The due day lies some days back; who had filed by now had filed before it."""
    due = timezone.localdate() - timedelta(days=10)
    Cycle.objects.update(due_on=due)
    early = timezone.now() - timedelta(days=11)
    Sheet.objects.filter(first_filed_at__isnull=False).update(first_filed_at=early)
    return {"due": due.isoformat()}


print(json.dumps({"open": opened, "due": passed}[sys.argv[1]]()))
