"""The records behind a value: which units made it, and their rows as far as one's scope reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from liantu.errors import UsageError
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.duck import DuckEngine
from liantu.indicators.inputs import Inputs
from liantu.indicators.planning import Pass, closure, members_of, passes
from liantu.indicators.time import span
from liantu.records.tables.declared import Table, load_tables


@dataclass(frozen=True)
class Behind:
    """Rows behind a value.

    ``rows`` are the rows of ``table`` that whoever acts may read, by unit and period, the first
    ``limit`` of them; ``found`` is how many there are, ``units`` how many units made the value,
    ``within`` how many of these are within the scope.
    """

    table: Table
    rows: pl.DataFrame
    found: int
    units: int
    within: int


def units_behind(
    catalogue: Catalogue, inputs: Inputs, measure: str, period: str, group: Mapping[str, str]
) -> tuple[Pass, list[str]]:
    """The units that a value was made of, of the whole city, and the pass that made it.

    Args:
        measure: one over records; of a derived one ask for those that it names.
        group: dimension → group; empty for the whole city.

    Raises:
        NotFound, UsageError: unknown, derived, or not computed in that way.
    """
    declared = catalogue[measure]
    compiled = catalogue.compiled.get(measure)
    if compiled is None or compiled.derived is not None:
        named = "、".join(compiled.derived.inputs) if compiled and compiled.derived else "—"
        raise UsageError(
            f"度量“{declared.zh}”由其他度量算得，没有自己的记录。请查看 {named}。",
            f"Measure {measure} is computed from other measures and has no records of its own. Ask"
            f" for {named}.",
        )
    wanted = closure(catalogue, [measure], [span(period)], [tuple(group)])
    planned = passes(catalogue, wanted)
    if not planned:
        raise UsageError(
            f"度量“{declared.zh}”不按这样的期间与分组计算。",
            f"Measure {measure} is not computed by this period and these groups.",
        )
    with DuckEngine(inputs, catalogue) as engine:
        return planned[0], engine.open([planned[0].table]).units(planned[0], group)


def records_behind(
    catalogue: Catalogue, measure: str, period: str, group: Mapping[str, str],
    as_of: str | None = None, *, limit: int = 200,
) -> Behind:  # fmt: skip
    """Rows of the ledger and the lake behind a value, within the scope of whoever acts.

    The units are found in the whole city; their rows are read through the doors of the records,
    which give whoever acts their own and nothing else.

    Raises:
        SignInNeeded, Refused: nobody acts, or none of their roles reads.
        NotFound, UsageError: as :func:`units_behind`.
    """
    from liantu.indicators.ledger import from_ledger, tables_of
    from liantu.records import lake, registers

    wanted = passes(catalogue, closure(catalogue, [measure], [span(period)], [tuple(group)]))
    inputs = from_ledger(tables_of(catalogue, wanted), as_of)
    one, units = units_behind(catalogue, inputs, measure, period, group)
    declared = load_tables()[one.table]
    key = declared.entity[0]
    codes = pl.DataFrame({key: [*units, *_merged_into(inputs, declared, units)]},
                         schema={key: pl.String()})  # fmt: skip
    if declared.grain:
        members = [member for member, _ in members_of(one)]
        rows = (
            lake.read(declared, as_of)
            .filter(pl.col(str(declared.period)).is_in(members))
            .join(codes.lazy(), on=key, how="semi")
            .collect()
        )
    else:
        names = [column.name for column in declared.columns if column.type != "geometry"]
        rows = registers.read(declared.id, as_of, names).join(codes, on=key, how="semi")
    ordered = rows.sort(list(declared.key))
    return Behind(declared, ordered.head(limit), rows.height, len(units), rows[key].n_unique())


def _merged_into(inputs: Inputs, declared: Table, units: list[str]) -> list[str]:
    """Codes that were merged into the units: under them older rows may stand."""
    ends = inputs.merged.get(declared[declared.entity[0]].references, {})
    kept = set(units)
    return [code for code, end in ends.items() if end in kept]
