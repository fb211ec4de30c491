from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0012_synthetic")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="new",
            field=models.PositiveIntegerField(null=True, verbose_name="新增行数"),
        ),
        migrations.AddField(
            model_name="batch",
            name="changed",
            field=models.PositiveIntegerField(null=True, verbose_name="更改行数"),
        ),
    ]
