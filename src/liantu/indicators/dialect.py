"""How an engine writes what the statements of a pass need; DuckDB's way, and what others change.

Statements are put together from declarations and checked trees alone (:mod:`.statement`); a
dialect says how a primitive, a decimal or the last figure of a unit is written.
"""

from __future__ import annotations

from sqlglot import exp

from liantu.indicators.primitives import DECIMAL, Primitive


def quoted(name: str) -> str:
    """A name in a statement."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in a statement."""
    return "'" + value.replace("'", "''") + "'"


class Duck:
    """DuckDB."""

    name = "duckdb"

    def quote(self, name: str) -> str:
        """A name in a statement."""
        return quoted(name)

    def expression(self, tree: exp.Expr) -> str:
        """A checked tree as the engine computes it."""
        return tree.sql(dialect=self.name)

    def exact(self, expression: str) -> str:
        """A figure as a decimal; one beyond it, or none at all (infinite), is null."""
        return f"TRY_CAST({expression} AS {DECIMAL})"

    def double(self, expression: str) -> str:
        """A figure as a floating number."""
        return f"CAST({expression} AS DOUBLE)"

    def textual(self, expression: str) -> str:
        """A code as a text."""
        return f"CAST({expression} AS VARCHAR)"

    def last(self, column: str, order: str) -> str:
        """The figure of the last row of a group that has one."""
        return f"arg_max({column}, {order})"

    def primitive(self, one: Primitive) -> str:
        """A primitive aggregate over its argument column."""
        column, before = self.quote(one.argument), self.quote(f"_before{one.argument}")
        function = one.function
        if function in ("sum", "min", "max", "count"):
            found = f"{function}({column})"
        elif function == "count_distinct":
            found = f"count(DISTINCT {column})"
        elif function == "entered":
            found = self._told(f"{column} IS NOT NULL AND {before} IS NULL")
        elif function == "exited":
            found = self._told(f"{column} IS NULL AND {before} IS NOT NULL")
        elif function == "base_now":
            found = f"sum(CASE WHEN {before} IS NOT NULL THEN {column} END)"
        elif function == "base_before":
            found = f"sum(CASE WHEN {column} IS NOT NULL THEN {before} END)"
        elif function == "base_units":
            found = f"count(CASE WHEN {before} IS NOT NULL THEN {column} END)"
        else:
            found = self.ordered(one, column)
        whole = function in ("count", "count_distinct", "base_units")
        return found if whole else self.double(found)

    def _told(self, condition: str) -> str:
        """Rows that meet a condition; null where either of the two periods has no rows at all."""
        known = f"{self.quote('_now')} AND {self.quote('_prior')}"
        return f"sum(CASE WHEN {known} THEN CASE WHEN {condition} THEN 1 ELSE 0 END END)"

    def ordered(self, one: Primitive, column: str) -> str:
        """Primitives that look at figures in their order, so that no thread's order matters."""
        listed = f"list_sort(list({column}) FILTER (WHERE {column} IS NOT NULL))"
        if one.function == "quantile":
            return f"quantile_cont({column}, {one.extra!r})"
        if one.function == "stddev":
            return f"list_aggregate({listed}, 'stddev_samp')"
        if one.function == "top_sum":
            return f"list_sum(max({column}, {int(one.extra)}))"
        if one.function in ("top1", "top2"):
            return f"max({column}, 2)[{one.function[-1]}]"
        return (
            f"list_sum(list_transform({listed}, lambda x, i: x * (2 * i - count({column}) - 1)))"
            f" / nullif(count({column}) * list_sum({listed}), 0)"
        )
