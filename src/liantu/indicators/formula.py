"""Formulas: SQL expressions, parsed once and held against a list of what they may say.

``parse`` gives a tree of sqlglot. Whatever is not on the list below is refused by name: no
subquery, no table function, no cast, no window, no parameter, no comment, nothing that reads a
file, a setting or another table. A class of node that sqlglot learns tomorrow is refused too.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from liantu.indicators.faults import meant

# It warns on the screen of what it cannot read; here that is refused, and told, anyway.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

LONGEST = 2_000
"""Characters of a formula."""
LARGEST = 400
"""Nodes of a formula's tree."""
DEEPEST = 40
"""Nesting of a formula's tree."""
_LONGEST_TEXT = 200

OWN: dict[str, tuple[int, int]] = {
    "qty": (2, 2),
    "days_between": (2, 2),
    "sum_if": (2, 2),
    "avg_weighted": (2, 2),
    "hhi": (1, 1),
    "top_share": (2, 2),
    "gini": (1, 1),
    "entered": (0, 0),
    "exited": (0, 0),
    "same_base_growth": (1, 1),
    "growth": (1, 1),
    "change": (1, 1),
    "average_growth": (2, 2),
    "annual_average": (2, 2),
    "since": (2, 2),
    "cumulated": (2, 2),
    "share": (1, 1),
    "share_of": (2, 2),
    "lq": (2, 2),
    "total": (1, 1),
}
"""Functions of our own, and how many arguments they take at least and at most."""

DERIVED = frozenset(
    {
        "growth",
        "change",
        "average_growth",
        "annual_average",
        "since",
        "cumulated",
        "share",
        "share_of",
        "lq",
        "total",
    }
)
"""Those that speak of other measures."""

