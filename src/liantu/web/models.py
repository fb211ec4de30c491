"""What the pages keep of their own: where an account comes from, and counts that soon expire."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AccountState(models.Model):
    """What is known of an account beside its name and password."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True,
        related_name="state", verbose_name="账号",
    )  # fmt: skip
    source = models.CharField("来源", max_length=60, blank=True, default="")
    """Empty for accounts made here; ``ldap``, ``oidc:<id>`` for those of the city's services."""
    must_change = models.BooleanField("须改密码", default=False)
    """The password was made by somebody else: its owner chooses another at the next sign-in."""

    class Meta:
        verbose_name = verbose_name_plural = "账号状态"

    def __str__(self) -> str:
        return f"{self.user_id}：{self.source}"


class ShortLived(models.Model):
    """Django's cache: counts of wrong passwords, codes used, shared by all processes.

    Read and written by Django's own ``DatabaseCache``; the columns are as it expects them.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "web_short_lived"
        verbose_name = verbose_name_plural = "短时计数"

    def __str__(self) -> str:
        return self.cache_key
