"""How figures, clauses and lists are said in findings, in both languages."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from liantu.plan.audit.rules import Phrase, audit_rules, word
from liantu.plan.audit.statements import Statement
from liantu.plan.naming import read_name


def number(value: float, decimals: int = 4) -> str:
    """A figure without needless digits: 70, 1.5, 3.95, 1.0179."""
    rounded = round(value, decimals)
    text = f"{rounded:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def percent(value: float, decimals: int = 2) -> str:
    """A fraction as per cent: 0.0789 → 7.89%."""
    return f"{number(value * 100, decimals)}%"


def quantity(value: float, statement: Statement) -> Phrase:
    """A value in base units, said in the unit that the statement was written in."""
    return with_unit(value / statement.scale, statement.unit)


def gap_said(value: float, statement: Statement) -> Phrase:
    """A difference of two figures: of percentages it is points."""
    if statement.unit in ("%", "％"):
        return with_unit(value / statement.scale, "个百分点")
    return quantity(value, statement)


def with_unit(value: float, unit: str) -> Phrase:
    """A figure with its unit; in English 8000亿元 is 800 billion yuan."""
    if unit in ("", "%", "％", "‰"):
        return Phrase(zh=f"{number(value)}{unit}", en=f"{number(value)}{unit}")
    known = audit_rules().units_en.get(unit)
    english = f"{number(value * known.factor)}{known.en}" if known else f"{number(value)} {unit}"
    return Phrase(zh=f"{number(value)}{unit}", en=english)


def figure(statement: Statement) -> Phrase:
    """What a statement asks: ``超过60%``, ``年均7–9%``, ``新增1000家``."""
    rules = audit_rules()
    form = rules.forms[_form_name(statement)]
    reference = reference_name(statement) or word("assigner").zh
    if not statement.stated:
        return Phrase(
            zh=form.zh.format(v="", reference=reference),
            en=form.en.format(v="", reference=reference),
        )
    value = _figures(statement)
    # A margin is a floor by its nature: 高于GDP增速1个百分点, not 1个百分点以上.
    plain = statement.form == "relative" and statement.comparator == ">="
    aims = statement.aspirational
    plain = plain or (aims and statement.comparator == ">=")
    comparator = rules.comparators["=" if plain else statement.comparator]
    zh, en = comparator.zh.format(v=value.zh), comparator.en.format(v=value.en)
    if aims:
        aim = rules.comparators["aim"]
        zh, en = aim.zh.format(v=zh), aim.en.format(v=en)
    return Phrase(
        zh=form.zh.format(v=zh, reference=reference),
        en=form.en.format(v=en, reference=reference),
    )


def reference_name(statement: Statement) -> str:
    """What a relative target is measured against, without 增速: GDP for 全市GDP增速."""
    name = read_name(statement.reference) if statement.reference else None
    if name is None or (statement.form != "relative" and name.measure != "growth"):
        return statement.reference
    return name.key.removesuffix(":growth")


def _form_name(statement: Statement) -> str:
    """A margin over a growth says so."""
    relative = statement.form == "relative" and statement.reference
    return "relative_growth" if relative and statement.name.measure == "growth" else statement.form


def _figures(statement: Statement) -> Phrase:
    bound = statement.bound
    if statement.comparator == "range":
        low, high = quantity(bound.low, statement), quantity(bound.high, statement)
        start = number(bound.low / statement.scale)
        english = f"{start}–{high.en}" if low.en.startswith(start) else f"{low.en} – {high.en}"
        return Phrase(zh=f"{start}–{high.zh}", en=english)
    if statement.comparator == "~":
        return quantity((bound.low + bound.high) / 2, statement)
    return quantity(bound.low if math.isfinite(bound.low) else bound.high, statement)


def clause_label(label: str) -> Phrase:
    """A clause as a reader finds it: a bare chapter numeral becomes 第…部分."""
    matched = re.match(r"[一二三四五六七八九十]+(?=$|（)", label)
    if not matched:
        return Phrase(zh=label, en=label)
    chapter = word("chapter", n=matched.group())
    rest = label[matched.end() :]
    return Phrase(zh=f"{chapter.zh}{rest}", en=f"{chapter.en}{rest}")


def placed(statement: Statement) -> Phrase:
    """Clause and figure: ``专栏1为70户``."""
    place, value = clause_label(statement.clause), figure(statement)
    return word("stated", clause=place, value=value)


def title(statement: Statement) -> str:
    """The indicator with its subject, as the plan names them."""
    name = statement.indicator
    subject = statement.subject
    return name if not subject or subject in name else f"{subject}{name}"


def listed(pieces: Sequence[Phrase], *, separator: str = "separator", limit: int = 0) -> Phrase:
    """Pieces one after the other; beyond ``limit`` the rest is “and others”."""
    joint = word(separator)
    shown = pieces[:limit] if limit else pieces
    more = word("and_more") if len(shown) < len(pieces) else Phrase(zh="", en="")
    return Phrase(
        zh=joint.zh.join(piece.zh for piece in shown) + more.zh,
        en=joint.en.join(piece.en for piece in shown) + more.en,
    )


def figures(statements: Iterable[Statement]) -> Phrase:
    """Each distinct figure once, in order of text."""
    pieces = dict.fromkeys((figure(item).zh, figure(item).en) for item in statements)
    return listed([Phrase(zh=zh, en=en) for zh, en in pieces])


def placed_list(statements: Iterable[Statement]) -> Phrase:
    """Each distinct clause and figure once, in order of text."""
    pieces = list(dict.fromkeys((placed(item).zh, placed(item).en) for item in statements))
    return listed([Phrase(zh=zh, en=en) for zh, en in pieces])


def names(statements: Sequence[Statement]) -> Phrase:
    """Distinct indicator titles, cut to the declared length of a list."""
    distinct = list(dict.fromkeys(title(item) for item in statements))
    pieces = [Phrase(zh=name, en=name) for name in distinct]
    return listed(pieces, limit=audit_rules().thresholds.listed)


def year_of(statement: Statement) -> str:
    """The year a statement speaks of, empty where none is known."""
    return "" if statement.year is None else str(statement.year)
