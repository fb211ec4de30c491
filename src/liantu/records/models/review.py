"""Cases of identity that wait for a person, and what persons decided about them.

A case asks whether two things are one: a name as a file wrote it and a registered record
(*alias*), or two registered records (*pair*). It is asked once: the decision is kept and used
again. Decisions are added and never changed, so that who thought what, and when, stays on file.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from liantu.records.access.codes import raw_rows
from liantu.records.access.limits import limit
from liantu.records.models.batches import Batch
from liantu.records.tables.declared import load_tables


class CaseKind(models.TextChoices):
    """What stands on the left of a case; on the right stands a registered record."""

    ALIAS = "alias", "来文名称"
    PAIR = "pair", "名录内两条"


class CaseState(models.TextChoices):
    """What was decided last."""

    WAITING = "waiting", "待定"
    SAME = "same", "同一"
    DIFFERENT = "different", "不同"
    UNSURE = "unsure", "存疑"
    VOID = "void", "失效"
    """One of the records is no longer there: nothing to decide."""


class _Cases(models.Manager["ReviewCase"]):
    """Cases whose records whoever acts may see."""

    def get_queryset(self) -> models.QuerySet[ReviewCase]:
        rows = super().get_queryset()
        bound = limit(load_tables()["firms"])
        if bound is None:
            return rows

        def seen(column: str) -> Exists:
            firms = raw_rows(bound.table).filter(recorded_to__isnull=True, key=OuterRef(column))
            return Exists(firms.filter(bound.in_force()))

        pair = Q(left_key="") | Q(seen("left_key"))
        return rows.filter(pair, seen("right_key"), register=bound.table.id)


class ReviewCase(models.Model):
    """One question: are the two one?"""

    kind = models.CharField("种类", max_length=10, choices=CaseKind.choices)
    register = models.CharField("名录", max_length=80, default="firms")
    fingerprint = models.CharField("摘要", max_length=64, unique=True)
    """Of kind, register and both sides: the same question is one case."""
    subject = models.CharField("所问", max_length=64, db_index=True)
    """Of the left side alone: cases that share it are rival answers to one question."""
    left_key = models.TextField("左键", blank=True, default="")
    """Key of the left record of a pair; empty for a name from a file."""
    left_name = models.TextField("左名称")
    left_code = models.TextField("左代码", blank=True, default="")
    """Code as the file wrote it; empty where it wrote none."""
    right_key = models.TextField("右键")
    right_name = models.TextField("右名称")
    score = models.FloatField("分值")
    """Chance that both are one, 0–1, as computed when it was last met."""
    suggested = models.CharField("建议", max_length=10, choices=CaseState.choices)
    """What the rules would say: ``same`` or, where they leave it open, ``waiting``."""
    reason = models.TextField("依据")
    reason_en = models.TextField("依据（英文）")
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="批次"
    )
    """The file that asked last; none for a pair of the register."""
    row = models.PositiveIntegerField("行号", default=0)
    """First row of that file that asks."""
    rows = models.PositiveIntegerField("行数", default=0)
    """Rows of that file that wait for the answer."""
    found_at = models.DateTimeField("发现时间")
    state = models.CharField(
        "结论", max_length=10, choices=CaseState.choices, default=CaseState.WAITING
    )
    version = models.PositiveIntegerField("版本", default=0)
    """How often it was decided."""
    by = models.CharField("经手人", max_length=100, blank=True, default="")
    decided_at = models.DateTimeField("决定时间", null=True)
    because = models.TextField("理由", blank=True, default="")
    dropped_key = models.TextField("并出键", blank=True, default="")
    """Pair merged: key of the record that went into the other."""

    objects = _Cases()

    class Meta:
        verbose_name = verbose_name_plural = "待核对"
        ordering = ("-score", "id")
        indexes = (
            models.Index(fields=("register", "state", "-score", "id"), name="reviewcase_queue"),
        )

    def __str__(self) -> str:
        return f"{self.left_name} ＝ {self.right_name}？"


class ReviewDecision(models.Model):
    """One decision on one case; the latest is in force."""

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="decisions")
    version = models.PositiveIntegerField("版本")
    verdict = models.CharField("结论", max_length=10, choices=CaseState.choices)
    by = models.CharField("经手人", max_length=100)
    at = models.DateTimeField("时间")
    reason = models.TextField("理由", blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="led_to")
    """Another decision that settled this case as well: a name means one record only."""
    kept_key = models.TextField("留存键", blank=True, default="")
    kept_version = models.PositiveIntegerField("留存版本", null=True)
    """Merger: the record that stays, and its version made by the merger."""
    dropped_key = models.TextField("并出键", blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "核对结论"
        ordering = ("case_id", "version")
        constraints = (
            models.UniqueConstraint(fields=("case", "version"), name="reviewdecision_versions"),
        )

    def __str__(self) -> str:
        return f"{self.case_id}：{self.verdict}（{self.by}）"
