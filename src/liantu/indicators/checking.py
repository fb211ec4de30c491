"""Checks of a formula against its table: names, types, units, and what stands in an aggregate.

The walk goes once over the tree, from the leaves up. Each node comes to a :class:`Said`: what it
is, what it is measured in, and whether it speaks of a row or of a group of rows. The tree is
changed on the way into what the engines compute: names become columns of the pass, quantities
plain numbers, and figures in different units of one dimension are brought to the first one's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from sqlglot import exp

from liantu.errors import InvalidQuantity
from liantu.indicators import unit_algebra
from liantu.indicators.formula import (
    NotAFormula,
    Refusal,
    function_of,
    is_aggregate,
    offset_of,
    parse,
)
from liantu.indicators.names import MOMENTS, NoSuchName, Reached, reach
from liantu.indicators.unit_algebra import NUMBER, Measured, addable

Kind = Literal["number", "text", "date", "boolean", "null"]
Level = Literal["constant", "row", "group"]
_KINDS: dict[str, Kind] = {
    "integer": "number", "number": "number", "money": "number", "share": "number",
    "date": "date", "boolean": "boolean", "text": "text", "code": "text", "enum": "text",
    "reference": "text", "period": "text",
}  # fmt: skip
_WORDS: dict[str, str] = {"number": "数 number", "text": "文字 text", "date": "日期 date",
                          "boolean": "是非 yes/no", "null": "空 null"}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a part of a formula comes to."""

    kind: Kind
    unit: Measured = NUMBER
    level: Level = "constant"
    column: Reached | None = None
    """The column itself, where the part is one."""


@dataclass(frozen=True)
class Checked:
    """A formula, or a condition, that can be computed."""

    tree: exp.Expr
    said: Said
    columns: dict[str, Reached]
    """Columns it reads, by the names that the tree calls them."""


Resolve = Callable[[exp.Column], tuple[Said, exp.Expr]]
Derived = Callable[["Walk", exp.Anonymous], Said]


def check_formula(text: str, table_id: str) -> Checked:
    """A formula over the rows of a table; it comes to a number a group.

    Raises:
        NotAFormula: with every reason why it is none.
    """
    checked = _checked(text, table_id)
    if checked.said.level != "group":
        raise NotAFormula(
            Refusal(
                0,
                "公式没有汇总：每组行应得一个数。请写成 sum(…)、count(*)、median(…) 之类。",
                "The formula reduces nothing: it must come to one figure a group of rows. Use"
                " sum(…), count(*), median(…) and the like.",
            )
        )
    if checked.said.kind != "number":
        raise NotAFormula(
            Refusal(
                0,
                f"公式的结果应为数，现为{_WORDS[checked.said.kind]}。",
                f"The formula must come to a number; this is {_WORDS[checked.said.kind]}.",
            )
        )
    return checked


def check_condition(text: str, table_id: str) -> Checked:
    """A condition on the rows of a table.

    Raises:
        NotAFormula: with every reason why it is none.
    """
    checked = _checked(text, table_id)
    if checked.said.level == "group":
        raise NotAFormula(
            Refusal(
                0,
                "条件说的是单行，不能含 sum 等汇总函数。",
                "A condition is about single rows and holds no sum or the like.",
            )
        )
    if checked.said.kind != "boolean":
        raise NotAFormula(
            Refusal(
                0,
                f"条件应为是非判断（如 revenue_cny > 0），现为{_WORDS[checked.said.kind]}。",
                "A condition comes to yes or no, such as revenue_cny > 0; this is"
                f" {_WORDS[checked.said.kind]}.",
            )
        )
    return checked


def _checked(text: str, table_id: str) -> Checked:
    walk = Walk(_resolver(table_id))
    tree, said = walk.check(parse(text))
    return Checked(tree, said, walk.columns)


