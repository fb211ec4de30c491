"""The ledger of editions: what was frozen stays as it was.

An edition is added once. Changing or deleting one is refused here, in every way that Django
offers; a change made behind Django's back is found out by the hash when the edition is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models

from liantu.errors import UsageError


class Frozen(UsageError):
    """Something tried to change or delete a frozen edition."""


def _refuse() -> NoReturn:
    raise Frozen(
        "已冻结的文件不得修改或删除。数据有更正的，请生成新一期，差异会在新一期中列出。",
        "A frozen edition can be neither changed nor deleted. Where data were corrected, make a"
        " new edition: it shows the difference.",
    )


class FrozenQuerySet(models.QuerySet["FrozenEdition"]):
    """Refuses what would change rows in bulk."""

    def update(self, **kwargs: Any) -> int:
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse()

    def bulk_update(self, objs: Iterable[FrozenEdition], *args: Any, **kwargs: Any) -> int:
        _refuse()


class FrozenEdition(models.Model):
    """One frozen edition with its whole content."""

    kind = models.CharField("种类", max_length=20)
    number = models.PositiveIntegerField("期号")
    period = models.CharField("期间", max_length=10, db_index=True)
    as_of = models.DateField("评价基准日")
    plan_sha256 = models.CharField("规划包摘要", max_length=64, db_index=True)
    plan_title = models.CharField("规划", max_length=200)
    vintage = models.CharField("数据版次", max_length=40)
    synthetic = models.BooleanField("模拟数据")
    summary = models.TextField("一句话")
    created_at = models.DateTimeField("冻结时间")
    fingerprint = models.CharField("依据摘要", max_length=64, db_index=True)
    sha256 = models.CharField("内容摘要", max_length=64, unique=True)
    content = models.TextField("内容")
    """Canonical JSON of the edition; ``sha256`` is its hash."""

    objects = models.Manager.from_queryset(FrozenQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = "冻结文件"
        ordering = ("kind", "number")
        constraints = (
            models.UniqueConstraint(fields=("kind", "number"), name="one_number_per_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}：{self.period}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the edition; saving it again is refused."""
        if not self._state.adding:
            _refuse()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        _refuse()
