"""Published figures move from the ledger into the lake.

Each batch's figures become one file, which is read back and compared before it becomes visible;
the ledger's table is dropped only when all are there. Nothing here is one transaction: whatever
is cut off is done again from where it stopped, and at worst leaves a file that ``liantu data
check --fix`` removes.
"""

from __future__ import annotations

import polars as pl
from django.db import migrations

from liantu.errors import StorageFailed
from liantu.records.lake.folder import alone
from liantu.records.lake.staging import conform, stage
from liantu.records.tables.declared import figures_table

OLD = "records_observationrow"
CELLS = (
    "row", "indicator", "area", "period", "value", "unit", "source_title", "source_url", "note",
    "trust", "fingerprint", "meaning",
)  # fmt: skip


def move_figures(apps, schema_editor):
    connection = schema_editor.connection
    if OLD not in connection.introspection.table_names():
        return  # moved and dropped before, by a migration that was cut off just then
    figures = apps.get_model("records", "ObservationRow").objects.using(connection.alias)
    waiting = _waiting(apps, connection.alias, figures)
    if not waiting:
        return
    with alone() as folder:
        for batch in waiting:
            rows = figures.filter(batch_id=batch).order_by("id").values_list(*CELLS)
            _move(apps, connection.alias, batch, _frame(rows), folder)


def _waiting(apps, alias, figures):
    moved = apps.get_model("records", "LakeFile").objects.using(alias)
    done = moved.filter(table=figures_table().id).values_list("batch_id", flat=True)
    return sorted(set(figures.values_list("batch_id", flat=True)) - set(done))


def _frame(rows):
    return pl.DataFrame(list(rows), schema={name: figures_table()[name].dtype for name in CELLS},
                        orient="row")  # fmt: skip


def _move(apps, alias, batch, frame, folder):
    staged = stage(figures_table(), frame, folder)
    if not pl.read_parquet(staged.path).equals(conform(figures_table(), frame)):
        staged.discard()
        raise StorageFailed(
            f"批次 {batch} 的公布数据写入 {staged.path} 后读回不一致，未作迁移。请检查磁盘后重试。",
            f"The figures of batch {batch} read back from {staged.path} otherwise than written;"
            " they were not moved. Check the disk, then try again.",
        )
    apps.get_model("records", "LakeFile").objects.using(alias).create(
        batch_id=batch,
        table=staged.table,
        name=staged.name,
        sha256=staged.sha256,
        size=staged.size,
        rows=staged.rows,
        periods=list(staged.periods),
        columns=staged.columns,
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0010_review")]

    operations = [
        migrations.RunPython(move_figures),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(f"DROP TABLE IF EXISTS {OLD}")],
            state_operations=[migrations.DeleteModel("ObservationRow")],
        ),
    ]