def _resolver(table_id: str) -> Resolve:
    def resolve(node: exp.Column) -> tuple[Said, exp.Expr]:
        qualifier, name = node.table, node.name
        if not qualifier and name in MOMENTS:
            return Said("date"), exp.column(name, quoted=True)
        reached = reach(table_id, qualifier, name)
        column = reached.column
        if column.type not in _KINDS:
            raise NoSuchName(
                f"列 {name} 是图形，不能用于公式。",
                f"Column {name} is a shape and cannot be computed.",
            )
        numeric = _KINDS[column.type] == "number"
        unit = unit_algebra.stored(column.unit, share=column.type == "share") if numeric else NUMBER
        said = Said(_KINDS[column.type], unit, "row", reached)
        return said, exp.column(reached.label, quoted=True)

    return resolve


@dataclass
class Walk:
    """One walk over one tree."""

    resolve: Resolve
    derived: Derived | None = None
    """What functions of other measures come to; None in a formula over rows."""
    refusals: list[Refusal] = field(default_factory=list)
    columns: dict[str, Reached] = field(default_factory=dict)

    def check(self, tree: exp.Expr) -> tuple[exp.Expr, Said]:
        """The tree as it is computed, and what it comes to.

        Raises:
            NotAFormula: with every reason found.
        """
        holder = exp.Paren(this=tree)
        said = self.visit(tree)
        if self.refusals:
            raise NotAFormula(*self.refusals)
        return holder.this, said

    def refuse(self, node: exp.Expr, zh: str, en: str) -> None:
        """Note a reason and go on, so that all are told at once."""
        self.refusals.append(Refusal(offset_of(node), zh, en))

    def visit(self, node: exp.Expr) -> Said:
        """What a node comes to; what is wrong with it is noted."""
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Literal):
            if not node.is_string:
                node.replace(double(float(str(node.this))))
            return Said("text" if node.is_string else "number")
        if isinstance(node, exp.Boolean):
            return Said("boolean")
        if isinstance(node, exp.Null):
            return Said("null")
        if isinstance(node, exp.Paren):
            return self.visit(node.this)
        if is_aggregate(node) and self.derived:
            return self._no_rows(node)
        if is_aggregate(node):
            from liantu.indicators.aggregates import aggregate

            return aggregate(self, node)
        from liantu.indicators.scalars import scalar

        return scalar(self, node)

    def _no_rows(self, node: exp.Expr) -> Said:
        name = function_of(node)
        self.refuse(
            node,
            f"派生公式没有行可汇总，不能用 {name}(…)。请写 of: 表名，或引用已有度量。",
            f"A formula without of has no rows to reduce by {name}(…). Say of: a table, or"
            " name a measure.",
        )
        return Said("number", level="group")

    def _column(self, node: exp.Column) -> Said:
        try:
            said, replaced = self.resolve(node)
        except NoSuchName as error:
            self.refuse(node, error.zh, error.en)
            return Said("null", level="row")
        replaced.meta.update(node.this.meta)
        node.replace(replaced)
        if said.column is not None:
            self.columns[said.column.label] = said.column
        return said

    # For the rules of single functions ---------------------------------------------------------

    def number(self, node: exp.Expr, said: Said) -> Said:
        """Refuse what is no number."""
        if said.kind not in ("number", "null"):
            self.refuse(
                node,
                f"此处应为数，写的是{_WORDS[said.kind]}。",
                f"A number is expected here, not {_WORDS[said.kind]}.",
            )
        return said

    def condition(self, node: exp.Expr, said: Said) -> Said:
        """Refuse what is no condition."""
        if said.kind not in ("boolean", "null"):
            self.refuse(
                node,
                f"此处应为条件，写的是{_WORDS[said.kind]}。",
                f"A condition is expected here, not {_WORDS[said.kind]}.",
            )
        return said

    def alike(self, parts: Sequence[tuple[exp.Expr, Said]]) -> Said:
        """Parts that are added, compared or chosen among: one kind, one dimension, one unit.

        A bare 0 is zero of anything; another bare number is plain.
        """
        if any(said.kind == "date" for _, said in parts):
            parts = [self._as_date(node, said) for node, said in parts]
        real = [(node, said) for node, said in parts if said.kind != "null"]
        if not real:
            return Said("null", level=self.level(said for _, said in parts))
        first = next((said for node, said in real if not _is_zero(node)), real[0][1])
        for node, said in real:
            if said.kind != first.kind:
                self.refuse(
                    node,
                    f"{_WORDS[first.kind]}与{_WORDS[said.kind]}不能相加或相比。",
                    f"{_WORDS[first.kind]} and {_WORDS[said.kind]} cannot be added or compared.",
                )
            elif said.kind == "number" and not _is_zero(node):
                self._rescale(node, said.unit, first.unit)
        level = self.level(said for _, said in parts)
        return Said(first.kind, first.unit, level)

    def _as_date(self, node: exp.Expr, said: Said) -> tuple[exp.Expr, Said]:
        """A text beside a date is a day, written '2025-01-31'."""
        text = written_text(node)
        if text is None:
            return node, said
        try:
            date.fromisoformat(text)
        except ValueError:
            self.refuse(
                node,
                f"“{text}”不是日期，应如 '2025-01-31'。",
                f"{text!r} is no day; write the like of '2025-01-31'.",
            )
            return node, Said("date")
        day = exp.Cast(this=node.copy(), to=exp.DataType.build("date"))
        node.replace(day)
        return day, Said("date")

    def _rescale(self, node: exp.Expr, own: Measured, wanted: Measured) -> None:
        if not addable(own, wanted):
            self.refuse(
                node,
                f"单位不同类：{own} 与 {wanted} 不能相加或相比。带单位的常数请写成"
                " qty(2000, '万元')。",
                f"Units clash: {own} and {wanted} cannot be added or compared. Write constants with"
                " a unit as qty(2000, '万元').",
            )
        elif own.ratio != wanted.ratio:
            multiply(node, own.ratio / wanted.ratio)

    def level(self, parts: object) -> Level:
        """Of what the parts speak together; rows and groups do not mix."""
        levels = {said.level for said in parts}  # type: ignore[attr-defined]
        return "group" if "group" in levels else "row" if "row" in levels else "constant"

    def one_level(self, node: exp.Expr, parts: Sequence[tuple[exp.Expr, Said]]) -> Level:
        """As :meth:`level`, and columns that stand outside every aggregate are told."""
        level = self.level(said for _, said in parts)
        if level == "group":
            for part, said in parts:
                if said.level == "row":
                    names = "、".join(c.name for c in part.find_all(exp.Column)) or "?"
                    self.refuse(
                        part,
                        f"列 {names} 在汇总函数之外。请放进 sum(…)、avg(…)、count_if(…) 等之中。",
                        f"Column {names} stands outside an aggregate. Put it into sum(…), avg(…),"
                        " count_if(…) or the like.",
                    )
        return level


