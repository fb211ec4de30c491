"""Aggregates of formulas taken apart into few primitive ones over few argument columns.

``sum(x) / sum(y)`` and ``avg(x)`` share one sum of x. A measure's condition is part of its
arguments (null where it does not hold), so that measures with other conditions stand in the same
pass. Sums are of decimals with nine places, which add up to the same figure in any order, on any
number of threads and on either engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from liantu.indicators.checking import written_number
from liantu.indicators.formula import function_of, is_aggregate

DECIMAL = "DECIMAL(38, 9)"
"""What sums are of: exact, and so the same in any order. Figures below 10²⁹, nine places."""
EXACTLY = "_d_"
"""Before the name of a column: its figures as decimals."""
Call = Callable[..., exp.Expr]

PAIRED = frozenset({"entered", "exited", "base_now", "base_before", "base_units"})
"""Primitives that compare a unit's row with its row of the year before."""


@dataclass(frozen=True)
class Argument:
    """A column that primitives reduce: an expression over the row."""

    name: str
    tree: exp.Expr
    exact: bool
    """A decimal, for sums; else as the expression comes."""


@dataclass(frozen=True)
class Primitive:
    """One aggregate over one argument.

    ``function``: sum, count, count_distinct, min, max, quantile (``extra``), stddev, top_sum (of
    the ``extra`` largest), top1, top2, gini; and those of :data:`PAIRED`.
    """

    name: str
    function: str
    argument: str
    extra: float = 0.0


@dataclass
class Collector:
    """The arguments and primitives of one pass."""

    arguments: dict[str, Argument] = field(default_factory=dict)
    primitives: dict[tuple[str, str, float], Primitive] = field(default_factory=dict)

    @property
    def paired(self) -> bool:
        """Is any figure compared with the year before?"""
        return any(function in PAIRED for function, _, _ in self.primitives)

    def argument(
        self, tree: exp.Expr, condition: exp.Expr | None, *, exact: bool = False
    ) -> Argument:
        """The column of an expression where the condition holds."""
        if condition is not None:
            tree = exp.Case(ifs=[exp.If(this=condition.copy(), true=tree.copy())])
        key = f"{exact} {tree.sql('duckdb')}"
        if key not in self.arguments:
            made = exactly(tree) if exact else tree.copy()
            self.arguments[key] = Argument(f"_a{len(self.arguments)}", made, exact)
        return self.arguments[key]

    def primitive(self, function: str, argument: Argument, extra: float = 0.0) -> exp.Expr:
        """The column of a primitive."""
        key = (function, argument.name, extra)
        if key not in self.primitives:
            name = f"_v{len(self.primitives)}"
            self.primitives[key] = Primitive(name, function, argument.name, extra)
        return exp.column(self.primitives[key].name, quoted=True)


def exactly(tree: exp.Expr) -> exp.Expr:
    """The same figure as a decimal; of a column itself its decimal column, which is made once."""
    if isinstance(tree, exp.Column):
        return exp.column(f"{EXACTLY}{tree.name}", quoted=True)
    if isinstance(tree, (exp.Paren, exp.Neg)):
        return type(tree)(this=exactly(tree.this))
    if isinstance(tree, exp.Case) and not tree.this:
        made = tree.copy()
        for branch in made.args["ifs"]:
            branch.set("true", exactly(branch.args["true"]))
        if made.args.get("default"):
            made.set("default", exactly(made.args["default"]))
        return made
    return exp.TryCast(this=tree.copy(), to=exp.DataType.build(DECIMAL), safe=True)


def taken_apart(tree: exp.Expr, condition: exp.Expr | None, into: Collector) -> exp.Expr:
    """A formula over the columns of primitives; the tree given is left as it is."""
    holder = exp.Paren(this=tree.copy())
    for node in [each for each in holder.walk() if is_aggregate(each)]:
        node.replace(exp.Paren(this=_parts(node, condition, into)))
    found: exp.Expr = holder.this
    return found


def leading(tree: exp.Expr, condition: exp.Expr | None, into: Collector) -> tuple[str, str, str]:
    """Columns of the two largest single figures and of the sum of a formula's first sum.

    Empty names where the formula has no sum: a count has no leading unit.
    """
    for node in tree.walk(bfs=False):
        named = isinstance(node, exp.Anonymous) and function_of(node) in ("sum_if", "avg_weighted")
        if isinstance(node, (exp.Sum, exp.Avg)) or named:
            figure = _weighted(node) if named else node.this
            argument = into.argument(figure, condition)
            exact = into.argument(figure, condition, exact=True)
            return (
                into.primitive("top1", argument).name,
                into.primitive("top2", argument).name,
                into.primitive("sum", exact).name,
            )
    return "", "", ""


