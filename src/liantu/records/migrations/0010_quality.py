from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0009_synthetic")]

    operations: list[migrations.operations.base.Operation] = []
