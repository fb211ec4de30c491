"""What imports remember: how a source's headers are meant, and cells of it that we correct.

Nothing here is changed once written, but for the mark that ends it: a mapping has versions, a
correction that is no longer needed is retired and stays to be looked up.
"""

from __future__ import annotations

from django.db import models

from liantu.records.access.limits import reach
from liantu.records.models.batches import Batch


class SavedMapping(models.Model):
    """One version of what the headers of a source mean for a table; the latest is in force."""

    source = models.TextField("来源")
    table = models.CharField("表", max_length=80)
    version = models.PositiveIntegerField("版本")
    matches = models.JSONField("列对应")
    """Headers as matched by people: ``[{header, column, unit}]``."""
    fill = models.JSONField("固定值", default=dict)
    forgotten = models.BooleanField("已停用", default=False)
    by = models.CharField("经手人", max_length=100, blank=True)
    saved_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "列对应关系"
        ordering = ("source", "table", "version")
        constraints = (
            models.UniqueConstraint(fields=("source", "table", "version"), name="mapping_versions"),
        )

    def __str__(self) -> str:
        return f"{self.source} → {self.table}（{self.version}）"


class _Corrections(models.Manager["Correction"]):
    """All for whoever sees the whole city, none for others: they speak of any firm's figures."""

    def get_queryset(self) -> models.QuerySet[Correction]:
        rows = super().get_queryset()
        return rows if reach() is None else rows.none()


class Correction(models.Model):
    """A cell that its source has wrong, what it must say instead, and why."""

    table = models.CharField("表", max_length=80, db_index=True)
    key = models.JSONField("主键")
    """Texts of the table's key columns, in order."""
    column = models.CharField("列", max_length=80)
    expect = models.TextField("预期原值", blank=True)
    """In the stored unit; empty: nothing was filed."""
    value = models.TextField("更正为", blank=True)
    reason = models.TextField("理由")
    by = models.CharField("经手人", max_length=100, blank=True)
    added_at = models.DateTimeField("时间")
    retired_at = models.DateTimeField("停用时间", null=True)
    retired_by = models.CharField("停用人", max_length=100, blank=True, default="")
    retired_reason = models.TextField("停用理由", blank=True, default="")
    batches = models.ManyToManyField(Batch, related_name="corrections", verbose_name="用于批次")

    objects = _Corrections()

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("table", "key", "column"),
                condition=models.Q(retired_at__isnull=True),
                name="one_correction_a_cell",
            ),
        )

    def __str__(self) -> str:
        return f"{self.table} {' '.join(self.key)} {self.column}"
