from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0011_observations_in_lake")]

    operations: list[migrations.operations.base.Operation] = [
        migrations.AddField(
            model_name="batch",
            name="synthetic",
            field=models.BooleanField(default=False, verbose_name="模拟数据"),
        ),
    ]
