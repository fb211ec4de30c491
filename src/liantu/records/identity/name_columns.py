"""Splits whole columns of firm names: what :func:`.firm_name.split_name` does, in bulk."""

from __future__ import annotations

import polars as pl

from liantu.records.identity.firm_name import Split, fold, is_telling, key, plain_key, split
from liantu.records.identity.lexicon import simplifying
from liantu.records.identity.places import Places, catalogue_places

COLUMNS: dict[str, pl.DataType] = {
    "whole_key": pl.String(),
    "core_key": pl.String(),
    "industry": pl.String(),
    "trade": pl.String(),
    "area": pl.String(),
    "form_kind": pl.String(),
    "group": pl.Boolean(),
    "branch": pl.String(),
    "telling": pl.Boolean(),
    "other_names": pl.String(),
}
"""Columns of :func:`split_names`."""


def split_names(names: pl.Series, places: Places | None = None) -> pl.DataFrame:
    """Split a column of names.

    Args:
        names: (row,) text; null counts as the empty name.
    Returns:
        (row,) with :data:`COLUMNS`: the whole name, with its areas by code wherever they stand,
        and its core in comparable spelling; the telling words of the industry put together,
        and all between core and form; the code of the area named last; form, group, branch,
        telling; former and other names, separated by semicolons.
    """
    filled = names.cast(pl.String).fill_null("")
    unique = filled.unique(maintain_order=True)
    table = _table(unique.to_list(), places or catalogue_places()).with_columns(name=unique)
    return filled.to_frame("name").join(
        table, on="name", how="left", maintain_order="left"
    ).drop("name")  # fmt: skip


def _table(names: list[str], places: Places) -> pl.DataFrame:
    texts = [fold(name) for name in names]
    # One long text is simplified far quicker than many short ones; a folded name has no line ends.
    shadows = "\n".join(texts).translate(simplifying()).split("\n") if texts else []
    columns: tuple[list[object], ...] = tuple([] for _ in COLUMNS)
    add = [column.append for column in columns]
    cores: dict[str, tuple[str, bool]] = {}
    for text, shadow in zip(texts, shadows, strict=True):
        cuts = split(text, places, shadow)
        core = cuts.stem[cuts.area : cuts.core]
        known = cores.get(core)
        if known is None:
            known = cores[core] = (plain_key(core) or core, is_telling(core))
        whole, group, branch, others = _whole(cuts)
        add[0](whole)
        add[1](known[0] or key(text))
        add[2]("".join(cuts.words))
        add[3](plain_key(cuts.stem[cuts.core : cuts.industry]))
        add[4](cuts.area_codes[-1] if cuts.area_codes else "")
        add[5](cuts.form_kind)
        add[6](group)
        add[7](branch)
        add[8](known[1])
        add[9](";".join(others))
    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=kind)
            for (name, kind), values in zip(COLUMNS.items(), columns, strict=True)
        ]
    )


def _whole(cuts: Split) -> tuple[str, bool, str, list[str]]:
    """The whole name in comparable spelling, is it a group, its branch, its other names."""
    stem, area_codes = cuts.stem, cuts.area_codes
    group, branch = cuts.group > cuts.industry, stem[cuts.form :]
    said = stem[cuts.area : cuts.industry]
    others: list[str] = []
    for aside in cuts.asides:
        if aside.kind == "remark":
            said += aside.said
        elif aside.kind == "branch":
            branch += aside.said
        elif aside.kind == "group":
            group = True
        elif aside.kind in ("former", "other_name"):
            others.append(aside.said)
    if len(area_codes) == 1:
        areas = area_codes[0]
    else:
        areas = "@".join(sorted(area_codes)) if area_codes else stem[: cuts.area]
    return f"{plain_key(said)}@{cuts.form_kind}@{group}@{branch}@{areas}", group, branch, others
