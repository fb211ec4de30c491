"""Tokens for programs, and calls that are answered once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0022_scopes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("shown", models.CharField(max_length=20, unique=True, verbose_name="前缀")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
                ("capabilities", models.JSONField(default=list, verbose_name="权限")),
                ("scopes", models.JSONField(default=list, verbose_name="范围")),
                ("created_by", models.CharField(max_length=150, verbose_name="签发人")),
                ("created_at", models.DateTimeField(verbose_name="签发时间")),
                ("expires_at", models.DateTimeField(verbose_name="到期时间")),
                (
                    "revoked_by",
                    models.CharField(blank=True, default="", max_length=150, verbose_name="作废人"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="作废时间"),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="最近使用"),
                ),
                (
                    "last_address",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="最近地址"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "接口令牌",
                "verbose_name_plural": "接口令牌",
                "ordering": ("user_id", "created_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="RememberedCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, verbose_name="键")),
                ("request", models.CharField(max_length=64, verbose_name="请求摘要")),
                ("began_at", models.DateTimeField(db_index=True, verbose_name="开始时间")),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="状态")),
                ("headers", models.JSONField(default=dict, verbose_name="首部")),
                ("body", models.TextField(blank=True, default="", verbose_name="正文")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "已记住的调用",
                "verbose_name_plural": "已记住的调用",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="one_call_per_key")
                ],
            },
        ),
    ]
