"""Locks on what was accepted: rows of a unit, a table and a period that nobody may change."""

from __future__ import annotations

from django.db import models


class RecordLock(models.Model):
    """One lock. It is lifted, never deleted: who set it and who lifted it stays on file."""

    table = models.CharField("表", max_length=80)
    period = models.CharField("报告期", max_length=10)
    by = models.CharField("归属", max_length=10)
    """How a row is told to be under it, :data:`liantu.records.locks.By`."""
    unit = models.CharField("单位代码", max_length=80, blank=True)
    unit_name = models.CharField("单位", max_length=200)
    reason = models.TextField("理由")
    set_by = models.CharField("经手人", max_length=100)
    set_at = models.DateTimeField("锁定时间")
    lifted_at = models.DateTimeField("解锁时间", null=True)
    lifted_by = models.CharField("解锁人", max_length=100, blank=True, default="")
    lifted_reason = models.TextField("解锁理由", blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "锁定"
        ordering = ("id",)
        indexes = (models.Index(fields=("table", "period"), name="lock_table_period"),)
        constraints = (
            models.UniqueConstraint(
                fields=("table", "period", "by", "unit"),
                condition=models.Q(lifted_at__isnull=True),
                name="one_lock_a_unit",
            ),
        )

    def __str__(self) -> str:
        return f"{self.table} {self.period} {self.unit_name}"
