"""What of computed values may be published: the one place where disclosure control is applied.

All values that leave the house together (an edition, an export) are controlled together. Of every
measure that adds up, sensitive groups are found in every period; a group that is hidden is hidden
in all periods, so that no sum of months and no growth rate gives it back; further groups are
hidden until no sum over groups does. Measures that are made of others are hidden where any of
those is.

It does not protect one publication against another that holds other tables of the same records:
what is published of one vintage belongs into one call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlglot import exp

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.disclosure_rules import covered, disclosure_rules
from liantu.indicators.formula import function_of
from liantu.indicators.groups import group_map
from liantu.indicators.inputs import Inputs
from liantu.indicators.primitives import Collector, leading
from liantu.indicators.values import Absence, Values
from liantu.methods.disclosure import Cells, Dimension, cells_of, protect, sensitivity

NEVER = ("units", "expected", "flagged", "top1", "top2")
"""Not published of any row: the leading unit's share times the value is its figure, and numbers of
units would give hidden counts back."""
Parents = Mapping[str, Mapping[str, str]]
_ROUNDS = 12


def published(values: Values, catalogue: Catalogue, parents: Parents | None = None) -> Values:
    """The values as anybody may see them; hidden ones are ``suppressed``.

    Args:
        values: all that is published together, with units and shares of the leading ones.
        parents: dimension → group → the group above it, as dimension:group; see
            :func:`parents_of`.
    Raises:
        ValueError: the shares of the leading units were not computed.
    """
    frame = values.frame.with_row_index("_row")
    dimensions = values.dimensions
    kept, levels = _levels(dimensions, catalogue, parents or {})
    withheld = pl.any_horizontal(
        pl.lit(value=False),
        *(pl.col(name).is_not_null() for name in dimensions if name not in kept),
    )
    names = frame["measure"].unique().to_list()
    held = pl.col("measure").is_in([name for name in names if covered(name, catalogue)])
    lost = set(frame.filter(withheld & held)["_row"].to_list())
    groups = _keys(frame, levels)
    hidden: dict[str, set[str]] = {}
    for name in dict.fromkeys(frame.filter(held)["measure"].to_list()):
        rows = groups.filter(pl.col("measure") == name, ~pl.col("_row").is_in(list(lost)))
        hidden[name] = _hidden(rows, name, catalogue, levels)
    for name in hidden:
        for other in _made_of(name, catalogue, list(hidden)):
            hidden[name] |= hidden[other]
    listed = [(name, key) for name, keys in hidden.items() for key in keys]
    shape = {"measure": pl.String(), "_key": pl.String()}
    matched = groups.join(
        pl.DataFrame(listed, schema=shape, orient="row"), on=["measure", "_key"], how="semi"
    )
    lost |= set(matched["_row"].to_list())
    return Values(_withheld(frame, lost).drop("_row"), dimensions)


def _withheld(frame: pl.DataFrame, rows: set[int]) -> pl.DataFrame:
    """The frame without what the rows tell; an absent value stays absent for its own reason."""
    hide = pl.col("_row").is_in(sorted(rows))
    told = pl.when(hide & pl.col("value").is_not_null())
    absence = told.then(pl.lit(Absence.SUPPRESSED.value)).otherwise("absence")
    return frame.with_columns(
        absence=absence,
        value=pl.when(~hide).then("value"),
        coverage=pl.when(~hide).then("coverage"),
        **{name: pl.lit(None, frame.schema[name]) for name in NEVER},
    )


def parents_of(values: Values, catalogue: Catalogue, inputs: Inputs) -> Parents:
    """Districts under their tiers, where the values are grouped by both."""
    if not {"district", "zone_tier"} <= set(values.dimensions):
        return {}
    tiers = group_map(catalogue.dimensions["zone_tier"], "areas", inputs)
    return {"district": {code: f"zone_tier:{tier}" for code, tier in tiers.drop_nulls().rows()}}


# Groups --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    """Dimensions that are levels of one hierarchy, as one column of codes."""

    names: tuple[str, ...]
    parents: Mapping[str, str]
    overlapping: bool


def _levels(
    dimensions: Sequence[str], catalogue: Catalogue, parents: Parents
) -> tuple[list[str], list[_Level]]:
    """The dimensions that can be published together, gathered into hierarchies."""
    kept: list[str] = []
    levels: list[_Level] = []
    families = [one.dimensions for one in disclosure_rules().families]
    for name in dimensions:
        family = next((one for one in families if name in one), (name,))
        present = [one for one in family if one in dimensions]
        if name != present[0]:
            continue
        together = [
            one for one in present
            if one == name or _prefixes(catalogue, name, one) or one in parents or name in parents
        ]  # fmt: skip
        kept += together
        own: dict[str, str] = {}
        for one in together:
            own |= {f"{one}:{code}": above for code, above in parents.get(one, {}).items()}
        declared = catalogue.dimensions[name]
        levels.append(_Level(tuple(together), own, declared.overlapping))
    return kept, levels


def _prefixes(catalogue: Catalogue, one: str, other: str) -> bool:
    """Are both first digits of the same code?"""
    first, second = catalogue.dimensions[one], catalogue.dimensions[other]
    return bool(first.prefix and second.prefix and first.at == second.at)


def _keys(frame: pl.DataFrame, levels: Sequence[_Level]) -> pl.DataFrame:
    """``_l0``, ``_l1`` …: the code of every hierarchy; ``_key``: all of them as one text.

    A row that is grouped by two levels of one hierarchy is in the finer one's group.
    """
    columns = []
    for number, level in enumerate(levels):
        parts = [
            pl.when(pl.col(name).is_not_null()).then(
                pl.concat_str(pl.lit(f"{name}:"), pl.col(name))
            )
            for name in reversed(level.names)
        ]
        columns.append(pl.coalesce(*parts, pl.lit(None, pl.String)).alias(f"_l{number}"))
    named = frame.with_columns(columns)
    texts = [pl.col(f"_l{number}").fill_null("\x00") for number in range(len(levels))]
    key = pl.concat_str(texts, separator="\x01") if texts else pl.lit("")
    return named.with_columns(_key=key)


def _above(codes: Sequence[str], level: _Level) -> dict[str, str]:
    """Code → the code above it: as given, or the longest shorter prefix that is there."""
    found = {}
    present = set(codes)
    for code in codes:
        name, _, bare = code.partition(":")
        given = level.parents.get(code)
        if given is not None:
            found[code] = given
            continue
        for other in reversed(level.names[: level.names.index(name)]):
            upper = [f"{other}:{bare[:length]}" for length in range(len(bare) - 1, 0, -1)]
            above = next((one for one in upper if one in present), None)
            if above is not None:
                found[code] = above
                break
    return found


# Measures ------------------------------------------------------------------------------------


def additive(name: str, catalogue: Catalogue) -> bool:
    """Do the measure's groups add up to the whole: is it one sum or one count?"""
    compiled = catalogue.compiled.get(name)
    if compiled is None or compiled.formula is None:
        return False
    tree = compiled.formula.tree
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if isinstance(tree, exp.Count):
        return not isinstance(tree.this, exp.Distinct)
    own = isinstance(tree, exp.Anonymous) and function_of(tree) == "sum_if"
    return own or isinstance(tree, (exp.Sum, exp.CountIf))


