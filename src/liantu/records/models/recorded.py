"""What every register has in common: versions that are added and never changed.

A register's table holds every version of every record. The version in force has no
``recorded_to``; a change closes it and adds the next one, a deletion adds a version marked as
deleted. So the history is the table itself and cannot be by-passed, and the state at any past
moment is one condition on two columns, read as fast as the present state.

References between registers are keys, not row numbers: a key outlives versions, deletions and
merges, and is the same in the files of the lake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, NoReturn, Self

from django.db import models
from django.db.models import F, Q

from liantu.errors import UsageError
from liantu.records.access.limits import declared_of, limit
from liantu.records.access.personal import hidden, masked


class Unrecorded(UsageError):
    """Something tried to write a register without telling who, why and when."""


def _refuse() -> NoReturn:
    raise Unrecorded(
        "登记表只能经 liantu.records.registers 写入（upsert、edit、delete、restore、merge），"
        "以便留下经手人和变更历史。",
        "Registers are written through liantu.records.registers only (upsert, edit, delete,"
        " restore, merge), so that every change is kept with its author.",
    )


class Versions(models.QuerySet["Any"]):
    """Rows of a register; reads only."""

    def in_force(self) -> Self:
        """Versions in force now, deleted records too."""
        return self.filter(recorded_to__isnull=True)

    def in_force_at(self, moment: datetime) -> Self:
        """Versions that were in force at a moment, records deleted by then too."""
        return self.filter(
            Q(recorded_to__isnull=True) | Q(recorded_to__gt=moment), recorded_from__lte=moment
        )

    def current(self) -> Self:
        """Records as they are."""
        return self.in_force().filter(deleted=False)

    def at(self, moment: datetime) -> Self:
        """Records as they were at a moment."""
        return self.in_force_at(moment).filter(deleted=False)

    def update(self, **kwargs: Any) -> int:
        """Refused."""
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        _refuse()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Refused."""
        _refuse()

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        """Refused."""
        _refuse()


class _All(models.Manager.from_queryset(Versions)):  # type: ignore[misc]
    """Versions that whoever acts may see; the only way to rows of a register."""

    def get_queryset(self) -> Versions:
        bound = limit(declared_of(self.model.__name__))
        rows = Versions(self.model, using=self._db)
        return rows if bound is None else rows.filter(bound.every())


class _Current(_All):
    """Records in force that whoever acts may see."""

    def get_queryset(self) -> Versions:
        bound = limit(declared_of(self.model.__name__))
        rows = Versions(self.model, using=self._db).current()
        return rows if bound is None else rows.filter(bound.in_force())


def ends_of(step: Mapping[str, str]) -> dict[str, str]:
    """Merged key → key of the record that stands for it in the end, from one merger each."""
    ends = {}
    for key, end in step.items():
        while end in step:
            end = step[end]
        ends[key] = end
    return ends


class Action(models.TextChoices):
    """What made a version."""

    ADD = "add", "新增"
    CHANGE = "change", "修改"
    DELETE = "delete", "删除"
    RESTORE = "restore", "恢复"
    MERGE = "merge", "合并"


def found_by(*columns: str) -> tuple[models.Index, ...]:
    """One index for each column by which rows are looked up: names, references.

    Nothing but the column: ending a version then touches none of them. Lists are filtered,
    sorted and counted from rolls (:mod:`liantu.records.rolls`), not from indexes.
    """
    return tuple(models.Index(fields=(column,), name=f"%(class)s_{column}") for column in columns)


class Recorded(models.Model):
    """One version of one record.

    ``objects`` are the records in force; ``versions`` are all versions of all records.
    """

    key = models.TextField("键")
    version = models.PositiveIntegerField("版本")
    recorded_from = models.DateTimeField("自")
    recorded_to = models.DateTimeField("至", null=True)
    deleted = models.BooleanField("已删除", default=False)
    merged_into = models.TextField("并入", blank=True, default="")
    action = models.CharField("动作", max_length=10, choices=Action.choices)
    by = models.CharField("经手人", max_length=100)
    reason = models.TextField("理由", blank=True, default="")
    batch = models.ForeignKey(
        "records.Batch", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="批次"
    )

    objects = _Current()
    versions = _All()

    class Meta:
        abstract = True
        ordering = ("key", "version")
        constraints = (
            models.UniqueConstraint(fields=("key", "version"), name="%(class)s_versions"),
            models.UniqueConstraint(
                fields=("key",),
                condition=Q(recorded_to__isnull=True),
                name="%(class)s_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gt=F("recorded_from")),
                name="%(class)s_range",
            ),
        )
        indexes: ClassVar[tuple[models.Index, ...]] = (
            # Gives the latest moment and is all that counting reads. Led by a column that present
            # states do not ask about, so that sorting is not lured away from its own index.
            models.Index(
                fields=("recorded_from", "recorded_to", "deleted"), name="%(class)s_moment"
            ),
            # Merged keys are looked up by every reader of the lake; they are few.
            models.Index(
                fields=("merged_into",), condition=~Q(merged_into=""), name="%(class)s_merged"
            ),
        )

    def __str__(self) -> str:
        return str(getattr(self, "name", "") or self.key)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **more: Any) -> Self:
        """A version as read, without the personal data that whoever acts may not see."""
        row = super().from_db(db, field_names, values, **more)
        for name, kind in hidden(declared_of(cls.__name__)).items():
            if name in row.__dict__:
                setattr(row, name, masked(row.__dict__[name], kind))
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refused: see :mod:`liantu.records.registers`."""
        _refuse()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: see :mod:`liantu.records.registers`."""
        _refuse()


RECORD_FIELDS: tuple[str, ...] = tuple(
    field.name for field in Recorded._meta.local_fields if field.name != "id"
)
"""Fields that every register has beside its declared columns."""
