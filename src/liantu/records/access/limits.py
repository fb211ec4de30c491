"""What rows of a table an actor reaches: one limit, for the ledger, for frames and for the lake.

A limit is compiled from the actor's scopes and the table's declaration
(:mod:`liantu.records.tables.belonging`). Present ownership decides: a record belongs where its
version in force says, with all its history; a merged record where the one it went into belongs;
figures where the record they are of belongs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from operator import or_

import polars as pl
from django.db.models import Exists, OuterRef, Q

from liantu.errors import Refused
from liantu.records.access.acting import current, is_whole
from liantu.records.access.actor import Grant, Scope
from liantu.records.access.codes import (
    Scopes,
    codes_of,
    ends_within,
    raw_rows,
    through_merged,
    values_of,
)
from liantu.records.access.roles import (
    Capability,
    grants_with,
    load_roles,
    may_write,
    require,
)
from liantu.records.tables.declared import Table, load_tables

_NEVER = Q(pk__in=())


@dataclass(frozen=True)
class Limit:
    """Rows of ``table`` that belong to any of ``scopes``."""

    table: Table
    scopes: Scopes

    @cached_property
    def _rules(self) -> tuple[tuple[str, str, Scopes], ...]:
        """Kind of scope, column, and the scopes of that kind."""
        belongs = self.table.scope
        if isinstance(belongs, str):
            return ()
        kinds = sorted({scope.kind for scope in self.scopes})
        return tuple(
            (kind, column, tuple(scope for scope in self.scopes if scope.kind == kind))
            for kind in kinds
            for column in belongs.by(kind)
        )

    # For the ledger ----------------------------------------------------------------------------

    def in_force(self) -> Q:
        """Condition on versions in force of the register."""
        own = self._own()
        ends = ends_within(self.table, self.scopes)
        return (own & Q(merged_into="")) | Q(key__in=ends) if ends else own & Q(merged_into="")

    def every(self) -> Q:
        """Condition on any version of the register: its record, as it is now, belongs."""
        rows = raw_rows(self.table).filter(recorded_to__isnull=True, key=OuterRef("key"))
        return Q(Exists(rows.filter(self.in_force())))

    def _own(self) -> Q:
        """The cells of a row say that it belongs."""
        return reduce(or_, (self._by(*rule) for rule in self._rules), _NEVER)

    def _by(self, kind: str, column: str, scopes: Scopes) -> Q:
        if "." in column:
            other, theirs = _other(column)
            rows = raw_rows(other).filter(recorded_to__isnull=True, deleted=False)
            mine = {theirs: OuterRef(self.table.key[0])}
            named = Q(Exists(rows.filter(Limit(other, scopes)._own(), **mine)))
            ends = through_merged(
                self.table, lambda: values_of(other, theirs, scopes, Limit(other, scopes))
            )
            return named | Q(key__in=ends) if ends else named
        target = _through(self.table, kind, column)
        if target is None:
            return Q(**{f"{column}__in": sorted(codes_of(kind, scopes))})
        rows = raw_rows(target).filter(recorded_to__isnull=True)
        # A key of one column is that column; by the key versions in force are found at once.
        at = "key" if len(target.key) == 1 else target.key[0]
        within = rows.filter(Limit(target, scopes).in_force(), **{at: OuterRef(column)})
        return Q(Exists(within))

    # For frames --------------------------------------------------------------------------------

    def expression(self) -> pl.Expr:
        """(row,) does a present row belong? Over the declared columns; never null."""
        parts = [
            pl.col(name).is_in(said.implode()).fill_null(False) for name, said in self.values()
        ]
        return pl.any_horizontal(pl.lit(False), *parts)

    def values(self) -> list[tuple[str, pl.Series]]:
        """Columns, and the values any of which makes a present row belong."""
        return [
            (self._mine(column), self._values(kind, column, scopes))
            for kind, column, scopes in self._rules
        ]

    def inside(self, rows: pl.DataFrame) -> pl.Series:
        """(row,) the same of a frame."""
        found = rows.select(self.expression().alias("_")).to_series()
        return found if len(found) == rows.height else found.new_from_index(0, rows.height)

    def owned(self, stored: pl.DataFrame) -> pl.Series:
        """(row,) the same of versions in force: the columns of the table, ``key``, ``merged_into``.

        A record merged into another is owned where the other is.
        """
        ends = pl.Series(ends_within(self.table, self.scopes), dtype=pl.String)
        own = self.inside(stored) & (stored["merged_into"] == "")
        return own | stored["key"].is_in(ends.implode())

    def keys(self) -> pl.Series:
        """Keys of all records of the register that belong, merged and deleted ones too."""
        return values_of(self.table, "key", self.scopes, self)

    def _mine(self, column: str) -> str:
        return self.table.key[0] if "." in column else column

    def _values(self, kind: str, column: str, scopes: Scopes) -> pl.Series:
        """Values of the column with which a row belongs."""
        if "." in column:
            other, theirs = _other(column)
            named = values_of(other, theirs, scopes, Limit(other, scopes))
            ends = through_merged(self.table, lambda: named)
            return pl.concat([named, pl.Series(named.name, ends, dtype=named.dtype)]).unique()
        target = _through(self.table, kind, column)
        if target is None:
            return pl.Series(sorted(codes_of(kind, scopes)), dtype=pl.String)
        return values_of(target, target.key[0], scopes, Limit(target, scopes))


def limit(table: Table) -> Limit | None:
    """What whoever acts may read of a table; None: all of it.

    Raises:
        SignInNeeded: nobody acts.
        Refused: no role of theirs reads anything.
    """
    if is_whole():
        return None
    require("read")
    if table.scope == "open" or (not isinstance(table.scope, str) and table.scope.reads == "open"):
        return None
    return _limit(table, grants_with(current(), "read"))


def reach() -> Scopes | None:
    """What whoever acts reads of tables that belong; None: the whole city. Names what is cached.

    Raises:
        SignInNeeded, Refused: as :func:`limit`.
    """
    if is_whole():
        return None
    require("read")
    return _scopes(grants_with(current(), "read"))


def filed_in() -> str:
    """What a batch keeps of the scopes of whoever brings it, see :func:`reach`."""
    scopes = reach()
    return " city " if scopes is None else f" {' '.join(str(scope) for scope in scopes)} "


def writer(table: Table, *any_of: Capability) -> Limit | None:
    """Rows of a table that whoever acts may write; None: all of them.

    Args:
        any_of: what is being done; a role that may do any of it will do.

    Raises:
        SignInNeeded: nobody acts.
        Refused: no role of theirs may do it, or none may write this table.
    """
    actor = current()
    require(*any_of)
    doing = {grant for one in any_of for grant in grants_with(actor, one)}
    grants = [grant for grant in may_write(table.id, actor) if grant in doing]
    if not grants:
        held = "、".join(load_roles().roles[role].zh for role in sorted(actor.roles & _known()))
        raise Refused(
            f"账号“{actor.name}”（{held}）不能写入“{table.zh}”。该表由{table.owner}报送；"
            "如确需修改，请联系其经办人或系统管理员。",
            f"The account {actor.name!r} may not write {table.id}, which {table.owner_en} files."
            " Ask them, or an administrator.",
        )
    return _limit(table, grants)


def outside(table: Table, rows: int) -> Refused:
    """The error for rows that are not whoever acts may write."""
    return Refused(
        f"“{table.zh}”有 {rows} 条不在账号“{current().name}”的范围内，未作任何改动。"
        "请只填报本范围的记录；如归属有误，请联系市级经办人。",
        f"{rows} rows of {table.id} lie outside the scope of the account {current().name!r};"
        " nothing was changed. File your own records only; where they belong to you and the"
        " register says otherwise, ask the desk of the city.",
    )


def _limit(table: Table, grants: Iterable[Grant]) -> Limit | None:
    scopes = _scopes(grants)
    return None if scopes is None else Limit(table, scopes)


def _scopes(grants: Iterable[Grant]) -> Scopes | None:
    scopes: set[Scope] = {grant.scope for grant in grants}
    return None if any(scope.kind == "city" for scope in scopes) else tuple(sorted(scopes))


def _known() -> frozenset[str]:
    return frozenset(load_roles().roles)


def _other(column: str) -> tuple[Table, str]:
    name, _, theirs = column.partition(".")
    return load_tables()[name], theirs


def _through(table: Table, kind: str, column: str) -> Table | None:
    """The register whose records a column names; None where that is the scope's own."""
    register = load_roles().scopes[kind].register_  # type: ignore[index]
    target = table[column].references or table.id
    return None if target == register else load_tables()[target]


@cache
def declared_of(model: str) -> Table:
    """The table that a model of the ledger stores, by the model's name."""
    return next(table for table in load_tables().values() if table.model == model)