_TWO = frozenset({"this", "expression"})
_ONE = frozenset({"this"})
ALLOWED: dict[type[exp.Expr], frozenset[str]] = {
    exp.Column: frozenset({"this", "table"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: _ONE,
    exp.Null: frozenset(),
    exp.Paren: _ONE,
    exp.Add: _TWO, exp.Sub: _TWO, exp.Mul: _TWO,
    exp.Div: _TWO | {"typed", "safe"},
    exp.Neg: _ONE,
    exp.EQ: _TWO, exp.NEQ: _TWO, exp.GT: _TWO, exp.GTE: _TWO, exp.LT: _TWO, exp.LTE: _TWO,
    exp.And: _TWO, exp.Or: _TWO, exp.Not: _ONE,
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Is: _TWO,
    exp.Like: _TWO,
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true"}),
    exp.Coalesce: frozenset({"this", "expressions"}),
    exp.Nullif: _TWO,
    exp.Abs: _ONE,
    exp.Greatest: frozenset({"this", "expressions", "ignore_nulls"}),
    exp.Least: frozenset({"this", "expressions", "ignore_nulls"}),
    exp.Round: frozenset({"this", "decimals"}),
    exp.Floor: _ONE, exp.Ceil: _ONE,
    exp.Ln: _ONE, exp.Exp: _ONE, exp.Sqrt: _ONE,
    exp.Pow: _TWO,
    exp.Year: _ONE, exp.Month: _ONE,
    exp.StartsWith: _TWO,
    exp.Left: _TWO,
    exp.Sum: _ONE, exp.Avg: _ONE, exp.Min: _ONE, exp.Max: _ONE, exp.Median: _ONE,
    exp.Stddev: _ONE,
    exp.Count: frozenset({"this", "big_int"}),
    exp.CountIf: _ONE,
    exp.Quantile: frozenset({"this", "quantile"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Star: frozenset(),
    exp.Anonymous: frozenset({"this", "expressions"}),
}  # fmt: skip
"""Classes of nodes, and the parts of each that may be filled."""

NAMES = (
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "count_if",
    "median",
    "quantile",
    "stddev",
    "abs",
    "greatest",
    "least",
    "round",
    "floor",
    "ceil",
    "ln",
    "exp",
    "sqrt",
    "power",
    "year",
    "month",
    "starts_with",
    "left",
    "coalesce",
    "nullif",
    *OWN,
)
"""Functions that a formula may call."""

AGGREGATES: tuple[type[exp.Expr], ...] = (
    exp.Sum,
    exp.Avg,
    exp.Min,
    exp.Max,
    exp.Median,
    exp.Stddev,
    exp.Count,
    exp.CountIf,
    exp.Quantile,
)
OWN_AGGREGATES = frozenset(
    {"sum_if", "avg_weighted", "hhi", "top_share", "gini", "entered", "exited", "same_base_growth"}
)


@dataclass(frozen=True)
class Refusal:
    """Why a formula is none, and at which character."""

    offset: int
    zh: str
    en: str


class NotAFormula(ValueError):
    """A text that is no formula; ``refusals`` says why."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("; ".join(one.en for one in refusals))
        self.refusals = refusals


def parse(text: str) -> exp.Expr:
    """The tree of a formula or of a condition; the caller may change it.

    Raises:
        NotAFormula: it cannot be read, or says something that is not on the list.
    """
    return _parse(text).copy()


@lru_cache(maxsize=50_000)
def _parse(text: str) -> exp.Expr:
    _check_tokens(text)
    try:
        tree = sqlglot.parse_one(text, read="duckdb", into=exp.Condition)
        found = list(_refusals(tree))
    except RecursionError:
        raise _deep() from None
    except SqlglotError as error:
        raise _unreadable(text, error) from error
    if found:
        raise NotAFormula(*found)
    return tree


def _check_tokens(text: str) -> None:
    if not text.strip():
        raise NotAFormula(
            Refusal(0, "公式是空的。请写上公式。", "The formula is empty. Write one.")
        )
    if len(text) > LONGEST:
        raise NotAFormula(
            Refusal(
                LONGEST,
                f"公式有 {len(text)} 个字符，最多 {LONGEST} 个。请拆成几个度量。",
                f"The formula has {len(text)} characters, {LONGEST} at most. Split it.",
            )
        )
    try:
        tokens = sqlglot.tokenize(text, read="duckdb")
    except SqlglotError as error:
        raise NotAFormula(Refusal(
            0, f"公式无法读取：{str(error)[:120]}。", f"It cannot be read: {str(error)[:120]}."
        )) from error  # fmt: skip
    if any(token.comments for token in tokens) or not tokens:
        raise NotAFormula(
            Refusal(
                0,
                "公式中不能有注释（--、/* */）。说明请写在 definition。",
                "A formula holds no comments (--, /* */). Explain it in definition.",
            )
        )


def _unreadable(text: str, error: SqlglotError) -> NotAFormula:
    told = getattr(error, "errors", None) or [{}]
    column = int(told[0].get("col") or 0)
    offset = max(0, min(column - 1, len(text)))
    here = text[max(0, offset - 12) : offset + 12]
    return NotAFormula(
        Refusal(
            offset,
            f"公式在“{here}”处读不下去：应为一个表达式，如 sum(revenue_cny) / count(*)。",
            f"The formula cannot be read at {here!r}: expected one expression such as"
            " sum(revenue_cny) / count(*).",
        )
    )


def _deep() -> NotAFormula:
    return NotAFormula(
        Refusal(
            0,
            f"公式嵌套过深（最多 {DEEPEST} 层）或过长。请拆成几个度量。",
            f"The formula is nested too deeply ({DEEPEST} levels at most) or too long. Split it.",
        )
    )


def _refusals(tree: exp.Expr) -> Any:
    """Every node that is not on the list; of a refused node its parts are not looked at."""
    queue: list[tuple[Any, int]] = [(tree, 0)]
    seen = 0
    while queue:
        node, depth = queue.pop(0)
        seen += 1
        if seen > LARGEST or depth > DEEPEST:
            yield from _deep().refusals
            return
        refusal = _refused(node)
        if refusal:
            yield refusal
            continue
        for value in node.args.values():
            parts = value if isinstance(value, list) else [value]
            queue += [(part, depth + 1) for part in parts if isinstance(part, exp.Expr)]


def _refused(node: exp.Expr) -> Refusal | None:
    at = offset_of(node)
    if type(node) not in ALLOWED:
        return _no_such(node, at)
    filled = {name for name, value in node.args.items() if value not in (None, False, [], "")}
    more = filled - ALLOWED[type(node)]
    if more:
        said = node.sql("duckdb")[:40]
        return Refusal(
            at,
            f"“{said}”中的写法不在允许之列（{'、'.join(sorted(more))}）。",
            f"{said!r} says what no formula may ({', '.join(sorted(more))}).",
        )
    if isinstance(node, exp.Literal):
        return _literal(node, at)
    if isinstance(node, exp.Anonymous):
        return _own(node, at)
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        return Refusal(at, "* 只能写在 count(*) 中。", "* stands in count(*) only.")
    if isinstance(node, exp.Distinct) and (
        not isinstance(node.parent, exp.Count) or len(node.expressions) != 1
    ):
        return Refusal(
            at,
            "distinct 只能写作 count(distinct 一列)。",
            "distinct stands in count(distinct one column) only.",
        )
    return None


def _no_such(node: exp.Expr, at: int) -> Refusal:
    said = node.sql("duckdb")[:60]
    if isinstance(node, exp.Func):
        return _unknown(said.split("(")[0].lower(), at)
    if isinstance(node, (exp.Subquery, exp.Select, exp.Exists, exp.Query)):
        return Refusal(
            at,
            f"公式中不能有子查询：“{said}”。公式只读本表的行；"
            "其他表的数请另设度量，再用派生公式相加减。",
            f"A formula holds no subquery: {said!r}. It reads the rows of its table; take"
            " figures of other tables from measures of their own.",
        )
    return Refusal(
        at,
        f"“{said}”不在公式允许的写法之列。可用：四则运算、比较、and/or/not、in、"
        "between、is null、like、case 及列出的函数。",
        f"{said!r} is nothing that a formula may say. It may hold arithmetic, comparisons,"
        " and/or/not, in, between, is null, like, case, and the listed functions.",
    )


def _unknown(name: str, at: int) -> Refusal:
    near, near_en = meant(name, NAMES)
    return Refusal(
        at,
        f"没有名为 {name} 的函数。{near}可用的函数：{'、'.join(NAMES)}。",
        f"There is no function {name}.{near_en} Functions: {', '.join(NAMES)}.",
    )


def _own(node: exp.Anonymous, at: int) -> Refusal | None:
    name = str(node.this)
    if name.lower() not in OWN:
        return _unknown(name, at)
    least, most = OWN[name.lower()]
    given = len(node.expressions)
    if least <= given <= most:
        return None
    return Refusal(
        at,
        f"{name} 需要 {least} 个参数，写了 {given} 个。",
        f"{name} takes {least} arguments, {given} were given.",
    )


def _literal(node: exp.Literal, at: int) -> Refusal | None:
    text = str(node.this)
    if node.is_string:
        if len(text) <= _LONGEST_TEXT and text.isprintable() and "\\" not in text:
            return None
        return Refusal(
            at,
            f"文字常量过长（最多 {_LONGEST_TEXT} 字），或含控制字符、反斜线。",
            f"A text is too long ({_LONGEST_TEXT} characters at most) or holds control"
            " characters or backslashes.",
        )
    try:
        fine = math.isfinite(float(text)) and len(text) <= 30 and abs(float(text)) < 1e30
    except ValueError:
        fine = False
    return (
        None
        if fine
        else Refusal(
            at, f"数“{text[:40]}”过大或不是数。", f"The number {text[:40]!r} is too large, or none."
        )
    )


def offset_of(node: exp.Expr) -> int:
    """The character of the formula at which a node, or the first word in it, stands."""
    for each in node.walk(bfs=False):
        start = each.meta.get("start") if each._meta else None
        if start is not None:
            return int(start)
    return 0


def function_of(node: exp.Expr) -> str:
    """Name by which a formula calls a function; empty for what is none."""
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    if isinstance(node, exp.Func) and not isinstance(node, (exp.And, exp.Or, exp.Case, exp.If)):
        return node.sql_name().lower()
    return ""


def is_paired(node: exp.Expr) -> bool:
    """Does it compare units with themselves a year before?"""
    return function_of(node) in ("entered", "exited", "same_base_growth")


def is_aggregate(node: exp.Expr) -> bool:
    """Does it reduce the rows of a group to one value?"""
    return isinstance(node, AGGREGATES) or (
        isinstance(node, exp.Anonymous) and str(node.this).lower() in OWN_AGGREGATES
    )
