from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0007_observations_in_lake")]

    operations: list[migrations.operations.base.Operation] = []
