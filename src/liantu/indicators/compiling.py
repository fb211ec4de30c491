"""From declarations as read to measures that can be computed; what cannot be is a fault."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from liantu.errors import InvalidQuantity
from liantu.indicators.catalogue import Catalogue, Compiled, Read
from liantu.indicators.checking import Checked, check_condition, check_formula
from liantu.indicators.declared import Dimension, Measure
from liantu.indicators.derived_formula import CheckedDerived, check_derived
from liantu.indicators.faults import Fault, meant, model_faults, read_marked
from liantu.indicators.formula import NotAFormula, is_paired
from liantu.indicators.grouping import reached_by, why_unsound
from liantu.indicators.unit_algebra import COUNTED, Measured, factor, measured
from liantu.records.figures.indicators import load_indicators
from liantu.records.tables.declared import load_tables

KINDS_OF_GRAIN = {
    "month": ("month", "quarter", "year", "ytd"),
    "quarter": ("quarter", "year", "ytd"),
    "year": ("year",),
    "": ("month", "quarter", "year"),
}
"""Kinds of periods that figures of a grain come to; registers are counted at any period's end."""


def read_dimensions(path: Path, faults: list[Fault]) -> dict[str, Dimension]:
    """The declared dimensions that are sound."""
    data, marks, wrong = read_marked(path, path.name)
    faults += wrong
    found: dict[str, Dimension] = {}
    for number, item in enumerate((data or {}).get("dimensions", [])):
        at, name = ("dimensions", number), str(item.get("id", ""))
        try:
            dimension = Dimension.model_validate(item)
        except ValidationError as error:
            faults += model_faults(error.errors(), Dimension, at, marks, name)
            continue
        reasons = why_unsound(dimension)
        faults += [marks.fault((*at, *where), zh, en, measure=name) for where, zh, en in reasons]
        if not reasons:
            found[dimension.id] = dimension
    return found


def compile_all(catalogue: Catalogue, read: dict[str, Read], faults: list[Fault]) -> None:
    """Fill ``catalogue.compiled``; every fault is added to ``faults``."""
    names_read = set(read)
    formulas = {name: _formula(each, catalogue, faults) for name, each in read.items()}
    circles = _circles(formulas, read, faults)
    for name in _ordered(formulas):
        checked = formulas[name]
        each = read[name]
        _names(each, catalogue, faults)
        if checked is None or name in circles:
            continue
        inputs = checked.inputs if isinstance(checked, CheckedDerived) else ()
        if any(one not in catalogue.compiled for one in inputs if one in names_read):
            continue  # the input's own fault is told where it stands
        compiled = _compiled(each, checked, catalogue, faults)
        if compiled is not None:
            catalogue.compiled[name] = compiled


def _formula(
    each: Read, catalogue: Catalogue, faults: list[Fault]
) -> Checked | CheckedDerived | None:
    measure = each.measure
    if not measure.formula:
        return None
    if measure.of and measure.of not in load_tables():
        near, near_en = meant(measure.of, load_tables())
        faults.append(
            each.marks.fault(
                (*each.path, "of"),
                f"没有名为 {measure.of} 的数据表。{near}",
                f"There is no table {measure.of}.{near_en}",
                measure=measure.id,
            )
        )
        return None
    try:
        if measure.of:
            return check_formula(measure.formula, measure.of)
        return check_derived(measure.formula, catalogue.measures, catalogue.dimensions)
    except NotAFormula as error:
        faults += _refused(each, "formula", error)
        return None


def _refused(each: Read, key: str, error: NotAFormula) -> list[Fault]:
    return [
        each.marks.fault(
            (*each.path, key), one.zh, one.en, measure=each.measure.id, offset=one.offset
        )
        for one in error.refusals
    ]


