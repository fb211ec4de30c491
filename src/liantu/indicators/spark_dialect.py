"""Spark's way of writing what the statements of a pass need.

Where the two engines would differ, Spark is made to follow DuckDB: written decimals are doubles,
``like`` knows no escape, rounding is of the binary figure, the last figure of a unit is the last
that there is.
"""

from __future__ import annotations

from sqlglot import exp

from liantu.indicators.dialect import Duck
from liantu.indicators.primitives import Primitive

_WHOLE_DIGITS = 9
"""Whole numbers with more digits overflow Spark's integers when multiplied."""


class Spark(Duck):
    """Spark SQL, version 4, with ANSI mode off."""

    name = "spark"

    def quote(self, name: str) -> str:
        """A name in a statement."""
        return "`" + name.replace("`", "``") + "`"

    def expression(self, tree: exp.Expr) -> str:
        """A checked tree as the engine computes it."""
        return tree.copy().transform(_followed).sql(dialect=self.name)

    def textual(self, expression: str) -> str:
        """A code as a text."""
        return f"CAST({expression} AS STRING)"

    def last(self, column: str, order: str) -> str:
        """The figure of the last row of a group that has one."""
        return f"max_by({column}, CASE WHEN {column} IS NOT NULL THEN {order} END)"

    def ordered(self, one: Primitive, column: str) -> str:
        """Primitives that look at figures in their order."""
        if one.function == "quantile":
            return f"percentile({column}, {one.extra!r}D)"
        if one.function == "stddev":
            return f"stddev_samp({column})"
        falling = f"sort_array(collect_list({column}), false)"
        if one.function in ("top1", "top2"):
            return f"get({falling}, {int(one.function[-1]) - 1})"
        if one.function == "top_sum":
            return _total(f"slice({falling}, 1, {int(one.extra)})", column)
        rising = f"sort_array(collect_list({column}))"
        ranked = f"transform({rising}, (x, i) -> x * (2 * i + 1 - size({rising})))"
        whole = f"nullif(count({column}) * {_total(rising, column)}, 0D)"
        return f"{_total(ranked, column)} / {whole}"


def _total(listed: str, column: str) -> str:
    """Sum of a list; null where no figure is there."""
    added = f"aggregate({listed}, 0D, (a, x) -> a + x)"
    return f"CASE WHEN count({column}) > 0 THEN {added} END"


def _followed(node: exp.Expr) -> exp.Expr:
    """A node as Spark must see it to come to what DuckDB does."""
    if isinstance(node, exp.Literal) and not node.is_string:
        written = str(node.this)
        if not written.isdigit() or len(written) > _WHOLE_DIGITS:
            return exp.Cast(this=node.copy(), to=exp.DataType.build("double"))
    if isinstance(node, exp.Like) and node.expression.is_string:
        pattern = str(node.expression.this).replace("\\", "\\\\")
        return exp.Like(this=node.this, expression=exp.Literal.string(pattern))
    if isinstance(node, exp.Round):
        return _rounded(node)
    return node


def _rounded(node: exp.Round) -> exp.Expr:
    """Scaled, rounded to a whole and scaled back; Spark rounds what the decimal looks like."""
    places = node.args.get("decimals")
    if places is None:
        return node
    digits = int(places.name) if not isinstance(places, exp.Neg) else -int(places.this.name)
    scale = exp.Cast(
        this=exp.Literal.string(repr(10.0 ** abs(digits))), to=exp.DataType.build("double")
    )
    up, down = (exp.Mul, exp.Div) if digits >= 0 else (exp.Div, exp.Mul)
    whole = exp.Round(this=up(this=exp.Paren(this=node.this), expression=scale))
    return exp.Paren(this=down(this=whole, expression=scale.copy()))
