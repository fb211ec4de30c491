"""Files of the lake as the ledger knows them: a file is part of the records from here on only."""

from __future__ import annotations

import uuid

from django.db import models

from liantu.records.models.batches import Batch


class LakeFile(models.Model):
    """One immutable Parquet file, made visible by the batch that it belongs to."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lake_files")
    table = models.CharField("表", max_length=80, db_index=True)
    name = models.CharField("文件", max_length=200, unique=True)
    """Path below the lake's folder: ``firm_month/<uuid>.parquet``."""
    sha256 = models.CharField("文件摘要", max_length=64)
    size = models.BigIntegerField("字节数")
    rows = models.PositiveIntegerField("行数")
    withdrawn = models.PositiveIntegerField("撤销行数", default=0)
    """How many of the rows say that their key has no record any more."""
    periods = models.JSONField("期间")
    """Every period that the file has rows of: only files that share one can overlap."""
    columns = models.JSONField("列")
    """Columns as declared when the file was written: name → [type, unit]."""

    class Meta:
        verbose_name = verbose_name_plural = "数据文件"
        ordering = ("batch__accepted_at", "id")

    def __str__(self) -> str:
        return self.name


class LakeIdentity(models.Model):
    """Which lake belongs to this ledger: one row, repeated in a file of the lake's folder."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    uuid = models.UUIDField("标识", default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = "数据目录标识"

    def __str__(self) -> str:
        return str(self.uuid)
