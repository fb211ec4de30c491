"""What arithmetic, comparisons and scalar functions come to, in kind and unit."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sqlglot import exp

from liantu.indicators.checking import Said, Walk, quantity, written_number, written_text
from liantu.indicators.faults import meant
from liantu.indicators.formula import DERIVED, function_of
from liantu.indicators.unit_algebra import DAYS, NUMBER

_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def scalar(walk: Walk, node: exp.Expr) -> Said:
    """What a node that is no aggregate comes to; what is wrong with it is noted."""
    rule = _RULES.get(type(node))
    if rule is None:  # an own function
        assert isinstance(node, exp.Anonymous)
        return _own(walk, node)
    return rule(walk, node)


def _parts(walk: Walk, *nodes: exp.Expr) -> list[tuple[exp.Expr, Said]]:
    """Visit children; a child may be replaced on the way, so that it is looked up again."""
    found = []
    for node in nodes:
        parent, key, index = node.parent, node.arg_key, node.index
        said = walk.visit(node)
        now = parent.args[key or ""] if parent else node
        found.append((now[index or 0] if isinstance(now, list) else now, said))
    return found


def _sum(walk: Walk, node: exp.Expr) -> Said:
    parts = _parts(walk, node.this, node.expression)
    if all(said.kind == "date" for _, said in parts):
        walk.refuse(
            node, "日期相减请用 days_between(起, 止)。", "Subtract dates by days_between(a, b)."
        )
        return Said("number")
    for part, said in parts:
        walk.number(part, said)
    said = walk.alike(parts)
    return Said("number", said.unit, walk.one_level(node, parts))


def _product(walk: Walk, node: exp.Expr) -> Said:
    parts = _parts(walk, node.this, node.expression)
    for part, said in parts:
        walk.number(part, said)
    power = -1 if isinstance(node, exp.Div) else 1
    unit = parts[0][1].unit.times(parts[1][1].unit, power)
    if isinstance(node, exp.Div):
        below = node.expression
        if written_number(below) == 0:
            walk.refuse(node, "除数是 0。", "It divides by 0.")
        below.replace(exp.Nullif(this=below.copy(), expression=exp.Literal.number(0)))
    return Said("number", unit, walk.one_level(node, parts))


def _minus(walk: Walk, node: exp.Expr) -> Said:
    ((part, said),) = _parts(walk, node.this)
    walk.number(part, said)
    return Said("number", said.unit, said.level)


def _compare(walk: Walk, node: exp.Expr) -> Said:
    parts = _parts(walk, node.this, node.expression)
    walk.alike(parts)
    for one, other in (parts, parts[::-1]):
        _known_code(walk, one[1], other[0])
    return Said("boolean", NUMBER, walk.one_level(node, parts))


def _known_code(walk: Walk, column: Said, node: exp.Expr) -> None:
    """A text compared with an enum has to be one of its codes."""
    text = written_text(node)
    if column.column is None or text is None or column.column.column.type != "enum":
        return
    choices = column.column.column.choices
    codes = [choice.code for choice in choices]
    if text in codes:
        return
    spoken = next((c.code for c in choices if text in (c.zh, c.en, *c.aliases)), "")
    near, near_en = (
        (f"是否应为 {spoken}？", f" Was {spoken} meant?") if spoken else meant(text, codes)
    )
    name = column.column.column.name
    walk.refuse(
        node,
        f"列 {name} 没有代码“{text}”。{near}可用：{'、'.join(codes)}。",
        f"Column {name} has no code {text!r}.{near_en} Codes: {', '.join(codes)}.",
    )


def _in(walk: Walk, node: exp.Expr) -> Said:
    parts = _parts(walk, node.this, *node.expressions)
    walk.alike(parts)
    for each, _ in parts[1:]:
        _known_code(walk, parts[0][1], each)
    return Said("boolean", NUMBER, walk.one_level(node, parts))


def _between(walk: Walk, node: exp.Expr) -> Said:
    parts = _parts(walk, node.this, node.args["low"], node.args["high"])
    walk.alike(parts)
    return Said("boolean", NUMBER, walk.one_level(node, parts))


def _logic(walk: Walk, node: exp.Expr) -> Said:
    nodes = [node.this] if isinstance(node, exp.Not) else [node.this, node.expression]
    parts = _parts(walk, *nodes)
    for part, said in parts:
        walk.condition(part, said)
    return Said("boolean", NUMBER, walk.one_level(node, parts))


def _is(walk: Walk, node: exp.Expr) -> Said:
    parts = _parts(walk, node.this)
    if not isinstance(node.expression, (exp.Null, exp.Boolean)):
        walk.refuse(
            node, "is 之后应为 null、true 或 false。", "After is stands null, true or false."
        )
    return Said("boolean", NUMBER, parts[0][1].level)


def _text(walk: Walk, node: exp.Expr) -> Said:
    """like, starts_with: a text and a written text."""
    ((part, said),) = _parts(walk, node.this)
    if said.kind not in ("text", "null"):
        walk.refuse(part, "此处应为文字列。", "A text is expected here.")
    if written_text(node.expression) is None:
        walk.refuse(node, "第二个参数应为文字常量。", "The second argument is a written text.")
    return Said("boolean", NUMBER, said.level)


def _left(walk: Walk, node: exp.Expr) -> Said:
    ((part, said),) = _parts(walk, node.this)
    length = written_number(node.expression)
    if said.kind not in ("text", "null"):
        walk.refuse(part, "此处应为文字列。", "A text is expected here.")
    if length is None or length != int(length) or not 1 <= length <= 100:
        walk.refuse(
            node,
            "left 的第二个参数应为 1 至 100 的整数。",
            "left takes a whole number from 1 to 100.",
        )
    return Said("text", NUMBER, said.level)


def _case(walk: Walk, node: exp.Expr) -> Said:
    tests, results = [], []
    base = _parts(walk, node.this) if node.this else []
    for branch in node.args["ifs"]:
        tests += _parts(walk, branch.this)
        results += _parts(walk, branch.args["true"])
    if node.args.get("default"):
        results += _parts(walk, node.args["default"])
    if base:
        walk.alike([*base, *tests])
    else:
        for part, said in tests:
            walk.condition(part, said)
    said = walk.alike(results)
    return Said(said.kind, said.unit, walk.one_level(node, [*base, *tests, *results]))


def _chosen(walk: Walk, node: exp.Expr) -> Said:
    """coalesce, greatest, least: one of several of a kind."""
    parts = _parts(walk, node.this, *node.expressions)
    said = walk.alike(parts)
    return Said(said.kind, said.unit, walk.one_level(node, parts))


def _nullif(walk: Walk, node: exp.Expr) -> Said:
    parts = _parts(walk, node.this, node.expression)
    said = walk.alike(parts)
    return Said(said.kind, parts[0][1].unit, walk.one_level(node, parts))


def _same(walk: Walk, node: exp.Expr) -> Said:
    """abs, round, floor, ceil."""
    ((part, said),) = _parts(walk, node.this)
    walk.number(part, said)
    places = node.args.get("decimals")
    if places is not None and written_number(places) not in range(-12, 13):
        walk.refuse(
            node,
            "round 的位数应为 -12 至 12 的整数。",
            "round takes a whole number of places from -12 to 12.",
        )
    return Said("number", said.unit, said.level)


def _plain_only(walk: Walk, node: exp.Expr) -> Said:
    """ln, exp: of plain numbers."""
    ((part, said),) = _parts(walk, node.this)
    walk.number(part, said)
    if not said.unit.plain:
        walk.refuse(
            part,
            f"{function_of(node)} 只用于无量纲的数，此处单位是 {said.unit}。",
            f"{function_of(node)} is of plain numbers; this is in {said.unit}.",
        )
    elif isinstance(node, exp.Ln):
        _guard(node, exp.GT)
    return Said("number", NUMBER, said.level)


def _guard(node: exp.Expr, comparison: type[exp.Expr]) -> None:
    """What an engine would stop at (ln 0, the root of -1) comes to null, as a division by 0."""
    kept = node.copy()
    test = comparison(this=exp.Paren(this=kept.this.copy()), expression=exp.Literal.number(0))
    node.replace(exp.Case(ifs=[exp.If(this=test, true=kept)]))


def _root(walk: Walk, node: exp.Expr) -> Said:
    ((part, said),) = _parts(walk, node.this)
    walk.number(part, said)
    if said.unit.ratio != 1:
        walk.refuse(
            part,
            f"sqrt 只用于基本单位的数，此处单位是 {said.unit}。",
            f"sqrt is of figures in base units; this is in {said.unit}.",
        )
    _guard(node, exp.GTE)
    return Said("number", said.unit.to(Fraction(1, 2)), said.level)


def _power(walk: Walk, node: exp.Expr) -> Said:
    parts = _parts(walk, node.this, node.expression)
    for part, said in parts:
        walk.number(part, said)
    exponent = written_number(node.expression)
    base = parts[0][1]
    whole = exponent is not None and exponent == int(exponent) and abs(exponent) <= 9
    if not base.unit.plain and not whole:
        walk.refuse(
            node, "带单位的数只能取整数次幂。", "A figure with a unit takes whole powers only."
        )
    if not parts[1][1].unit.plain:
        walk.refuse(parts[1][0], "指数应无量纲。", "An exponent is a plain number.")
    unit = base.unit.to(Fraction(int(exponent or 1))) if whole else NUMBER
    return Said("number", unit, walk.one_level(node, parts))


def _calendar(walk: Walk, node: exp.Expr) -> Said:
    ((part, said),) = _parts(walk, node.this)
    if said.kind not in ("date", "null"):
        walk.refuse(part, "此处应为日期。", "A date is expected here.")
    return Said("number", NUMBER, said.level)


def _own(walk: Walk, node: exp.Anonymous) -> Said:
    name = function_of(node)
    if name == "qty":
        return quantity(walk, node)
    if name in DERIVED and walk.derived:
        return walk.derived(walk, node)
    if name in DERIVED:
        walk.refuse(
            node,
            f"{name}(…) 引用其他度量，只能写在不含 of 的派生公式中。",
            f"{name}(…) speaks of another measure; it stands in formulas without of.",
        )
        return Said("number", level="group")
    parts = _parts(walk, *node.expressions)  # days_between
    for part, said in parts:
        if said.kind not in ("date", "null"):
            walk.refuse(part, "days_between 的参数应为日期。", "days_between takes dates.")
    level = walk.one_level(node, parts)
    first, last = (part.copy() for part, _ in parts)
    node.replace(exp.DateDiff(this=last, expression=first, unit=exp.Var(this="DAY")))
    return Said("number", DAYS, level)


_RULES: dict[type[exp.Expr], Callable[[Walk, exp.Expr], Said]] = {
    exp.Add: _sum, exp.Sub: _sum, exp.Mul: _product, exp.Div: _product, exp.Neg: _minus,
    **dict.fromkeys(_COMPARED, _compare),
    exp.In: _in, exp.Between: _between, exp.And: _logic, exp.Or: _logic, exp.Not: _logic,
    exp.Is: _is, exp.Like: _text, exp.StartsWith: _text, exp.Left: _left, exp.Case: _case,
    exp.Coalesce: _chosen, exp.Greatest: _chosen, exp.Least: _chosen, exp.Nullif: _nullif,
    exp.Abs: _same, exp.Round: _same, exp.Floor: _same, exp.Ceil: _same,
    exp.Ln: _plain_only, exp.Exp: _plain_only, exp.Sqrt: _root, exp.Pow: _power,
    exp.Year: _calendar, exp.Month: _calendar,
}  # fmt: skip
