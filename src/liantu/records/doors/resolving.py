"""Rows that name a record and do not give its code, or give one that cannot be right.

Exports of tax, power and land offices often know firms by name only. What the name means is not
for the door to say: it asks a :class:`Resolver`, writes in what is sure, holds what is doubtful
for a person, and sends back what nobody knows. Each row is told what was done and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from liantu.errors import Message
from liantu.records.doors.grid import ROW
from liantu.records.doors.problems import Log
from liantu.records.doors.rules import Severity, door_rules
from liantu.records.identity import credit_code
from liantu.records.tables.declared import Column, Table

ANSWERS: dict[str, pl.DataType] = {
    "at": pl.UInt32(),
    "decision": pl.String(),
    "key": pl.String(),
    "key_name": pl.String(),
    "score": pl.Float64(),
    "reason": pl.String(),
    "reason_en": pl.String(),
    "by": pl.String(),
}
"""One row a candidate, the best first for each ``at`` (position of what was asked).

``decision`` is ``same`` (at most one an ``at``), ``review`` or ``near``; ``by`` names the person
who decided, empty where the rules did.
"""
HELD: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "register": pl.String(),
    "name": pl.String(),
    "code": pl.String(),
    "key": pl.String(),
    "key_name": pl.String(),
    "score": pl.Float64(),
    "reason": pl.String(),
    "reason_en": pl.String(),
}
"""Rows that wait for a person, one a candidate; ``code`` as the file wrote it, empty where none."""
EVIDENCE = ("area_code", "industry_code", "former_names")
"""Columns of a register's own files that help to tell its records apart."""


