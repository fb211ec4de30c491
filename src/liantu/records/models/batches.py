"""Files as accepted: batches, and rows sent back.

A batch is accepted whole; the batches accepted up to a moment are a vintage. Its good rows lie
in the ledger's registers or in the lake.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liantu.records.access.limits import reach


def _seen(batch: str = "") -> Q:
    """Batches that whoever acts may see: published figures, and what was filed in their scopes."""
    scopes = reach()
    if scopes is None:
        return Q()
    seen = Q(**{f"{batch}table": FIGURES})
    for scope in scopes:
        seen |= Q(**{f"{batch}filed_in__contains": f" {scope} "})
    return seen


class _Batches(models.Manager["Batch"]):
    def get_queryset(self) -> models.QuerySet[Batch]:
        return super().get_queryset().filter(_seen())


class _Rows(models.Manager["RejectedRow"]):
    def get_queryset(self) -> models.QuerySet[RejectedRow]:
        return super().get_queryset().filter(_seen("batch__"))


FIGURES = ""
"""What :attr:`Batch.table` says of a batch of published figures."""


class Batch(models.Model):
    """One accepted file."""

    accepted_at = models.DateTimeField("入库时间", db_index=True)
    file_name = models.CharField("文件", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    table = models.CharField("表", max_length=80, blank=True, default=FIGURES)
    """Id of the declared table; empty for published figures, which no door of tables serves."""
    reason = models.TextField("理由", blank=True, default="")
    by = models.CharField("经手人", max_length=100, blank=True)
    accepted = models.PositiveIntegerField("入库行数")
    new = models.PositiveIntegerField("新增行数", null=True)
    changed = models.PositiveIntegerField("更改行数", null=True)
    """Of the rows accepted; null in batches from before they were told apart."""
    duplicates = models.PositiveIntegerField("已有行数")
    rejected = models.PositiveIntegerField("退回行数")
    warnings = models.JSONField("提示", default=list)
    filed_in = models.TextField("报送范围", default=" city ", editable=False)
    """Scopes that whoever brought it held then, between spaces: they see it among their own."""
    synthetic = models.BooleanField("模拟数据", default=False)
    """The file said so: nothing in it describes a real firm or area."""

    objects = _Batches()

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        ordering = ("accepted_at", "id")
        constraints = (
            # A workbook may hold several tables; each of them is accepted once.
            models.UniqueConstraint(fields=("sha256", "table"), name="batch_once_a_table"),
        )

    def __str__(self) -> str:
        return f"{self.pk}：{self.file_name}"


class RejectedRow(models.Model):
    """One row sent back, with its cells as found and everything that is wrong with it."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rejected_rows")
    row = models.PositiveIntegerField("行号")
    line = models.PositiveIntegerField("文本行号")
    cells = models.JSONField("单元格")
    problems = models.JSONField("问题")
    mended_in = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="mended_rows",
        verbose_name="改正批次",
    )  # fmt: skip
    """The batch in which the row came back mended; null as long as it waits."""

    objects = _Rows()

    class Meta:
        verbose_name = verbose_name_plural = "退回行"
        ordering = ("batch_id", "row")

    def __str__(self) -> str:
        return f"{self.batch_id}：{self.row}"
