"""Mappings kept by source: what the headers of an office's export mean, matched once.

Kept is what people decided; headers that the catalogue knows are matched anew each time, so
that a better catalogue serves old sources too. The period of one file is never kept for the
next.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from liantu.errors import NotFound, UsageError
from liantu.records import access
from liantu.records.doors.mapping import Mapping, Match
from liantu.records.doors.writing import write_whole
from liantu.records.models import SavedMapping
from liantu.records.moments import moment_of, take_turn
from liantu.records.tables.declared import Table, table

_LONGEST = 100
_WHOSE = "›"
"""Between the scopes of an office and the name of its source."""


@dataclass(frozen=True)
class KeptMapping:
    """A mapping in force, with who kept it and when."""

    mapping: Mapping
    version: int
    by: str
    saved_at: datetime

    @property
    def table(self) -> Table:
        """The table that the source is read as."""
        return table(self.mapping.table)


def _ours(source: str) -> str:
    """The name of a source as kept: what an office keeps of its sources serves that office only."""
    if access.reach() is None:
        return source.strip()
    return f"{access.filed_in().strip()}{_WHOSE}{source.strip()}"


def mappings(source: str = "", as_of: str | None = None) -> list[KeptMapping]:
    """Mappings in force, of one source or of all, by source and table.

    Args:
        as_of: a batch, or an ISO day or time: those in force then; now by default.

    Raises:
        NotFound, UsageError: ``as_of`` names no batch, or is no date.
    """
    moment = moment_of(as_of)
    rows = SavedMapping.objects.all()
    if access.reach() is not None:
        rows = rows.filter(source__startswith=_ours(""))
    if source:
        rows = rows.filter(source=_ours(source))
    if moment is not None:
        rows = rows.filter(saved_at__lte=moment)
    latest = {(row.source, row.table): row for row in rows}
    return [_kept(row) for row in latest.values() if not row.forgotten]


def mapping_of(source: str, table_id: str) -> Mapping | None:
    """What is kept of a source for a table; None where nothing is."""
    row = _latest(source, table_id)
    return None if row is None or row.forgotten else _kept(row).mapping


def history_of(source: str, table_id: str) -> list[KeptMapping]:
    """All versions, oldest first; those that say that the mapping ended too."""
    return [_kept(row) for row in SavedMapping.objects.filter(source=_ours(source), table=table_id)]


def remember(source: str, mapping: Mapping, by: str) -> int:
    """Keep what people decided about the headers of a source; the version in force.

    Kept are matches made by hand (``how`` empty or ``mapping``) and filled columns other than
    the period. What equals the version in force makes no new one; decisions about headers that
    this mapping does not name stand.

    Raises:
        UsageError: no name of a source.
        NotFound: a column that the table does not have.
    """
    access.require("import", "file")
    source = source.strip()
    if not source or len(source) > _LONGEST:
        raise UsageError(
            f"来源名称应为 1 至 {_LONGEST} 个字，如“税务月报”。",
            f"A source is named in 1 to {_LONGEST} characters, e.g. 税务月报.",
        )
    declared = table(mapping.table)
    with transaction.atomic():
        take_turn()
        before = _latest(source, declared.id)
        standing = before if before is not None and not before.forgotten else None
        matches = _decided(mapping, declared, standing)
        fill = dict(standing.fill) if standing else {}
        fill |= {n: v for n, v in mapping.fill.items() if declared[n].type != "period"}
        if standing and (standing.matches, standing.fill) == (matches, fill):
            return int(standing.version)
        if not (standing or matches or fill):
            return int(before.version) if before else 0
        version = int(before.version) + 1 if before else 1
        _add(source, declared.id, version, by, matches=matches, fill=fill)
    return version


def forget(source: str, table_id: str, by: str) -> None:
    """End a mapping: the source is read by the catalogue alone from now on. Versions stay.

    Raises:
        NotFound: nothing is kept of the source for the table.
    """
    if access.reach() is None:
        access.require("remember")
    access.require("import", "file")
    with transaction.atomic():
        take_turn()
        before = _latest(source, table_id)
        if before is None or before.forgotten:
            raise _none_kept(source, table_id)
        _add(source, table_id, int(before.version) + 1, by, matches=[], fill={}, forgotten=True)


def write_mapping(source: str, table_id: str, path: Path, as_of: str | None = None) -> None:
    """Write a kept mapping as JSON, to be looked at, changed and given to an import.

    Args:
        as_of: as :func:`mappings`.

    Raises:
        NotFound: nothing is kept of the source for the table, or was not by then.
    """
    wanted = table(table_id).id
    kept = [each for each in mappings(source.strip(), as_of) if each.mapping.table == wanted]
    if not source.strip() or not kept:
        raise _none_kept(source, table_id)
    write_whole(path, kept[0].mapping.to_json().encode())


def with_matches(mapping: Mapping | None, more: Mapping) -> Mapping:
    """A mapping with further matches, which stand before its own."""
    if mapping is None:
        return more
    matches = {match.header: match for match in (*mapping.matches, *more.matches)}
    return Mapping(mapping.table, tuple(matches.values()), mapping.source, mapping.fill)


def _none_kept(source: str, table_id: str) -> NotFound:
    known = "、".join(f"{m.mapping.source} → {m.table.id}" for m in mappings()) or "无"
    return NotFound(
        f"没有来源“{source}”对表 {table_id} 的列对应关系。已保存的有：{known}。",
        f"No mapping of source {source!r} for table {table_id} is kept. Kept: {known}.",
    )


def _latest(source: str, table_id: str) -> SavedMapping | None:
    return SavedMapping.objects.filter(source=_ours(source), table=table_id).last()


def _add(source: str, table_id: str, version: int, by: str, **more: object) -> None:
    SavedMapping.objects.create(
        source=_ours(source), table=table_id, version=version, by=by[:_LONGEST],
        saved_at=timezone.now(), **more,
    )  # fmt: skip


def _decided(
    mapping: Mapping, declared: Table, standing: SavedMapping | None
) -> list[dict[str, str | None]]:
    kept = {match["header"]: match for match in (standing.matches if standing else [])}
    for match in mapping.matches:
        if match.header and match.how in ("", "mapping"):
            if match.column:
                declared[match.column]
            kept[match.header] = {
                "header": match.header, "column": match.column, "unit": match.unit,
            }  # fmt: skip
    return list(kept.values())


def _kept(row: SavedMapping) -> KeptMapping:
    matches: list[MappingOf[str, str]] = row.matches
    mapping = Mapping(
        row.table,
        tuple(Match(m["header"], m["column"], m["unit"], "mapping") for m in matches),
        row.source if access.reach() is None else row.source.removeprefix(_ours("")),
        dict(row.fill),
    )
    return KeptMapping(mapping, row.version, row.by, timezone.localtime(row.saved_at))
