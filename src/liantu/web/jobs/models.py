"""A job as the ledger keeps it."""

from __future__ import annotations

import uuid

from django.db import models


class State(models.TextChoices):
    """Where a job stands; the first two are under way, the others for good."""

    WAITING = "waiting", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


OPEN = (State.WAITING, State.RUNNING)


class Job(models.Model):
    """One piece of work: who asked for what, how far it is, what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=40)
    inputs = models.JSONField("要求", default=dict)
    user_id = models.BigIntegerField("账号编号", null=True)
    """Number of the account that asked; null for whoever has the shell."""
    by = models.CharField("要求人", max_length=150)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField("提出时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    attempts = models.PositiveIntegerField("次数", default=0)
    result = models.JSONField("结果", default=dict)
    error = models.JSONField("原因", default=list)
    """Why it was not done: the sentence in Chinese, the sentence in English."""
    task = models.CharField("任务编号", max_length=64, blank=True, default="")
    """Its task in the queue; the one before where it was taken up again."""
    again_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="again", verbose_name="重做自"
    )

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ("-asked_at", "-id")
        indexes = (
            models.Index(fields=("state",), name="job_state"),
            models.Index(fields=("user_id", "asked_at"), name="job_asked_by"),
            models.Index(fields=("task",), name="job_task"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_open(self) -> bool:
        """Is it still under way?"""
        return self.state in OPEN
