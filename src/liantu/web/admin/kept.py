"""What else the ledger keeps: batches, files, mappings, decisions, plans, papers."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django_tasks_db.models import DBTaskResult

from liantu.records import models
from liantu.systems.dispatch.models import FrozenEdition
from liantu.web.admin.reading import ReadOnly, shown
from liantu.web.jobs.models import Job


@admin.register(models.Batch)
class BatchAdmin(ReadOnly):
    """Accepted files; a batch is never changed, a later one corrects it."""

    list_display = ("id", "accepted_at", "table", "file_name", "by", "accepted", "duplicates",
                    "rejected")  # fmt: skip
    list_filter = ("table", "synthetic")
    search_fields = ("file_name", "by")
    ordering = ("-accepted_at",)
    long = ("warnings",)
    warnings_shown = shown("warnings", "提示")


@admin.register(models.RejectedRow)
class RejectedRowAdmin(ReadOnly):
    """Rows sent back, to be mended and imported again."""

    list_display = ("id", "batch", "row")
    list_select_related = ("batch",)
    long = ("cells", "problems")
    cells_shown = shown("cells", "单元格")
    problems_shown = shown("problems", "问题")


@admin.register(models.LakeFile)
class LakeFileAdmin(ReadOnly):
    """Files of the lake as the ledger knows them; ``liantu data check`` proves that they agree."""

    list_display = ("id", "table", "name", "rows", "withdrawn", "size", "batch")
    list_filter = ("table",)
    list_select_related = ("batch",)
    ordering = ("-id",)
    long = ("periods", "columns")
    periods_shown = shown("periods", "期间")
    columns_shown = shown("columns", "列")


@admin.register(models.SavedMapping)
class SavedMappingAdmin(ReadOnly):
    """What the headers of a source mean; saved and forgotten by imports."""

    list_display = ("source", "table", "version", "forgotten", "by", "saved_at")
    list_filter = ("table", "forgotten")
    search_fields = ("source",)
    long = ("matches", "fill")
    matches_shown = shown("matches", "列对应")
    fill_shown = shown("fill", "固定值")


@admin.register(models.Correction)
class CorrectionAdmin(ReadOnly):
    """Corrected cells of sources; added and retired by imports."""

    list_display = ("table", "key", "column", "expect", "value", "by", "added_at", "retired_at")
    list_filter = ("table",)
    search_fields = ("reason", "by")


@admin.register(models.ReviewCase)
class ReviewCaseAdmin(ReadOnly):
    """Questions of identity; decided in the review queue."""

    list_display = ("left_name", "right_name", "kind", "score", "state", "by", "decided_at")
    list_filter = ("kind", "state")
    search_fields = ("left_name", "right_name")


@admin.register(models.Addition)
class AdditionAdmin(ReadOnly):
    """New records that wait for the city; decided at ``/imports/additions/``."""

    list_display = ("table", "key", "by", "asked_at", "state", "decided_by", "decided_at")
    list_filter = ("table", "state")
    search_fields = ("key", "by")
    long = ("values",)
    values_shown = shown("values", "内容")


@admin.register(models.ReviewDecision)
class ReviewDecisionAdmin(ReadOnly):
    """Decisions on questions of identity; added, never changed."""

    list_display = ("case", "version", "verdict", "by", "at", "reason")
    list_filter = ("verdict",)
    list_select_related = ("case",)
    ordering = ("-at",)


@admin.register(models.PlanEdition)
class PlanEditionAdmin(ReadOnly):
    """Plans as loaded; the one loaded last is in force."""

    list_display = ("title", "slug", "loaded_at")
    long = ("package", "source_text")
    package_shown = shown("package", "规划包")
    source_text_shown = shown("source_text", "原文")


@admin.register(FrozenEdition)
class FrozenEditionAdmin(ReadOnly):
    """Papers as frozen."""

    list_display = ("kind", "number", "period", "as_of", "vintage", "synthetic", "created_at")
    list_filter = ("kind",)
    ordering = ("-created_at",)
    long = ("content",)
    content_shown = shown("content", "内容")


@admin.register(models.LakeIdentity)
class LakeIdentityAdmin(ReadOnly):
    """Which lake belongs to this ledger."""

    list_display = ("uuid",)


@admin.register(models.RecordLock)
class RecordLockAdmin(ReadOnly):
    """What is locked since it was accepted; set and lifted by the steps of reporting."""

    list_display = ("table", "period", "unit_name", "set_by", "set_at", "lifted_at")
    list_filter = ("table",)
    search_fields = ("unit_name",)


@admin.register(models.AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """The audit log; ``liantu audit verify`` proves that it is whole."""

    list_display = ("number", "at", "by", "action", "kind", "key", "address")
    list_filter = ("action",)
    search_fields = ("by", "key")
    long = ("details",)
    details_shown = shown("details", "说明")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly):
    """What was done in the admin itself."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag")
    list_select_related = ("user", "content_type")


# Looked up as jobs, which say who asked for what; the queue's own rows say less.
admin.site.unregister(DBTaskResult)


@admin.register(Job)
class JobAdmin(ReadOnly):
    """Work in the background; asked for, stopped and done again at ``/jobs/``."""

    list_display = ("id", "kind", "state", "by", "asked_at", "finished_at", "attempts")
    list_filter = ("kind", "state")
    search_fields = ("by",)
    ordering = ("-asked_at",)
    long = ("inputs", "result", "error")
    inputs_shown = shown("inputs", "要求")
    result_shown = shown("result", "结果")
    error_shown = shown("error", "原因")
