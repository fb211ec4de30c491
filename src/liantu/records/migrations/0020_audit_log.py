"""The audit log, and triggers that refuse to change it whoever asks."""

from __future__ import annotations

from django.db import migrations, models

REFUSAL = "the audit log is added to, never changed"
SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS auditentry_no_update BEFORE UPDATE ON records_auditentry"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "CREATE TRIGGER IF NOT EXISTS auditentry_no_delete BEFORE DELETE ON records_auditentry"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION records_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';"
    " END $$",
    "CREATE TRIGGER auditentry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON records_auditentry"
    " FOR EACH STATEMENT EXECUTE FUNCTION records_auditentry_refuse()",
)
UNDO = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS auditentry_no_update",
        "DROP TRIGGER IF EXISTS auditentry_no_delete",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS auditentry_no_change ON records_auditentry",
        "DROP FUNCTION IF EXISTS records_auditentry_refuse()",
    ),
}


def guard(apps, schema_editor) -> None:
    """Put the triggers in place."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def unguard(apps, schema_editor) -> None:
    """Take them away."""
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("records", "0015_lighter_indexes")]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "number",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="序号"),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="时间")),
                ("by", models.CharField(db_index=True, max_length=150, verbose_name="账号")),
                ("action", models.CharField(db_index=True, max_length=40, verbose_name="动作")),
                (
                    "kind",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="对象类别"
                    ),
                ),
                (
                    "key",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="对象"),
                ),
                (
                    "address",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="来自"),
                ),
                ("details", models.TextField(default="{}", verbose_name="说明")),
                ("previous", models.CharField(max_length=64, verbose_name="前一摘要")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("seal", models.CharField(max_length=64, verbose_name="签章")),
            ],
            options={
                "verbose_name": "审计日志",
                "verbose_name_plural": "审计日志",
                "ordering": ("-number",),
                "indexes": [models.Index(fields=["kind", "key"], name="auditentry_object")],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
