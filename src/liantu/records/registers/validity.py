"""What was so on a day, beside what was known at a moment.

Registers of things that change with the world (areas, parks, chains …) say in ``valid_from`` and
``valid_to`` between which days a row describes it; both days are included, an empty one is open.
``as_of`` asks when a row was recorded, ``day`` what it says: the district of 2014 as known today,
or as known in 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from django.db.models import Q

from liantu.errors import UsageError
from liantu.records.models.recorded import Versions
from liantu.records.registers import storage
from liantu.records.registers.reading import AsOf, at, read
from liantu.records.registers.register import Register, register_of

FROM, TO = "valid_from", "valid_to"
_VERSION = "system_version"


def valid_on(table_id: str, day: date, as_of: AsOf = None) -> Versions:
    """Records that were so on a day, to be filtered, sorted and counted like any query.

    Args:
        table_id: a declared register with ``valid_from`` and ``valid_to``.
        day: the day asked about.
        as_of: when it was known; now by default.

    Raises:
        UsageError: the register has no such days.
        NotFound: ``as_of`` names no batch.
    """
    _dated(table_id)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return at(table_id, as_of).filter(begun, lasting)


def read_on(
    table_id: str, day: date, as_of: AsOf = None, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """As :func:`valid_on`, as a frame of the declared columns."""
    names = list(columns or register_of(table_id).columns)
    return storage.frame_of(valid_on(table_id, day, as_of).order_by(), names)


def overlaps(table_id: str, as_of: AsOf = None) -> pl.DataFrame:
    """Rows that describe one thing on days that an earlier row of it describes too.

    They are kept, for nobody here can know which of the two is right; whoever asks for one thing
    on one of those days is told.

    Returns:
        the thing's key, ``valid_from`` and ``valid_to`` of the row, and ``claimed_to``: the last
        day that an earlier row claims, null where it claims all days to come.
    """
    entity = _entity(_dated(table_id))
    rows = read(table_id, as_of, [*entity, FROM, TO]).with_columns(
        _begins=pl.col(FROM).fill_null(date.min), _ends=pl.col(TO).fill_null(date.max)
    )
    claimed = pl.col("_ends").cum_max().shift(1).over(entity)
    rows = rows.sort(*entity, "_begins", "_ends").with_columns(claimed_to=claimed)
    found = rows.filter(pl.col("_begins") <= pl.col("claimed_to"))
    return found.select(
        *entity, FROM, TO,
        claimed_to=pl.when(pl.col("claimed_to") < date.max).then("claimed_to"),
    )  # fmt: skip


def _dated(table_id: str) -> Register:
    register = register_of(table_id)
    if {FROM, TO} <= set(register.columns):
        return register
    raise UsageError(
        f"登记表“{register.table.zh}”没有起止日期，不能按某日查询。请按录入时间（as_of）查询。",
        f"Register {table_id} has no days of validity and cannot be asked as of a day. Ask as of a"
        " moment of recording (as_of).",
    )


def _entity(register: Register) -> list[str]:
    """The key without what tells a thing's versions apart."""
    return [name for name in register.table.key if name not in (FROM, _VERSION)]
