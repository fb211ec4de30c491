"""The ledger of cycles: periods opened, sheets filed, every step with who, when and why.

Steps, corrections and errata are added and never changed or deleted; the sheet's own state is
what its last step left it in.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from liantu.errors import UsageError
from liantu.records.tables.declared import table


def _refuse() -> NoReturn:
    raise UsageError(
        "报送台账的步骤只增不改，也不得删除。",
        "Steps of the ledger of reporting are added; they are neither changed nor deleted.",
    )


class AddedOnly(models.QuerySet["Any"]):
    """Refuses what would change rows in bulk."""

    def update(self, **kwargs: Any) -> int:
        """Refused."""
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        _refuse()


class Cycle(models.Model):
    """One period of one declared cycle, from its opening on."""

    rule = models.CharField("报送任务", max_length=80)
    table = models.CharField("表", max_length=80)
    rhythm = models.CharField("周期", max_length=10)
    period = models.CharField("报告期", max_length=10, db_index=True)
    due_on = models.DateField("到期日")
    due_announced = models.BooleanField("放假安排已公布")
    """False: the due day rests on plain weekends, and says 待核实."""
    opened_by = models.CharField("开期人", max_length=100)
    opened_at = models.DateTimeField("开期时间")
    vintage = models.CharField("评价数据版次", max_length=40, blank=True, default="")
    """Vintage of the last evaluation; empty before the first."""

    class Meta:
        verbose_name = verbose_name_plural = "报送期"
        ordering = ("-period", "rule")
        constraints = (
            models.UniqueConstraint(fields=("rule", "period"), name="one_cycle_a_period"),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.period}"


class Sheet(models.Model):
    """What one unit files in a cycle; above the filing level, what it answers for."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="sheets")
    above = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="below", verbose_name="上级"
    )
    level = models.CharField("层级", max_length=10)
    unit = models.CharField("单位代码", max_length=80, blank=True)
    """Code of the district, park or firm; empty for the city, and for rows of no district."""
    unit_name = models.CharField("单位", max_length=200)
    leaf = models.BooleanField("填报")
    """Does it hold rows? Those above only answer for what lies below."""
    expected = models.JSONField("应报", default=list)
    """Codes of those whose rows are due, as the registers had them when the cycle opened."""
    state = models.CharField("状态", max_length=10)
    entered_at = models.DateTimeField("进入时间")
    first_filed_at = models.DateTimeField("首次报送时间", null=True)
    filed_by = models.CharField("报送人", max_length=100, blank=True, default="")
    rows = models.PositiveIntegerField("行数", default=0)
    warnings = models.PositiveIntegerField("提示", default=0)
    digest = models.CharField("内容摘要", max_length=64, blank=True, default="")
    """Hash of the rows as filed: what is accepted is what was filed."""
    drafts = models.JSONField("草稿", default=dict)
    """Code → column → text as typed; not part of the records yet."""
    version = models.PositiveIntegerField("版本", default=0)
    """Grows with every step and every draft kept: two people are told of each other."""

    class Meta:
        verbose_name = verbose_name_plural = "报送表"
        ordering = ("cycle_id", "level", "unit")
        constraints = (
            models.UniqueConstraint(fields=("cycle", "level", "unit"), name="one_sheet_a_unit"),
        )

    def __str__(self) -> str:
        return f"{self.cycle} {self.unit_name}"


def without_contents(*ways: str) -> tuple[str, ...]:
    """What lists of sheets leave unread of each: drafts, and codes of rows due by the hundred.

    Args:
        ways: relations of the query that lead to sheets, such as ``above__``; empty for itself.
    """
    return tuple(f"{way}{name}" for way in ways for name in ("expected", "drafts"))


class Passage(models.Model):
    """One step of one sheet."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="passages")
    step = models.CharField("步骤", max_length=20)
    before = models.CharField("之前", max_length=10)
    after = models.CharField("之后", max_length=10)
    by = models.CharField("经手人", max_length=100)
    role = models.CharField("角色", max_length=80, blank=True)
    at = models.DateTimeField("时间")
    reason = models.TextField("理由", blank=True)
    figures = models.JSONField("数字", default=dict)
    """Rows, warnings and vintage at the step."""

    objects = models.Manager.from_queryset(AddedOnly)()

    class Meta:
        verbose_name = verbose_name_plural = "报送步骤"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.sheet}：{self.step}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the step; saving it again is refused."""
        if not self._state.adding:
            _refuse()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        _refuse()


class Erratum(models.Model):
    """A correction of what was published: asked for, then made or refused."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="errata")
    number = models.PositiveIntegerField("勘误号", null=True)
    """Ordinal among the corrections made in the cycle; null before it is made."""
    code = models.CharField("对象代码", max_length=80)
    name = models.CharField("对象", max_length=200, blank=True)
    column = models.CharField("列", max_length=80)
    before = models.CharField("原数", max_length=200, blank=True)
    after = models.CharField("更正为", max_length=200, blank=True)
    """As shown, in the unit of the form."""
    unit = models.CharField("单位", max_length=40, blank=True)
    reason = models.TextField("理由")
    asked_by = models.CharField("申请人", max_length=100)
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=10)
    """``asked``, ``made`` or ``refused``."""
    decided_by = models.CharField("决定人", max_length=100, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True)
    decision = models.TextField("决定理由", blank=True)
    vintage = models.CharField("更正后数据版次", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "勘误"
        ordering = ("asked_at", "id")

    def __str__(self) -> str:
        return f"{self.sheet} {self.code} {self.column}"

    @property
    def column_name(self) -> str:
        """The column as people call it."""
        return table(self.sheet.cycle.table)[self.column].zh


class Reminder(models.Model):
    """A reminder as sent, so that none is sent twice."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField("种类", max_length=40)
    """Id of the declared rung: ``soon``, ``due``, ``late_1`` …"""
    to = models.CharField("收件人", max_length=200)
    sent_at = models.DateTimeField("发送时间")

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ("sent_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("sheet", "kind", "to"), name="one_reminder_a_rung"),
        )

    def __str__(self) -> str:
        return f"{self.sheet} {self.kind} {self.to}"


class Feed(models.Model):
    """A person's calendar feed. Only a hash of its secret is kept; a new one ends the old."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    digest = models.CharField("密钥摘要", max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%Y-%m-%d}"
