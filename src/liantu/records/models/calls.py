"""What programs need: tokens that stand for an account, and calls that are answered once."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """A token by which a program acts for an account; only its hash is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens",
        verbose_name="账号",
    )  # fmt: skip
    name = models.CharField("名称", max_length=100)
    shown = models.CharField("前缀", max_length=20, unique=True)
    """The first characters, by which people tell tokens apart."""
    digest = models.CharField("摘要", max_length=64, unique=True)
    """SHA-256 of the whole token; it has too much chance in it to need more."""
    capabilities = models.JSONField("权限", default=list)
    """What it may at most; empty: all that a token may carry."""
    scopes = models.JSONField("范围", default=list)
    """Parts of the city it is narrowed to, as ``district:510104``; empty: the account's own."""
    created_by = models.CharField("签发人", max_length=150)
    created_at = models.DateTimeField("签发时间")
    expires_at = models.DateTimeField("到期时间")
    revoked_by = models.CharField("作废人", max_length=150, blank=True, default="")
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    last_address = models.CharField("最近地址", max_length=100, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ("user_id", "created_at", "id")

    def __str__(self) -> str:
        return f"{self.shown}…（{self.name}）"


class RememberedCall(models.Model):
    """A call that came with a key of idempotency, and its answer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField("键", max_length=200)
    request = models.CharField("请求摘要", max_length=64)
    """SHA-256 of method, address and body."""
    began_at = models.DateTimeField("开始时间", db_index=True)
    status = models.PositiveSmallIntegerField("状态", null=True)
    """None as long as the call is at work."""
    headers = models.JSONField("首部", default=dict)
    body = models.TextField("正文", blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "已记住的调用"
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="one_call_per_key"),)

    def __str__(self) -> str:
        return f"{self.user_id}：{self.key}"