def _made_of(name: str, catalogue: Catalogue, present: Sequence[str]) -> set[str]:
    """Measures published beside it from which, together with it, another could be computed."""
    compiled = catalogue.compiled[name]
    if compiled.derived is not None:
        found = set(compiled.derived.inputs)
        for one in compiled.derived.inputs:
            found |= _made_of(one, catalogue, present)
        return found & set(present)
    if compiled.formula is None:
        return set()
    parts = {node.sql() for node in compiled.formula.tree.walk()}
    found = set()
    for other in present:
        beside = catalogue.compiled[other]
        if other == name or beside.formula is None:
            continue
        same = (beside.measure.of, beside.measure.where)
        if same == (compiled.measure.of, compiled.measure.where) and (
            beside.formula.tree.sql() in parts
        ):
            found.add(other)
    return found


def _hidden(
    rows: pl.DataFrame, name: str, catalogue: Catalogue, levels: Sequence[_Level]
) -> set[str]:
    """Groups of a measure that are hidden, in all periods."""
    known = rows.filter(pl.col("value").is_not_null(), pl.col("units").is_not_null())
    known = known.unique(["period", "_key"], keep="first", maintain_order=True)
    if not known.height:
        return set()
    counted = _counts(name, catalogue)
    _check_leading(known, name, catalogue)
    rules, (first, second) = disclosure_rules().parameters, _shares(known, counted)
    found = sensitivity(known["value"].abs(), known["units"], first, second, rules)
    sensitive = set(known.filter(pl.Series(found.sensitive))["_key"].to_list())
    if not additive(name, catalogue) or not sensitive:
        return sensitive
    hidden = set(sensitive)
    for _ in range(_ROUNDS):
        before = len(hidden)
        for _, period in known.group_by("period", maintain_order=True):
            more = _with_others(period, hidden, sensitive, levels, counted=counted)
            if more is None:
                return set(known["_key"].to_list())
            hidden |= more
        if len(hidden) == before:
            return hidden
    return set(known["_key"].to_list())