def _circles(
    formulas: dict[str, Checked | CheckedDerived | None], read: dict[str, Read], faults: list[Fault]
) -> set[str]:
    """Measures that come back to themselves; each circle is told once, in order."""
    done: set[str] = set()
    inside: set[str] = set()
    for start in formulas:
        trail: list[str] = []
        stack = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                trail.pop()
                done.add(name)
                continue
            if name in trail:
                circle = trail[trail.index(name) :]
                if not inside & set(circle):
                    _tell_circle(circle, read, faults)
                inside |= set(circle)
                continue
            if name in done:
                continue
            trail.append(name)
            stack.append((name, True))
            checked = formulas.get(name)
            stack += [(one, False) for one in getattr(checked, "inputs", ())]
    return inside


def _tell_circle(circle: list[str], read: dict[str, Read], faults: list[Fault]) -> None:
    first = min(circle)
    at = circle.index(first)
    shown = " → ".join([*circle[at:], *circle[:at], first])
    each = read[first]
    faults.append(
        each.marks.fault(
            (*each.path, "formula"),
            f"定义成环：{shown}。请改其中一个公式。",
            f"The definitions go round in a circle: {shown}. Change one of the formulas.",
            measure=first,
        )
    )


def _ordered(formulas: dict[str, Checked | CheckedDerived | None]) -> Iterable[str]:
    """Inputs before what is derived from them; of circles in any order."""
    done: dict[str, None] = {}
    for start in formulas:
        stack = [(start, False)]
        open_: set[str] = set()
        while stack:
            name, ready = stack.pop()
            if name in done or (not ready and name in open_):
                continue
            if ready:
                done[name] = None
                continue
            open_.add(name)
            stack.append((name, True))
            inputs = getattr(formulas.get(name), "inputs", ())
            stack += [(one, False) for one in inputs if one not in done and one in formulas]
    return done


def _names(each: Read, catalogue: Catalogue, faults: list[Fault]) -> None:
    """Policy, topic, published indicator: all declared."""
    measure = each.measure
    checks = (
        ("missing", measure.missing, catalogue.policies, "缺报政策", "policy"),
        ("topic", measure.topic, catalogue.topics, "主题", "topic"),
        (
            "indicator",
            measure.indicator,
            load_indicators().indicators,
            "已公布指标",
            "published indicator",
        ),
    )
    for key, name, known, zh, en in checks:
        if name and name not in known:
            near, near_en = meant(name, known)
            faults.append(
                each.marks.fault(
                    (*each.path, key),
                    f"没有名为 {name} 的{zh}。{near}",
                    f"There is no {en} {name}.{near_en}",
                    measure=measure.id,
                )
            )


def _compiled(
    each: Read, checked: Checked | CheckedDerived, catalogue: Catalogue, faults: list[Fault]
) -> Compiled | None:
    measure = each.measure
    before = len(faults)
    condition = _condition(each, faults)
    scale = _factor(each, checked.said.unit, faults, derived=measure.derived)
    by = _by(each, checked, catalogue, faults)
    periods = _periods(each, checked, catalogue, faults)
    if len(faults) > before or scale is None:
        return None
    formula = checked if isinstance(checked, Checked) else None
    derived = checked if isinstance(checked, CheckedDerived) else None
    return Compiled(measure, each.where, formula, condition, derived, scale, by, periods)


def _condition(each: Read, faults: list[Fault]) -> Checked | None:
    measure = each.measure
    if not measure.where:
        return None
    try:
        return check_condition(measure.where, measure.of)
    except NotAFormula as error:
        faults += _refused(each, "where", error)
        return None


def _factor(each: Read, unit: Measured, faults: list[Fault], *, derived: bool) -> Fraction | None:
    measure = each.measure
    try:
        found = factor(unit, measure.unit)
        wanted = measured(measure.unit)
    except InvalidQuantity as error:
        faults.append(
            each.marks.fault(
                (*each.path, "unit"), error.message.zh, error.message.en, measure=measure.id
            )
        )
        return None
    if found is None and wanted.powers == COUNTED.powers and unit.plain and derived:
        found = unit.ratio / wanted.ratio
    if found is None:
        shown = measure.unit or "（无单位）"
        faults.append(
            each.marks.fault(
                (*each.path, "unit"),
                f"单位“{shown}”与公式的单位不同类：公式得到的是 {unit}，"
                f"“{shown}”是 {wanted}。请改单位或公式。",
                f"Unit {measure.unit or 'none'!r} is not what the formula comes to: that is in"
                f" {unit}, the unit is one of {wanted}. Change the unit or the formula.",
                measure=measure.id,
            )
        )
    return found


