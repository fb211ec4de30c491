"""The audit log: who did what to what, when, from where; rows are added and never changed.

Rows are written through :mod:`liantu.records.audit` only. The model refuses changes, and so do
triggers of the database, which also meet whoever writes SQL by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models

from liantu.errors import UsageError


class Unalterable(UsageError):
    """Something tried to change or remove an entry of the audit log."""


def _refuse() -> NoReturn:
    raise Unalterable(
        "审计日志只能追加，不能修改或删除。",
        "The audit log is added to, never changed or deleted from.",
    )


class _Entries(models.QuerySet["AuditEntry"]):
    """Entries; reads only."""

    def update(self, **kwargs: Any) -> int:
        """Refused."""
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        _refuse()

    def bulk_create(
        self, objs: Iterable[AuditEntry], *args: Any, **kwargs: Any
    ) -> list[AuditEntry]:
        """Refused: an entry is chained to the one before it."""
        _refuse()

    def bulk_update(self, objs: Iterable[AuditEntry], *args: Any, **kwargs: Any) -> int:
        """Refused."""
        _refuse()


class AuditEntry(models.Model):
    """One thing that was done, chained to the one before."""

    number = models.BigIntegerField("序号", primary_key=True)
    """1, 2, 3 … without a gap."""
    at = models.DateTimeField("时间", db_index=True)
    by = models.CharField("账号", max_length=150, db_index=True)
    action = models.CharField("动作", max_length=40, db_index=True)
    kind = models.CharField("对象类别", max_length=80, blank=True, default="")
    """A declared table, ``account``, ``batch``, ``page`` …"""
    key = models.CharField("对象", max_length=300, blank=True, default="")
    address = models.CharField("来自", max_length=100, blank=True, default="")
    """Network address of whoever asked; empty for commands."""
    details = models.TextField("说明", default="{}")
    """Canonical JSON of a few short values; text, for a JSON column may be stored rearranged."""
    previous = models.CharField("前一摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)
    """SHA-256 over the content and the digest before: anybody can check it."""
    seal = models.CharField("签章", max_length=64)
    """HMAC of the digest by a key that the database does not hold."""

    objects = models.Manager.from_queryset(_Entries)()

    class Meta:
        verbose_name = verbose_name_plural = "审计日志"
        ordering = ("-number",)
        indexes = (models.Index(fields=("kind", "key"), name="auditentry_object"),)

    def __str__(self) -> str:
        return f"{self.number}：{self.by} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only.

        Raises:
            Unalterable: the entry is there already.
        """
        if not self._state.adding:
            _refuse()
        super().save(*args, force_insert=True, **{k: v for k, v in kwargs.items() if k == "using"})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        _refuse()
