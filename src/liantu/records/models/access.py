"""Roles that accounts hold, and held once. Added and taken back, never deleted."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from liantu.errors import UsageError


def _refuse() -> NoReturn:
    raise UsageError(
        "授权记录只能收回，不能删除。请用 liantu admin revoke。",
        "Grants are taken back and never deleted. Use liantu admin revoke.",
    )


class _Kept(models.QuerySet["Grant"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        _refuse()


class Grant(models.Model):
    """One role of one account within one scope."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants",
        verbose_name="账号",
    )  # fmt: skip
    role = models.CharField("角色", max_length=40)
    scope_kind = models.CharField("范围", max_length=10)
    scope_key = models.TextField("范围代码", blank=True, default="")
    granted_by = models.CharField("授予人", max_length=100)
    granted_at = models.DateTimeField("授予时间")
    revoked_by = models.CharField("收回人", max_length=100, blank=True, default="")
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)

    objects = models.Manager.from_queryset(_Kept)()

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        ordering = ("user_id", "granted_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "scope_kind", "scope_key"),
                condition=Q(revoked_at__isnull=True),
                name="grant_once_in_force",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id}：{self.role}（{self.scope_kind}{self.scope_key}）"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        _refuse()
