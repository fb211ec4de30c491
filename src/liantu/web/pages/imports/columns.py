"""The step of matching: headers of a file, columns of a table, units, and values for the whole.

What a person leaves as the door matched it is matched by the door again; only what was changed is
kept, so that a better catalogue serves old sources too.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from liantu.errors import LiantuError, Message, UsageError
from liantu.records import intake
from liantu.records.doors import Mapping, Match, Sketch, sketch
from liantu.records.doors.resolving import resolvable
from liantu.records.doors.rules import fold
from liantu.records.identity.registered import firm_resolver
from liantu.records.tables.declared import Column, Table, table
from liantu.web.pages.imports.rules import upload_rules
from liantu.web.pages.imports.signature import typed
from liantu.web.pages.imports.uploads import Upload

_LONGEST = 200


@dataclass(frozen=True)
class Heading:
    """One header of the file in the form."""

    at: int
    header: str
    column: str
    unit: str
    how: str
    """As :attr:`Match.how`; ``hand`` where this import's reader chose."""
    samples: tuple[str, ...]
    twice: bool
    """Another column has the same header: the two cannot be told apart."""
    numeric: bool
    """Does it, or may it, hold figures? Then they have a unit."""


@dataclass(frozen=True)
class Matching:
    """All that the form shows."""

    table: Table
    headings: tuple[Heading, ...]
    rows: int
    header_row: int
    missing: tuple[Column, ...]
    """Required columns that neither a header nor a value for the whole file gives."""
    needed: tuple[Column, ...]
    """Columns without a header that mostly have one value for the whole file, or have one now."""
    optional: tuple[Column, ...]
    """The other columns without a header."""
    fill: dict[str, str]
    remarks: tuple[Message, ...]

    @property
    def found(self) -> int:
        """Headers that mean a column."""
        return sum(1 for heading in self.headings if heading.column)

    @property
    def left(self) -> tuple[Heading, ...]:
        """Headers that are left aside, other than those of our own files."""
        return tuple(h for h in self.headings if not h.column and h.how != "own")


def matching(upload: Upload) -> Matching:
    """The headers of a file as matched so far.

    Raises:
        NotFound, UnreadableInput: the file is no table.
    """
    state = upload.state
    declared = table(state.table)
    mapping = known_mapping(upload)
    found = sketch(
        upload.path, declared.id, mapping, sheet=state.sheet, samples=upload_rules().samples
    )
    by_hand = {fold(match.header) for match in state.matches}
    given = {match.column for match in found.matches if match.column}
    by_name = {
        code for code, named in resolvable(declared, firm_resolver()).items() if named.name in given
    }
    free = [c for c in declared.columns if c.name not in given | by_name]
    fill = {**mapping.fill, **state.fill}
    return Matching(
        table=declared,
        headings=tuple(_headings(found, by_hand)),
        rows=found.rows,
        header_row=found.header_row,
        missing=tuple(c for c in found.missing if c.name not in by_name | fill.keys()),
        needed=tuple(c for c in free if _is_needed(c, fill)),
        optional=tuple(c for c in free if not _is_needed(c, fill)),
        fill=fill,
        remarks=found.remarks,
    )


def _is_needed(column: Column, fill: MappingOf[str, str]) -> bool:
    return column.required or column.type == "period" or column.name in fill


def known_mapping(upload: Upload) -> Mapping:
    """What was matched by hand now, before what is kept of the source."""
    state = upload.state
    kept = intake.mapping_of(state.source, state.table) if state.source else None
    matches = {fold(m.header): m for m in (kept.matches if kept else ())}
    matches |= {fold(m.header): m for m in state.matches}
    return Mapping(
        state.table, tuple(matches.values()), state.source, dict(kept.fill if kept else {})
    )


def _headings(found: Sketch, by_hand: set[str]) -> list[Heading]:
    twice = {fold(header) for header in found.doubled}
    return [
        Heading(
            at,
            match.header,
            match.column,
            match.unit or "",
            "hand" if fold(match.header) in by_hand else match.how,
            found.samples[at],
            fold(match.header) in twice,
            not match.column or found.table[match.column].numeric,
        )
        for at, match in enumerate(found.matches)
        if match.header
    ]


def read_form(
    form: MappingOf[str, str], shown: Matching
) -> tuple[tuple[Match, ...], dict[str, str]]:
    """What a person changed in the form, and the values for the whole file.

    Raises:
        UsageError: a column or unit that does not exist; all are named.
    """
    problems: list[Message] = []
    matches: dict[str, Match] = {}
    for heading in shown.headings:
        column = typed(form, f"c{heading.at}", heading.column)
        unit = typed(form, f"u{heading.at}", heading.unit)[:_LONGEST]
        changed = (column, unit) != (heading.column, heading.unit)
        if heading.how != "hand" and not changed:
            continue
        try:
            matches[fold(heading.header)] = _match(shown.table, heading, column, unit)
        except LiantuError as error:
            problems.append(error.message)
    said = {c.name: typed(form, f"f-{c.name}")[:_LONGEST] for c in shown.table.columns}
    fill = {name: text for name, text in said.items() if text}
    if problems:
        raise UsageError(
            " ".join(problem.zh for problem in problems),
            " ".join(problem.en for problem in problems),
        )
    return tuple(matches.values()), fill


def _match(declared: Table, heading: Heading, name: str, unit: str) -> Match:
    if not name:
        return Match(heading.header, "")
    column = declared[name]
    if not column.numeric or not unit:
        return Match(heading.header, name)
    column.factor(unit)
    return Match(heading.header, name, unit)


def units_of(declared: Table) -> list[str]:
    """Units that figures of a table are likely to stand in, for the list behind the fields."""
    said = [unit for c in declared.columns if c.numeric for unit in (c.shown_unit, c.unit) if unit]
    money = ["元", "万元", "亿元"] if any(c.type == "money" for c in declared.columns) else []
    return list(dict.fromkeys([*money, *said]))
