"""Empty: as it was first released. Ledgers out there have it applied, so it stays as it was."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0006_review")]

    operations: list[migrations.operations.base.Operation] = []
