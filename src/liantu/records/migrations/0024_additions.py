"""New records of limited offices that wait for the city."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0023_api_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="Addition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=80, verbose_name="表")),
                ("key", models.TextField(verbose_name="键")),
                ("values", models.JSONField(verbose_name="内容")),
                ("reason", models.TextField(blank=True, default="", verbose_name="申请理由")),
                ("by", models.CharField(max_length=100, verbose_name="申请人")),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("filed_in", models.TextField(editable=False, verbose_name="报送范围")),
                ("row", models.PositiveIntegerField(default=0, verbose_name="行号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待核定"),
                            ("admitted", "已核定"),
                            ("refused", "未核定"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="结论",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "decided_by",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="核定人"),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="核定时间")),
                ("because", models.TextField(blank=True, default="", verbose_name="核定理由")),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="additions",
                        to="records.batch",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={
                "verbose_name": "新增待核定",
                "verbose_name_plural": "新增待核定",
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["state", "-id"], name="addition_queue")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("table", "key", "filed_in"),
                        name="addition_waits_once",
                    )
                ],
            },
        ),
    ]
