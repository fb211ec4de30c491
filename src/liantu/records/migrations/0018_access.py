"""Roles of accounts. Whoever could look into everything until now is an administrator."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def administrators(apps, schema_editor):
    """Accounts made before there were roles saw everything: they keep that, and it is on record."""
    Grant = apps.get_model("records", "Grant")
    User = apps.get_model(settings.AUTH_USER_MODEL)
    for account in User.objects.using(schema_editor.connection.alias).filter(is_superuser=True):
        Grant.objects.using(schema_editor.connection.alias).create(
            user=account,
            role="administrator",
            scope_kind="city",
            granted_by="migration",
            granted_at=timezone.now(),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0016_chain_nodes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=40, verbose_name="角色")),
                ("scope_kind", models.CharField(max_length=10, verbose_name="范围")),
                ("scope_key", models.TextField(blank=True, default="", verbose_name="范围代码")),
                ("granted_by", models.CharField(max_length=100, verbose_name="授予人")),
                ("granted_at", models.DateTimeField(verbose_name="授予时间")),
                (
                    "revoked_by",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="收回人"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="收回时间"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "授权",
                "verbose_name_plural": "授权",
                "ordering": ("user_id", "granted_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("user", "role", "scope_kind", "scope_key"),
                        name="grant_once_in_force",
                    )
                ],
            },
        ),
        migrations.RunPython(administrators, migrations.RunPython.noop, elidable=False),
    ]
