"""Formulas that speak of other measures: their names, functions and units."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlglot import exp

from liantu.errors import InvalidQuantity
from liantu.indicators.checking import Said, Walk, written_number, written_text
from liantu.indicators.declared import Measure
from liantu.indicators.faults import meant
from liantu.indicators.formula import NotAFormula, Refusal, function_of, parse
from liantu.indicators.names import NoSuchName
from liantu.indicators.unit_algebra import NUMBER, Measured, measured

_MOST_YEARS = 30
_RATES = frozenset({"growth", "average_growth", "since", "share", "share_of", "lq"})


@dataclass(frozen=True)
class CheckedDerived:
    """A derived formula that can be computed."""

    tree: exp.Expr
    said: Said
    inputs: tuple[str, ...]
    """Measures that it names, in order of appearance."""

    @property
    def chooses(self) -> bool:
        """Is it ``coalesce(a, b, …)`` of measures: which of them is taken?

        One is taken for all groups of a period: the first with a value of the whole city. Such a
        measure has all periods that any of them has, and tells the coverage, units and absences
        of the one that was taken.
        """
        tree = self.tree
        if not isinstance(tree, exp.Coalesce):
            return False
        return all(isinstance(part, exp.Column) for part in (tree.this, *tree.expressions))


def check_derived(
    text: str, measures: Mapping[str, Measure], dimensions: Collection[str]
) -> CheckedDerived:
    """Check a formula without ``of``.

    Args:
        measures: every declared measure, by id.
        dimensions: ids of the declared dimensions.

    Raises:
        NotAFormula: with every reason why it is none.
    """
    inputs: list[str] = []
    walk = Walk(_resolver(measures, inputs), _functions(dimensions))
    tree, said = walk.check(parse(text))
    if not inputs:
        raise NotAFormula(
            Refusal(
                0,
                "派生公式没有引用任何度量。若要汇总记录，请写 of: 表名。",
                "The formula names no measure. To reduce records, say of: a table.",
            )
        )
    if said.kind != "number":
        raise NotAFormula(Refusal(0, "公式的结果应为数。", "The formula must come to a number."))
    return CheckedDerived(tree, said, tuple(dict.fromkeys(inputs)))


def unit_of(measure: Measure) -> Measured:
    """What a measure's values are in; plain where its unit is unreadable (told elsewhere)."""
    try:
        return measured(measure.unit)
    except InvalidQuantity:
        return NUMBER


def _resolver(
    measures: Mapping[str, Measure], inputs: list[str]
) -> Callable[[exp.Column], tuple[Said, exp.Expr]]:
    def resolve(node: exp.Column) -> tuple[Said, exp.Expr]:
        name = node.name
        if node.table or name not in measures:
            said = f"{node.table}.{name}" if node.table else name
            near, near_en = meant(said, measures)
            raise NoSuchName(
                f"没有名为 {said} 的度量。{near}派生公式只能引用度量；要用表中的列请写 of: 表名。",
                f"There is no measure {said}.{near_en} A formula without of names measures; to use"
                " columns of a table, say of: that table.",
            )
        if measures[name].needs:
            raise NoSuchName(
                f"度量 {name} 尚无公式，不能引用。",
                f"Measure {name} has no formula and cannot be used.",
            )
        inputs.append(name)
        return Said("number", unit_of(measures[name]), "group"), exp.column(name, quoted=True)

    return resolve


def _functions(dimensions: Collection[str]) -> Callable[[Walk, exp.Anonymous], Said]:
    def rule(walk: Walk, node: exp.Anonymous) -> Said:
        name, given = function_of(node), node.expressions
        if not isinstance(given[0], exp.Column):
            walk.refuse(
                node,
                f"{name} 的第一个参数应为度量的 id。请先为“{given[0].sql()[:40]}”另设度量。",
                f"{name} takes the id of a measure first. Declare a measure for"
                f" {given[0].sql()[:40]!r}.",
            )
            return Said("number", level="group")
        said = walk.visit(given[0])
        _second(walk, node, name, dimensions)
        return Said("number", NUMBER if name in _RATES else said.unit, "group")

    return rule


def _second(walk: Walk, node: exp.Anonymous, name: str, dimensions: Collection[str]) -> None:
    if len(node.expressions) < 2:
        return
    second = node.expressions[1]
    text, number = written_text(second), written_number(second)
    if name in ("average_growth", "annual_average"):
        if number is None or number != int(number) or not 1 <= number <= _MOST_YEARS:
            walk.refuse(
                node,
                f"{name} 的第二个参数应为年数（1 至 {_MOST_YEARS} 的整数）。",
                f"{name} takes a number of years, from 1 to {_MOST_YEARS}.",
            )
    elif name in ("since", "cumulated"):
        if text is None or not re.fullmatch(r"(19|20)\d\d", text):
            walk.refuse(
                node,
                f"{name} 的第二个参数应为年份，如 '2020'。",
                f"{name} takes a year such as '2020'.",
            )
    elif text is None or text not in dimensions:
        near, near_en = meant(text or "", dimensions)
        walk.refuse(
            node,
            f"{name} 的第二个参数应为分组维度，没有“{text}”。{near}可用：{'、'.join(dimensions)}。",
            f"{name} takes a dimension; there is no {text!r}.{near_en} Dimensions:"
            f" {', '.join(dimensions)}.",
        )
