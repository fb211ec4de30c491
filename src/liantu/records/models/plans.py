"""Plans as loaded: the one loaded last is in force."""

from __future__ import annotations

from django.db import models


class PlanEdition(models.Model):
    """One compiled package; the one loaded last is the plan in force."""

    slug = models.CharField("标识", max_length=80, unique=True)
    title = models.CharField("标题", max_length=200)
    package = models.JSONField("规划包")
    source_text = models.TextField("原文", blank=True)
    source_sha256 = models.CharField("原文摘要", max_length=64, db_index=True)
    sha256 = models.CharField("规划包摘要", max_length=64, unique=True)
    loaded_at = models.DateTimeField("载入时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "规划"
        ordering = ("-loaded_at", "-id")

    def __str__(self) -> str:
        return f"{self.title}（{self.slug}）"
