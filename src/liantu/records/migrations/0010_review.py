from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0009_import_memory"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("alias", "来文名称"), ("pair", "名录内两条")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("register", models.CharField(default="firms", max_length=80, verbose_name="名录")),
                ("fingerprint", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
                ("subject", models.CharField(db_index=True, max_length=64, verbose_name="所问")),
                ("left_key", models.TextField(blank=True, default="", verbose_name="左键")),
                ("left_name", models.TextField(verbose_name="左名称")),
                ("left_code", models.TextField(blank=True, default="", verbose_name="左代码")),
                ("right_key", models.TextField(verbose_name="右键")),
                ("right_name", models.TextField(verbose_name="右名称")),
                ("score", models.FloatField(verbose_name="分值")),
                (
                    "suggested",
                    models.CharField(
                        choices=[
                            ("waiting", "待定"),
                            ("same", "同一"),
                            ("different", "不同"),
                            ("unsure", "存疑"),
                            ("void", "失效"),
                        ],
                        max_length=10,
                        verbose_name="建议",
                    ),
                ),
                ("reason", models.TextField(verbose_name="依据")),
                ("reason_en", models.TextField(verbose_name="依据（英文）")),
                ("row", models.PositiveIntegerField(default=0, verbose_name="行号")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="行数")),
                ("found_at", models.DateTimeField(verbose_name="发现时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待定"),
                            ("same", "同一"),
                            ("different", "不同"),
                            ("unsure", "存疑"),
                            ("void", "失效"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="结论",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, verbose_name="版本")),
                (
                    "by",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="经手人"),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="决定时间")),
                ("because", models.TextField(blank=True, default="", verbose_name="理由")),
                ("dropped_key", models.TextField(blank=True, default="", verbose_name="并出键")),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.batch",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={
                "verbose_name": "待核对",
                "verbose_name_plural": "待核对",
                "ordering": ("-score", "id"),
            },
        ),
        migrations.CreateModel(
            name="ReviewDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("waiting", "待定"),
                            ("same", "同一"),
                            ("different", "不同"),
                            ("unsure", "存疑"),
                            ("void", "失效"),
                        ],
                        max_length=10,
                        verbose_name="结论",
                    ),
                ),
                ("by", models.CharField(max_length=100, verbose_name="经手人")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
                ("kept_key", models.TextField(blank=True, default="", verbose_name="留存键")),
                ("kept_version", models.PositiveIntegerField(null=True, verbose_name="留存版本")),
                ("dropped_key", models.TextField(blank=True, default="", verbose_name="并出键")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="records.reviewcase",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_to",
                        to="records.reviewdecision",
                    ),
                ),
            ],
            options={
                "verbose_name": "核对结论",
                "verbose_name_plural": "核对结论",
                "ordering": ("case_id", "version"),
            },
        ),
        migrations.AddIndex(
            model_name="reviewcase",
            index=models.Index(
                fields=["register", "state", "-score", "id"], name="reviewcase_queue"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewdecision",
            constraint=models.UniqueConstraint(
                fields=("case", "version"), name="reviewdecision_versions"
            ),
        ),
    ]