def _check_leading(known: pl.DataFrame, name: str, catalogue: Catalogue) -> None:
    """Where a measure has a sum, its leading units must be known."""
    formula = catalogue.compiled[name].formula
    if formula is None or not leading(formula.tree, None, Collector())[0]:
        return
    bare = known.filter(pl.col("top1").is_null(), pl.col("value") != 0, pl.col("units") > 0)
    if bare.height == known.height and bare.height:
        raise ValueError(f"{name}: compute with leading=True; without, dominance is not seen")


def _counts(name: str, catalogue: Catalogue) -> bool:
    compiled = catalogue.compiled[name]
    return compiled.formula is not None and isinstance(
        compiled.formula.tree, (exp.Count, exp.CountIf)
    )


def _shares(rows: pl.DataFrame, counted: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(row,) shares of the two leading units; unknown where the figure is no sum of theirs."""
    unknown = np.full(rows.height, np.nan)
    if counted:
        return unknown, unknown
    first = rows["top1"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    second = rows["top2"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return first, second


def _with_others(
    rows: pl.DataFrame, hidden: set[str], sensitive: set[str], levels: Sequence[_Level], *,
    counted: bool,
) -> set[str] | None:  # fmt: skip
    """Groups to hide so that this period's table gives none back; None: nothing helps."""
    first, second = _shares(rows, counted)
    names = {f"_l{number}": level for number, level in enumerate(levels)}
    shape = {
        column: Dimension(
            _above(rows[column].drop_nulls().unique().to_list(), level), level.overlapping
        )
        for column, level in names.items()
    }
    table = rows.select(*names, "value", "units").with_columns(
        first=pl.Series(first).fill_nan(None), second=pl.Series(second).fill_nan(None)
    )
    cells = cells_of(table, shape, negative=bool((rows["value"] < 0).any()))
    need = _need(cells, rows, sensitive, counted=counted)
    start = cells.hidden.copy()
    start[: rows.height] |= rows["_key"].is_in(list(hidden)).to_numpy()
    found = protect(replace(cells, hidden=start), need)
    if found.failed.any():
        return None
    return set(rows.filter(pl.Series(found.hidden[: rows.height]))["_key"].to_list())


def _need(
    cells: Cells, rows: pl.DataFrame, sensitive: set[str], *, counted: bool
) -> NDArray[np.float64]:
    """(cell,) how far each must blur: groups sensitive in any period, and rests of few units."""
    rules = disclosure_rules().parameters
    count, total = rows.height, len(cells.value)
    found = sensitivity(np.abs(cells.value), np.where(np.isfinite(cells.units), cells.units, 0),
                        cells.first, cells.second, rules)  # fmt: skip
    need = found.blur
    other = np.zeros(total, dtype=bool)
    other[:count] = rows["_key"].is_in(list(sensitive)).to_numpy()
    other &= cells.units > 0
    need = np.where(other, np.maximum(need, rules.protection * np.abs(cells.value)), need)
    if counted:
        need = np.where(need > 0, np.maximum(need, 1.0), 0.0)
    return need
