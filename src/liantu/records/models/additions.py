"""Records that a limited office files under keys it does not hold: they wait for the city.

A key says nothing of whose record it is. Whether a district brings a firm that nobody has or one
that another district has, it is told the same, and the city looks.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liantu.records.access.limits import reach
from liantu.records.models.batches import Batch


class AdditionState(models.TextChoices):
    """What became of an addition."""

    WAITING = "waiting", "待核定"
    ADMITTED = "admitted", "已核定"
    REFUSED = "refused", "未核定"


class _Additions(models.Manager["Addition"]):
    """What was asked for within the scopes of whoever acts."""

    def get_queryset(self) -> models.QuerySet[Addition]:
        rows, scopes = super().get_queryset(), reach()
        if scopes is None:
            return rows
        mine = Q(pk__in=())
        for scope in scopes:
            mine |= Q(filed_in__contains=f" {scope} ")
        return rows.filter(mine)


class Addition(models.Model):
    """One record as it was filed, and what the city said of it."""

    table = models.CharField("表", max_length=80)
    key = models.TextField("键")
    values = models.JSONField("内容")
    """Column → value of the cells filled in; days as ISO text."""
    reason = models.TextField("申请理由", blank=True, default="")
    by = models.CharField("申请人", max_length=100)
    asked_at = models.DateTimeField("申请时间")
    filed_in = models.TextField("报送范围", editable=False)
    """Scopes of whoever asked, between spaces: they see it among their own."""
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="additions", verbose_name="批次"
    )
    """The file that it came in; none where it was typed."""
    row = models.PositiveIntegerField("行号", default=0)
    state = models.CharField(
        "结论", max_length=10, choices=AdditionState.choices, default=AdditionState.WAITING
    )
    version = models.PositiveIntegerField("版本", default=1)
    """Rises with every filing and every decision."""
    decided_by = models.CharField("核定人", max_length=100, blank=True, default="")
    decided_at = models.DateTimeField("核定时间", null=True)
    because = models.TextField("核定理由", blank=True, default="")

    objects = _Additions()

    class Meta:
        verbose_name = verbose_name_plural = "新增待核定"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("table", "key", "filed_in"),
                condition=Q(state="waiting"),
                name="addition_waits_once",
            ),
        )
        indexes = (models.Index(fields=("state", "-id"), name="addition_queue"),)

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