class Resolver(Protocol):
    """Tells which record of one register a name means."""

    @property
    def register(self) -> str:
        """Id of the register whose keys are filled in."""

    def __call__(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Answers (:data:`ANSWERS`) for rows of ``name``, ``code`` and perhaps evidence."""


@dataclass
class Resolution:
    """What came of the rows without a code."""

    frame: pl.DataFrame
    """All rows, with the codes that were filled in."""
    filled: frozenset[str] = frozenset()
    """Columns that the file lacks and that names were resolved for."""
    named: dict[str, pl.Series] = field(default_factory=dict)
    """Column of a name → rows whose code was found by it."""
    held: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HELD))
    remarks: list[Message] = field(default_factory=list)

    @property
    def unnamed(self) -> pl.DataFrame:
        """The frame without the names by which codes were found: those are not judged again."""
        return self.frame.with_columns(
            pl.when(pl.col(ROW).is_in(rows.implode()))
            .then(None)
            .otherwise(pl.col(name))
            .alias(name)
            for name, rows in self.named.items()
        )


def resolvable(table: Table, resolver: Resolver | None) -> dict[str, Column]:
    """Column of a code → column of the name that can stand in for it."""
    if resolver is None:
        return {}
    found = {
        column.name: named
        for column, target in table.references
        if target == resolver.register
        for named in table.columns
        if named.names == column.name
    }
    if table.id == resolver.register and len(table.key) == 1 and "name" in table.by_name:
        found[table.key[0]] = table["name"]
    return found


def resolve_references(
    frame: pl.DataFrame,
    table: Table,
    given: frozenset[str],
    resolver: Resolver | None,
    log: Log,
) -> Resolution:
    """Fill in the codes of rows that only have a name; note what was done with each.

    Args:
        frame: typed rows with their numbers.
        given: columns that the file has.
    """
    done = Resolution(frame)
    for code, named in resolvable(table, resolver).items():
        # A column that need not be there and is not: its cells stay as they are stored.
        said = code in given or table[code].required
        if resolver is not None and said and named.name in given:
            _resolve(done, table, table[code], named, given, resolver, log)
    return done


def _resolve(done: Resolution, table: Table, code: Column, named: Column,
             given: frozenset[str], resolver: Resolver, log: Log) -> None:  # fmt: skip
    if code.name not in given:
        done.filled |= {code.name}
    open_rows = _open(done.frame, code, named)
    if not open_rows.height:
        return
    own = table.id == resolver.register
    evidence = [name for name in EVIDENCE if own and name in given]
    asked = open_rows.select(
        ROW,
        pl.col(named.name).alias("name"),
        pl.col(code.name).fill_null("").alias("code"),
        *evidence,
    )
    what = [name for name in asked.columns if name != ROW]
    unique = asked.select(what).unique(maintain_order=True).with_row_index("at")
    answers = resolver(unique.drop("at")).select(pl.col(n).cast(t) for n, t in ANSWERS.items())
    rows = asked.join(unique, on=what, how="left", nulls_equal=True, maintain_order="left")
    best = rows.join(_chosen(answers), on="at", how="left", maintain_order="left")
    same = best.filter(pl.col("decision") == "same")
    _fill(done, code, named, same, own=own)
    log.each("resolved", named, same[ROW], same["name"], same.select(_SAID), severity="warning")
    held = best.filter(pl.col("decision") == "review")
    waits: Severity = "error" if code.required else "warning"
    log.each("review", code, held[ROW], held["name"], held.select(_SAID), severity=waits)
    candidates = answers.filter(pl.col("decision") == "review").drop("decision", "by")
    done.held = pl.concat([
        done.held,
        held.select(ROW, "name", "code", "at").join(candidates, on="at", maintain_order="left")
        .with_columns(register=pl.lit(resolver.register))
        .select(pl.col(ROW).alias("row").cast(pl.UInt32), *list(HELD)[1:]),
    ])  # fmt: skip
    words = door_rules().resolution
    unknown = best.filter(pl.col("decision").is_null()).with_columns(
        pl.col("near_zh").fill_null(words.nobody.zh), pl.col("near_en").fill_null(words.nobody.en)
    )
    if code.required and own:
        # A register's own file brings new records: one with a wrong code is told so and no more.
        bare = unknown.filter(pl.col("code") == "")
        log.each("uncoded", code, bare[ROW], bare["name"], bare.select(_SAID))
    elif code.required:
        log.each("unresolved", code, unknown[ROW], unknown["name"], unknown.select(_SAID))
    done.remarks += list(_remarks(named, same.height, held.height, unknown.height))


_SAID = (
    "near_zh",
    "near_en",
    "key",
    "key_name",
    "points",
    "reason",
    "reason_en",
    "who_zh",
    "who_en",
)


def _open(frame: pl.DataFrame, code: Column, named: Column) -> pl.DataFrame:
    """Rows with a name and no code that can be right."""
    codes = frame[code.name]
    if code.check == "credit_code":
        known = codes.drop_nulls().unique()
        wrong = codes.is_in(known.filter(~credit_code.valid(known)).implode()).fill_null(False)
    else:
        wrong = pl.Series([False]).new_from_index(0, len(codes))
    return frame.filter((codes.is_null() | wrong) & (frame[named.name].is_not_null()))


def _chosen(answers: pl.DataFrame) -> pl.DataFrame:
    """One row for each question: what was decided, and the candidates named in its message."""
    words = door_rules().resolution
    points = (pl.col("score") * 100).round(0).cast(pl.Int64).cast(pl.String)
    worded = answers.with_columns(
        points=points + "%",
        near_zh=pl.format("{}（{}，{}）", "key_name", "key", points + "%"),
        near_en=pl.format("{} ({}, {})", "key_name", "key", points + "%"),
    )
    near = worded.group_by("at", maintain_order=True).agg(
        pl.col("near_zh").head(words.named).str.join("、"),
        pl.col("near_en").head(words.named).str.join(", "),
    )
    first = worded.filter(pl.col("decision") != "near").unique("at", keep="first").drop(
        "near_zh", "near_en"
    )  # fmt: skip
    by_rules = pl.col("by") == ""
    return near.join(first, on="at", how="left").with_columns(
        who_zh=pl.when(by_rules).then(pl.lit(words.rules.zh)).otherwise("by"),
        who_en=pl.when(by_rules).then(pl.lit(words.rules.en)).otherwise("by"),
    )


def _fill(done: Resolution, code: Column, named: Column, same: pl.DataFrame, *, own: bool) -> None:
    """Write the codes in; in a register's own file the registered name too.

    A name that was recognised by its likeness is no news of a change of name.
    """
    found = same.select(ROW, _key="key", _name="key_name")
    frame = done.frame.join(found, on=ROW, how="left", maintain_order="left")
    columns = {code.name: pl.coalesce("_key", code.name)}
    if own:
        columns[named.name] = pl.coalesce("_name", named.name)
    else:
        done.named[named.name] = same[ROW]
    done.frame = frame.with_columns(**columns).drop("_key", "_name")


def _remarks(named: Column, same: int, held: int, unknown: int) -> Iterator[Message]:
    words = door_rules().resolution
    for count, said in ((same, words.same), (held, words.held), (unknown, words.unknown)):
        if count:
            yield Message(
                said.zh.format(count=count, name=named.zh),
                said.en.format(count=count, name=named.name),
            )
