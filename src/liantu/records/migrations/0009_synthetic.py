from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0008_search")]

    operations: list[migrations.operations.base.Operation] = []
