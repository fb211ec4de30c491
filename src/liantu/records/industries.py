"""Classes of the national economy by edition: which was in force on a day, and what a code of one
edition is in the other.

Firms, reports and rules carry codes of the edition of their time. A code goes from one edition to
the other by the filed concordance; where that says nothing, by code and name where both are the
same; else nobody can tell, and it is said what would settle it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import polars as pl

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import Message, NotFound
from liantu.records import registers
from liantu.records.registers import AsOf

Basis = Literal["same_edition", "concordance", "same_name"]
_PREFIX = r"^[A-T](\d{2,4})$"
"""Some files write the letter of the section before the digits."""


class Edition(Declared):
    """One edition of the standard, and the days between which it was in force."""

    id: str
    zh: str
    en: str
    valid_from: date
    valid_to: date | None = None
    source: Source


class Editions(Declared):
    """``catalog/codes/industry_editions.yaml``."""

    editions: tuple[Edition, ...]
    residual: tuple[str, ...] = ()
    """Words of classes that hold what the others leave."""


@dataclass(frozen=True)
class Counterpart:
    """A class in the edition asked for."""

    code: str
    name: str
    partial: bool
    """Only a part of the class is meant: it was divided, or put together of several."""
    basis: Basis
    trust: str = ""
    """Grade of trust that was filed with the concordance; empty where none was."""


@dataclass(frozen=True)
class Translation:
    """What a code is in the edition of a day; without classes, why nobody can tell."""

    edition: str
    classes: tuple[Counterpart, ...]
    missing: Message | None = None


@cache
def editions() -> tuple[Edition, ...]:
    """Declared editions, oldest first."""
    return tuple(sorted(load_editions().editions, key=lambda edition: edition.valid_from))


@cache
def load_editions() -> Editions:
    """``catalog/codes/industry_editions.yaml``, read once."""
    return read_declared(Editions, CATALOG / "codes" / "industry_editions.yaml")


def edition_on(day: date) -> Edition:
    """The edition in force on a day.

    Raises:
        NotFound: the catalogue has none for it.
    """
    for edition in editions():
        if edition.valid_from <= day and (edition.valid_to is None or day <= edition.valid_to):
            return edition
    raise NotFound(
        f"目录中没有 {day} 执行的行业分类版本；最早为 {editions()[0].valid_from} 起的"
        f" {editions()[0].zh}。",
        f"No edition of the industry classification in the catalogue was in force on {day}; the"
        f" first is {editions()[0].id}, from {editions()[0].valid_from}.",
    )


def industries_on(day: date, edition: str, as_of: AsOf = None) -> pl.DataFrame:
    """Every class of an edition that is registered or filed, as it stands in the edition of a day.

    Args:
        day: the day asked about.
        edition: the edition in which the codes are written (``2011``).
        as_of: as known at a moment; now by default.

    Returns:
        ``code``, ``name``; ``to_code``, ``to_name``, ``partial``, ``basis``, ``trust``: null
        where nobody can tell. A class that was divided has several rows.
    """
    wanted = edition_on(day).id
    own, other = _classes(edition, as_of), _classes(wanted, as_of)
    if wanted == edition:
        return own.select(
            "code", "name", to_code="code", to_name="name", partial=False,
            basis=pl.lit("same_edition"), trust=pl.lit(None, pl.String),
        )  # fmt: skip
    filed = _concordance(edition, wanted, as_of).join(
        other.select(to_code="code", _listed="name"), on="to_code", how="left"
    )
    filed = filed.with_columns(to_name=pl.coalesce("_listed", "to_name")).drop("_listed")
    same = (
        own.join(filed, on="code", how="anti")
        .join(other, on=["code", "name"], how="semi")
        .select("code", to_code="code", to_name="name", partial=False, basis=pl.lit("same_name"),
                trust=pl.lit("derived"))
    )  # fmt: skip
    known = pl.concat([filed.select(same.columns), same])
    unlisted = filed.join(own, on="code", how="anti").select("code", name=pl.lit(None, pl.String))
    every = pl.concat([own, unlisted.unique(maintain_order=True)])
    return every.join(known, on="code", how="left", maintain_order="left_right")


def industry_on(code: str, edition: str, day: date, as_of: AsOf = None) -> Translation:
    """What a code of an edition is in the edition of a day; :func:`industries_on` for many.

    Raises:
        NotFound: the edition is registered and has no such code.
    """
    wanted = edition_on(day).id
    bare = code[1:] if len(code) > 1 and code[0].isalpha() else code
    every = industries_on(day, edition, as_of)
    rows = every.filter(pl.col("code") == bare)
    if not rows.height and every["name"].is_not_null().any():
        raise NotFound(
            f"{edition} 版国民经济行业分类没有代码 {code}。请核对代码与版本。",
            f"Edition {edition} has no class {code}. Check the code and its edition.",
        )
    found = rows.drop_nulls("to_code").select("to_code", "to_name", "partial", "basis", "trust")
    classes = tuple(
        Counterpart(to, name or "", partial, basis, trust or "")
        for to, name, partial, basis, trust in found.iter_rows()
    )
    if wanted == edition and not classes:
        classes = (Counterpart(bare, "", False, "same_edition"),)  # no list says its name
    return Translation(wanted, classes, None if classes else _missing(bare, edition, wanted))


def _missing(code: str, edition: str, wanted: str) -> Message:
    return Message(
        f"{edition} 版的 {code} 在 {wanted} 版中是哪一类，无法判断：没有同码同名的类别，"
        "也没有对照记录。请导入两版的行业分类表和新旧行业对照表。",
        f"What {code} of {edition} is in {wanted} cannot be told: no class has its code and name,"
        " and no concordance was filed. Import both lists of classes and the concordance.",
    )


def _classes(edition: str, as_of: AsOf) -> pl.DataFrame:
    rows = registers.read("industry_classes", as_of, ["industry_code", "edition", "name"])
    bare = pl.col("industry_code").str.replace(_PREFIX, "$1")
    return rows.filter(pl.col("edition") == edition).select(code=bare, name="name").sort("code")


def _concordance(edition: str, wanted: str, as_of: AsOf) -> pl.DataFrame:
    """Filed rows between two editions, read in the direction asked for.

    Read backward, a class put together of several is only a part of each.
    """
    rows = registers.read("industry_concordance", as_of)
    forward = edition < wanted
    own, other = ("from", "to") if forward else ("to", "from")
    rows = rows.filter(
        pl.col(f"{own}_edition") == edition, pl.col(f"{other}_edition") == wanted
    ).select(
        code=f"{own}_code",
        to_code=f"{other}_code",
        to_name=f"{other}_name",
        _partial="partial",
        trust="trust",
    )
    several = pl.len().over("code") > 1
    shared = pl.len().over("to_code") > 1
    partial = pl.col("_partial").fill_null(False) | several | shared
    basis = pl.lit("concordance")
    return rows.select(
        "code", "to_code", "to_name", partial=partial, basis=basis, trust="trust"
    ).sort("code", "to_code")