def _by(
    each: Read, checked: Checked | CheckedDerived, catalogue: Catalogue, faults: list[Fault]
) -> tuple[str, ...]:
    """Dimensions it can be grouped by; those declared have to be among them."""
    if isinstance(checked, CheckedDerived):
        inputs = [catalogue.compiled[one].by for one in checked.inputs]
        reached = [name for name in catalogue.dimensions if all(name in one for one in inputs)]
    else:
        reached = [name for name, dimension in catalogue.dimensions.items()
                   if reached_by(dimension, each.measure.of)]  # fmt: skip
    if each.measure.by is None:
        return tuple(reached)
    for number, name in enumerate(each.measure.by):
        if name in reached:
            continue
        zh, en = _not_reached(name, each.measure, reached, name in catalogue.dimensions)
        faults.append(each.marks.fault((*each.path, "by", number), zh, en, measure=each.measure.id))
    return tuple(name for name in each.measure.by if name in reached)


def _able(each: Read, checked: Checked, faults: list[Fault]) -> tuple[str, ...]:
    """Kinds of periods by the grain of the table and by what its columns come to over time."""
    measure, table = each.measure, load_tables()[each.measure.of]
    able = KINDS_OF_GRAIN[table.grain or ""]
    own = [one.column for one in checked.columns.values() if not one.path and one.column.numeric]
    if table.grain and any(column.over_periods == "none" for column in own):
        able = (table.grain,)  # nobody can tell such a figure of a longer period
    if measure.missing == "carry":
        moving = [column.name for column in own if column.over_periods != "last"]
        if moving or not table.grain:
            faults.append(
                each.marks.fault(
                    (*each.path, "missing"),
                    f"carry 只用于期末数；{'、'.join(moving) or measure.of} 不是。",
                    "carry is for figures at a period's end, which these are not:"
                    f" {', '.join(moving) or table.id}.",
                    measure=measure.id,
                )
            )
    if not table.grain and any(is_paired(node) for node in checked.tree.walk()):
        faults.append(
            each.marks.fault(
                (*each.path, "formula"),
                f"entered、exited、same_base_growth 比较各期报表，{table.zh}是登记表，没有期间。",
                "entered, exited and same_base_growth compare returns of two periods;"
                f" {measure.of} is a register.",
                measure=measure.id,
            )
        )
    return able


def _not_reached(name: str, measure: Measure, reached: list[str], known: bool) -> tuple[str, str]:
    near, near_en = meant(name, reached)
    if not known:
        return f"没有名为 {name} 的分组维度。{near}", f"There is no dimension {name}.{near_en}"
    whose = "其所引用的度量" if measure.derived else f"表 {measure.of} 的行"
    listed = "、".join(reached)
    return (
        f"{whose}到不了维度 {name}。可用：{listed}。",
        f"Dimension {name} is not reached; these are: {listed or 'none'}.",
    )


def _periods(
    each: Read, checked: Checked | CheckedDerived, catalogue: Catalogue, faults: list[Fault]
) -> tuple[str, ...]:
    if isinstance(checked, CheckedDerived):
        inputs = [catalogue.compiled[one].periods for one in checked.inputs]
        enough = any if checked.chooses else all
        able = tuple(
            kind
            for kind in ("month", "quarter", "year", "ytd")
            if enough(kind in one for one in inputs)
        )
    else:
        able = _able(each, checked, faults)
    if each.measure.periods is None:
        return able
    wrong = [kind for kind in each.measure.periods if kind not in able]
    if wrong:
        faults.append(
            each.marks.fault(
                (*each.path, "periods"),
                f"算不出期间种类 {'、'.join(wrong)}；可用：{'、'.join(able)}。",
                f"Periods {', '.join(wrong)} cannot be computed; {', '.join(able)} can.",
                measure=each.measure.id,
            )
        )
    return tuple(kind for kind in each.measure.periods if kind in able)
