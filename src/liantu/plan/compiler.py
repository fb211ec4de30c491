"""Ties the readers together: a plan's text becomes one package."""

from __future__ import annotations

import hashlib

from liantu import __version__
from liantu.errors import NothingToCompute
from liantu.plan.carriers import read_carriers, read_layouts
from liantu.plan.heading import Heading, read_heading
from liantu.plan.industries import read_industries
from liantu.plan.layout import clean
from liantu.plan.measures import read_measures
from liantu.plan.mechanisms import read_mechanisms
from liantu.plan.outline import outline
from liantu.plan.package import Meta, PlanPackage
from liantu.plan.platforms import read_platforms
from liantu.plan.targets import extract
from liantu.plan.zones import read_zones


def source_sha256(text: str) -> str:
    """Hash of a decoded source text; offsets of a package only fit the text with this hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def compile_text(text: str, *, title: str | None = None) -> PlanPackage:
    """Compile the text of a plan.

    Args:
        text: the decoded text, exactly as :func:`liantu.plan.reader.read_source` returns it.
        title: title of the plan; read from the text where None.
    Raises:
        NothingToCompute: the text holds no quantified target.
    """
    plain = clean(text)
    outlined = outline(plain)
    heading = read_heading(plain, title)
    if not heading.end_year:
        raise _nothing(
            text, "没有规划期年份，也没有“十四五”一类字样", "no years and no five-year plan named"
        )
    targets, facts, doubts = extract(plain, outlined, (heading.start_year, heading.end_year))
    if not targets:
        unread = doubts[0] if doubts else None
        raise _nothing(
            text,
            "没有量化目标" + (f"（{unread.message}）" if unread else ""),
            "no quantified target" + (f" ({unread.message_en})" if unread else ""),
        )
    tree = read_industries(plain, outlined)
    carriers = read_carriers(outlined, tree)
    layouts = read_layouts(outlined, tree)
    return PlanPackage(
        meta=_meta(heading, text),
        clauses=outlined.clauses,
        targets=tuple(targets),
        facts=tuple(facts),
        industries=tuple(tree.nodes),
        carriers=tuple(carriers),
        layouts=tuple(layouts),
        zones=tuple(read_zones(outlined)),
        measures=tuple(read_measures(outlined, tree)),
        platforms=tuple(read_platforms(outlined, tree)),
        mechanisms=tuple(read_mechanisms(outlined)),
        doubts=tuple(doubts),
    )


def _meta(heading: Heading, text: str) -> Meta:
    return Meta(
        title=heading.title,
        area=heading.area,
        start_year=heading.start_year,
        end_year=heading.end_year,
        horizon_year=heading.horizon_year,
        source_sha256=source_sha256(text),
        source_chars=len(text),
        compiler=f"liantu {__version__}",
    )


def _nothing(text: str, zh: str, en: str) -> NothingToCompute:
    return NothingToCompute(
        f"这份文本（{len(text):,} 字）中{zh}，应为含量化目标的五年规划全文。请检查是否取错文件。",
        f"This text ({len(text):,} characters) holds {en}; the full text of a five-year plan with"
        " quantified targets is expected. Check that it is the right file.",
    )
