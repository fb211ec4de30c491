"""Candidates for the concordance of two editions of the industry classification.

The standard's own table of old and new classes is not at hand; both editions' lists of codes and
names are facts. From them follows what can be said without it: a class of the same code and name
is the same, a class whose name stands under another code has moved. Of the others nothing is
said: they are left to a person, with the classes that carry their code today beside them.

What is derived is filed only after somebody has looked (``basis``, ``trust``). Residual classes
(其他…) keep their name while what is left to them changes; they are graded lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from liantu.errors import NothingToCompute, UsageError
from liantu.records import registers
from liantu.records.industries import editions, load_editions
from liantu.records.registers import AsOf
from liantu.records.tables.declared import table

_TABLE = "industry_concordance"
_PREFIX = r"^[A-T](\d{2,4})$"


@dataclass(frozen=True)
class Candidates:
    """What follows from two lists of classes.

    ``rows`` has the columns of ``industry_concordance``; ``left`` is what nothing follows for:
    ``code``, ``name``, ``level`` and, where the newer edition uses the code, ``now`` (its name
    there). ``filed`` classes were in the concordance already and are in neither.
    """

    rows: pl.DataFrame
    left: pl.DataFrame
    filed: int

    @property
    def counts(self) -> list[dict[str, Any]]:
        """Rows by basis and trust, and what is left, for classes and for all levels."""
        parts = self.rows.group_by("basis", "trust", maintain_order=True).agg(
            _CLASSES.alias("classes"), pl.len().alias("all")
        )
        open_ = self.left.select(
            pl.lit("").alias("basis"), pl.lit("unverified").alias("trust"),
            (pl.col("level") == _CLASS).sum().alias("classes"), pl.len().alias("all"),
        )  # fmt: skip
        return [*parts.to_dicts(), *open_.to_dicts()]


_CLASS = 4
_CLASSES = (pl.col("from_code").str.len_chars() == _CLASS).sum()


def candidates(older: str, newer: str, as_of: AsOf = None) -> Candidates:
    """Derive what the two lists say.

    Args:
        older, newer: editions (``2011``, ``2017``) whose classes are registered.
        as_of: as known at a moment; now by default.

    Raises:
        UsageError: not two known editions, the older first.
        NothingToCompute: the classes of one of them are not registered.
    """
    known = [edition.id for edition in editions()]
    if older not in known or newer not in known or known.index(older) >= known.index(newer):
        raise UsageError(
            f"应给出两个版本，旧版在前：{'、'.join(known)}。所给为 {older[:20]}、{newer[:20]}。",
            f"Give two editions, the older first, of {', '.join(known)}; found {older[:20]} and"
            f" {newer[:20]}.",
        )
    old, new = _classes(older, as_of), _classes(newer, as_of)
    filed = registers.read(_TABLE, as_of).filter(
        pl.col("from_edition") == older, pl.col("to_edition") == newer
    )
    asked = old.join(filed.select(code="from_code"), on="code", how="anti", maintain_order="left")
    same = asked.join(new, on=["code", "level", "name"], how="semi", maintain_order="left")
    same = same.with_columns(to_code="code", basis=pl.lit("same_code_and_name"))
    moved = _moved(asked, new, same)
    found = pl.concat([same, moved.select(same.columns)]).sort("code")
    left = asked.join(found, on="code", how="anti", maintain_order="left")
    left = left.join(new.select("code", now="name"), on="code", how="left", maintain_order="left")
    return Candidates(_as_rows(found, older, newer), left, old.height - asked.height)


def _classes(edition: str, as_of: AsOf) -> pl.DataFrame:
    rows = registers.read("industry_classes", as_of, ["industry_code", "edition", "name", "level"])
    bare = pl.col("industry_code").str.replace(_PREFIX, "$1")
    found = rows.filter(pl.col("edition") == edition).select("name", "level", code=bare)
    if found.is_empty():
        raise NothingToCompute(
            f"台账中没有 {edition} 版的行业分类，无从比对。请先导入该版国民经济行业分类。",
            f"The classes of edition {edition} are not registered; there is nothing to compare."
            " Import that edition's industry classes first.",
        )
    return found.unique("code", keep="first").sort("code")


def _moved(asked: pl.DataFrame, new: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Classes whose name stands once at their level in either edition, under another code."""
    rest = asked.join(same, on="code", how="anti", maintain_order="left")
    free = new.join(same, on=["code", "level"], how="anti")
    once = pl.col("name").is_unique().over("level")
    ends = free.filter(once).select("name", "level", to_code="code")
    return rest.filter(once).join(ends, on=["name", "level"], how="inner").with_columns(
        basis=pl.lit("same_name")
    )  # fmt: skip


def _as_rows(found: pl.DataFrame, older: str, newer: str) -> pl.DataFrame:
    declared = table(_TABLE)
    residual = pl.any_horizontal(
        pl.lit(value=False), *(pl.col("name").str.contains(w, literal=True) for w in _residual())
    )
    unsure = pl.lit("unverified")
    rows = found.select(
        from_edition=pl.lit(older), from_code="code", from_name="name",
        to_edition=pl.lit(newer), to_code="to_code", to_name="name",
        basis="basis", trust=pl.when(residual).then(unsure).otherwise(pl.lit("derived")),
    )  # fmt: skip
    return rows.select(name for name in declared.by_name if name in rows.columns)


def _residual() -> tuple[str, ...]:
    return load_editions().residual