def same_base(tree: exp.Expr, condition: exp.Expr | None, into: Collector) -> str:
    """Column of the units that have the figure in both years; empty for other formulas."""
    for node in tree.walk(bfs=False):
        if isinstance(node, exp.Anonymous) and function_of(node) == "same_base_growth":
            figure = into.argument(node.expressions[0], condition, exact=True)
            return into.primitive("base_units", figure).name
    return ""


def _weighted(node: exp.Expr) -> exp.Expr:
    first, second = node.expressions
    if function_of(node) == "sum_if":
        return _or_zero(second, first)
    return _times(first, second)


def _parts(node: exp.Expr, condition: exp.Expr | None, into: Collector) -> exp.Expr:
    """One aggregate as primitives."""

    def one(function: str, tree: exp.Expr, extra: float = 0.0, *, exact: bool = False) -> exp.Expr:
        return into.primitive(function, into.argument(tree, condition, exact=exact), extra)

    def total(tree: exp.Expr) -> exp.Expr:
        return one("sum", tree, exact=True)

    if isinstance(node, exp.Sum):
        return total(node.this)
    if isinstance(node, exp.Avg):
        return _over(total(node.this), one("count", node.this))
    if isinstance(node, exp.Min):
        return one("min", node.this)
    if isinstance(node, exp.Max):
        return one("max", node.this)
    if isinstance(node, exp.Median):
        return one("quantile", node.this, 0.5)
    if isinstance(node, exp.Quantile):
        return one("quantile", node.this, float(written_number(node.args["quantile"]) or 0))
    if isinstance(node, exp.Stddev):
        return one("stddev", node.this)
    if isinstance(node, exp.CountIf):
        return one("count", _where(node.this, exp.Literal.number(1)))
    if isinstance(node, exp.Count):
        if isinstance(node.this, exp.Distinct):
            return one("count_distinct", node.this.expressions[0])
        return one("count", exp.Literal.number(1) if isinstance(node.this, exp.Star) else node.this)
    return _own(node, one, total)


def _own(node: exp.Expr, one: Call, total: Call) -> exp.Expr:
    name, given = function_of(node), node.expressions
    if name in ("entered", "exited"):
        return one(name, exp.Literal.number(1))
    figure = given[0]
    if name == "same_base_growth":
        now, before = one("base_now", figure, exact=True), one("base_before", figure, exact=True)
        return exp.Sub(this=_over(now, before), expression=exp.Literal.number(1))
    if name == "sum_if":
        return total(_or_zero(given[1], figure))
    if name == "avg_weighted":
        weight = _where(exp.Not(this=exp.Is(this=exp.Paren(this=figure.copy()),
                                            expression=exp.Null())), given[1])  # fmt: skip
        return _over(total(_times(figure, given[1])), total(weight))
    if name == "hhi":
        whole = total(figure)
        return _over(total(_times(figure, figure)), exp.Mul(this=whole, expression=whole.copy()))
    if name == "top_share":
        return _over(one("top_sum", figure, float(written_number(given[1]) or 1)), total(figure))
    return one("gini", figure)


def _where(condition: exp.Expr, tree: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=tree.copy())])


def _or_zero(condition: exp.Expr, tree: exp.Expr) -> exp.Expr:
    """A reported figure that does not meet the condition adds nothing; one not reported is null."""
    there = exp.Not(this=exp.Is(this=exp.Paren(this=tree.copy()), expression=exp.Null()))
    zero = exp.If(this=there, true=exp.Literal.number(0))
    return exp.Case(ifs=[*_where(condition, tree).args["ifs"], zero])


def _times(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.Mul(this=exp.Paren(this=one.copy()), expression=exp.Paren(this=other.copy()))


def _over(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    return exp.Div(
        this=above,
        expression=exp.Nullif(this=exp.Paren(this=below), expression=exp.Literal.number(0)),
        typed=False,
        safe=False,
    )


def columns_in(trees: Iterable[exp.Expr]) -> set[str]:
    """Names of the columns that trees read."""
    return {column.name for tree in trees for column in tree.find_all(exp.Column)}
