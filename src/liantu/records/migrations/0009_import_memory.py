from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0008_search")]

    operations: list[migrations.operations.base.Operation] = [
        migrations.CreateModel(
            name="SavedMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=100, verbose_name="来源")),
                ("table", models.CharField(max_length=80, verbose_name="表")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("matches", models.JSONField(verbose_name="列对应")),
                ("fill", models.JSONField(default=dict, verbose_name="固定值")),
                ("forgotten", models.BooleanField(default=False, verbose_name="已停用")),
                ("by", models.CharField(blank=True, max_length=100, verbose_name="经手人")),
                ("saved_at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "列对应关系",
                "verbose_name_plural": "列对应关系",
                "ordering": ("source", "table", "version"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "table", "version"), name="mapping_versions"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(db_index=True, max_length=80, verbose_name="表")),
                ("key", models.JSONField(verbose_name="主键")),
                ("column", models.CharField(max_length=80, verbose_name="列")),
                ("expect", models.TextField(blank=True, verbose_name="预期原值")),
                ("value", models.TextField(blank=True, verbose_name="更正为")),
                ("reason", models.TextField(verbose_name="理由")),
                ("by", models.CharField(blank=True, max_length=100, verbose_name="经手人")),
                ("added_at", models.DateTimeField(verbose_name="时间")),
                ("retired_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                (
                    "retired_by",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="停用人"),
                ),
                (
                    "retired_reason",
                    models.TextField(blank=True, default="", verbose_name="停用理由"),
                ),
                (
                    "batches",
                    models.ManyToManyField(
                        related_name="corrections", to="records.batch", verbose_name="用于批次"
                    ),
                ),
            ],
            options={
                "verbose_name": "更正",
                "verbose_name_plural": "更正",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("table", "key", "column"),
                        name="one_correction_a_cell",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="rejectedrow",
            name="mended_in",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mended_rows",
                to="records.batch",
                verbose_name="改正批次",
            ),
        ),
    ]
