"""What aggregates come to: they take rows, give one figure a group, and never stand in another."""

from __future__ import annotations

from sqlglot import exp

from liantu.indicators.checking import Said, Walk, written_number
from liantu.indicators.formula import function_of, is_aggregate
from liantu.indicators.unit_algebra import COUNTED, NUMBER

_SAME_UNIT = (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Stddev)
_WITHOUT_UNIT = {"hhi", "gini", "top_share", "same_base_growth"}
_MOST_LEADING = 100


def aggregate(walk: Walk, node: exp.Expr) -> Said:
    """What an aggregate comes to; what is wrong with it is noted."""
    for part in node.walk(bfs=False):
        if part is not node and is_aggregate(part):
            inner, outer = function_of(part), function_of(node)
            walk.refuse(
                part,
                f"{outer}(…) 里不能再有汇总函数 {inner}。请把 {inner} 移到外面，或另设一个度量。",
                f"{inner} stands inside {outer}: an aggregate holds no other. Move it out, or"
                " declare a measure of its own.",
            )
            return Said("number", level="group")
    if isinstance(node, exp.Count):
        return _count(walk, node)
    if isinstance(node, exp.CountIf):
        walk.condition(node.this, walk.visit(node.this))
        return Said("number", COUNTED, "group")
    if isinstance(node, exp.Quantile):
        level = written_number(node.args["quantile"])
        if level is None or not 0 < level < 1:
            walk.refuse(
                node,
                "quantile 的第二个参数应为 0 与 1 之间的数，如 quantile(x, 0.9)。",
                "quantile takes a number between 0 and 1, such as quantile(x, 0.9).",
            )
        return _of_numbers(walk, node.this)
    if isinstance(node, _SAME_UNIT):
        return _of_numbers(walk, node.this)
    assert isinstance(node, exp.Anonymous)
    return _own(walk, node)


def _of_numbers(walk: Walk, node: exp.Expr) -> Said:
    said = walk.number(node, walk.visit(node))
    return Said("number", said.unit, "group")


def _count(walk: Walk, node: exp.Count) -> Said:
    if isinstance(node.this, exp.Distinct):
        walk.visit(node.this.expressions[0])
    elif not isinstance(node.this, exp.Star):
        walk.visit(node.this)
    return Said("number", COUNTED, "group")


def _own(walk: Walk, node: exp.Anonymous) -> Said:
    name, given = function_of(node), node.expressions
    if name in ("entered", "exited"):
        return Said("number", COUNTED, "group")
    said = walk.number(given[0], walk.visit(given[0]))
    if name == "sum_if":
        walk.condition(node.expressions[1], walk.visit(node.expressions[1]))
    elif name == "avg_weighted":
        walk.number(node.expressions[1], walk.visit(node.expressions[1]))
    elif name == "top_share":
        leading = written_number(given[1])
        if leading is None or leading != int(leading) or not 1 <= leading <= _MOST_LEADING:
            walk.refuse(
                node,
                f"top_share 的第二个参数应为 1 至 {_MOST_LEADING} 的整数。",
                f"top_share takes a whole number from 1 to {_MOST_LEADING}.",
            )
    unit = NUMBER if name in _WITHOUT_UNIT else said.unit
    return Said("number", unit, "group")