def multiply(node: exp.Expr, by: Fraction) -> None:
    """Put a factor before a node, where it stands."""
    kept = node.copy()
    factor = double(float(by))
    node.replace(exp.Paren(this=exp.Mul(this=exp.Paren(this=kept), expression=factor)))


def double(value: float) -> exp.Expr:
    """A number as engines write floating ones; 1.5 would be a decimal, and could overflow."""
    text = repr(value)
    return exp.Literal.number(text if "e" in text else f"{text}e0")


def written_number(node: exp.Expr) -> float | None:
    """The number that a literal writes, with its sign; None for anything else."""
    if isinstance(node, exp.Paren):
        return written_number(node.this)
    if isinstance(node, exp.Neg):
        inner = written_number(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string:
        return float(str(node.this))
    return None


def written_text(node: exp.Expr) -> str | None:
    """The text that a literal writes; None for anything else."""
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


def _is_zero(node: exp.Expr) -> bool:
    return written_number(node) == 0


def quantity(walk: Walk, node: exp.Anonymous) -> Said:
    """``qty(2000, '万元')``: a number with its unit, in base units from here on."""
    value, unit = written_number(node.expressions[0]), written_text(node.expressions[1])
    if value is None or unit is None:
        walk.refuse(
            node,
            "qty 应写作 qty(数, '单位')，如 qty(2000, '万元')。",
            "qty is written qty(number, 'unit'), such as qty(2000, '万元').",
        )
        return Said("number")
    try:
        read = unit_algebra.measured(unit)
    except InvalidQuantity as error:
        walk.refuse(node, error.message.zh, error.message.en)
        return Said("number")
    base = float(Fraction(repr(value)) * read.ratio)
    node.replace(double(base) if base >= 0 else exp.Neg(this=double(-base)))
    return Said("number", Measured(read.powers))
