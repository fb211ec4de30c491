"""Values kept: one file a period and question, named by the rules and the inputs they were made of.

``<home>/values/<period>/<question>-<inputs>.parquet`` and a note ``.json`` beside it. The note is
written last and makes the file part of what is kept, so a crash leaves a file that nobody reads. A
period is computed again only where a rule or an input of it has changed; older states stay. What is
kept can always be computed again, so that backups leave it out.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from liantu.errors import Message
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import compute
from liantu.indicators.expecting import place
from liantu.indicators.inputs import Inputs, Stored
from liantu.indicators.ledger import frame_digest, from_ledger, tables_of
from liantu.indicators.planning import Pass, closure, members_of, paired, passes
from liantu.indicators.time import Span, span
from liantu.indicators.values import WHOLE, Grouping, Values
from liantu.records.lake.folder import write_whole
from liantu.records.tables.declared import load_tables

_SHORT = 20
_REMOVED = ("，已清除，需要时重新计算。", "; removed, and computed again when asked for.")
_LEFT = (
    "。可用 liantu data check --fix 清除后重算。",
    ". Remove it with liantu data check --fix; it is computed again.",
)


@dataclass(frozen=True)
class Kept:
    """Values of one period, as they are kept."""

    period: str
    rows: int
    path: Path
    new: bool
    """Was it computed now? Else neither its rules nor its inputs have changed."""


def values_folder() -> Path:
    """Where values are kept, which need not exist yet."""
    return Path(settings.HOME) / "values"


def keep(
    catalogue: Catalogue, measures: Sequence[str], periods: Sequence[str | Span],
    by: Sequence[Grouping] = (WHOLE,), as_of: str | None = None,
) -> list[Kept]:  # fmt: skip
    """Compute and keep what is not kept yet.

    Raises:
        as :func:`liantu.indicators.ledger.compute_now`; StorageFailed: it cannot be written.
    """
    spans = [span(one) if isinstance(one, str) else one for one in periods]
    planned = {one: passes(catalogue, closure(catalogue, measures, [one], by)) for one in spans}
    every = [each for some in planned.values() for each in some]
    inputs = from_ledger(tables_of(catalogue, every), as_of)
    registers = _registers(inputs)
    question = _question(catalogue, measures, by)
    paths = {
        one: _path(one, question, _stamp(one, planned[one], inputs, registers)) for one in spans
    }
    open_ = [one for one in spans if not _noted(paths[one])]
    found = compute(catalogue, inputs, measures, open_, by, leading=True) if open_ else None
    kept = []
    for one in spans:
        new = found is not None and one in open_
        if new and found is not None:
            frame = found.frame.filter(pl.col("period") == one.code)
            said = {"period": one.code, "measures": sorted(measures), "by": [list(g) for g in by],
                    "rules": catalogue.digest(measures), "vintage": as_of or "",
                    "day": str(inputs.day)}  # fmt: skip
            _write(paths[one], frame, said)
        kept.append(Kept(one.code, int(_note(paths[one])["rows"]), paths[one], new))
    return kept


def read_kept(kept: Sequence[Kept]) -> Values:
    """Values that were kept, of the whole city; for :func:`liantu.indicators.showing.shown`."""
    frames = [pl.read_parquet(one.path) for one in kept]
    dimensions = tuple(_note(kept[0].path)["dimensions"]) if kept else ()
    return Values(pl.concat(frames), dimensions)


# Names ---------------------------------------------------------------------------------------


def _question(catalogue: Catalogue, measures: Sequence[str], by: Sequence[Grouping]) -> str:
    said = [sorted(measures), sorted(list(one) for one in by), catalogue.digest(measures)]
    return _digest(json.dumps(said))


def _stamp(one: Span, planned: Sequence[Pass], inputs: Inputs, registers: str) -> str:
    """Names the inputs that a period reads: files with rows of it, who was expected, registers."""
    told = [registers]
    for each in planned:
        table = load_tables()[each.table]
        source = inputs.sources.get(each.table)
        before = tuple(p.back() for p in each.periods)
        periods = each.periods
        if any(paired(compiled) for compiled in each.measures):
            periods = tuple(dict.fromkeys((*periods, *before)))
        wide = Pass(each.table, each.kind, each.measures, each.groupings, periods, each.carry)
        members = sorted({member for member, _ in members_of(wide)})
        if isinstance(source, Stored):
            files = [file.sha256 for file in source.files if set(members) & set(file.periods)]
            told += [each.table, *files]
        if table.grain and each.table in inputs.expected and members:
            told.append(_expected(inputs.expected[each.table], table.grain, members))
        # Until all returns are due, time itself can change why there is no value.
        early = (inputs.day - one.end).days <= (table.due_days or 0)
        told.append(str(inputs.day) if early else "due")
    return _digest("\n".join(told))


def _expected(frame: pl.DataFrame, grain: str, members: Sequence[str]) -> str:
    """Who is expected within some periods; what lies beyond them does not matter."""
    bounds = pl.DataFrame({"from": [members[0]], "to": [members[-1]]}).select(
        place(pl.col("from"), grain), place(pl.col("to"), grain)
    )
    low, high = bounds.row(0)
    clipped = frame.select(
        "entity",
        first=place(pl.col("first"), grain).clip(lower_bound=low),
        last=place(pl.col("last"), grain).clip(upper_bound=high),
    ).filter(pl.col("first") <= pl.col("last"))
    return frame_digest(clipped)


def _registers(inputs: Inputs) -> str:
    told = [
        f"{name} {frame_digest(source)}"
        for name, source in sorted(inputs.sources.items())
        if isinstance(source, pl.DataFrame)
    ]
    ends = sorted((name, sorted(codes.items())) for name, codes in inputs.merged.items())
    return _digest("\n".join([*told, str(ends)]))


def _path(one: Span, question: str, stamp: str) -> Path:
    return values_folder() / one.code / f"{question[:_SHORT]}-{stamp[:_SHORT]}.parquet"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# Files ---------------------------------------------------------------------------------------


def _write(path: Path, frame: pl.DataFrame, said: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, statistics=True)
    content = buffer.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    dimensions = [name for one in said["by"] for name in one]
    ordered = [name for name in frame.columns if name in dimensions]
    note = {
        **said, "dimensions": ordered, "rows": frame.height, "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(), "made_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    write_whole(_noted_at(path), json.dumps(note, ensure_ascii=False, indent=1).encode())


def _noted_at(path: Path) -> Path:
    return path.with_suffix(".json")


def _noted(path: Path) -> bool:
    return _noted_at(path).is_file() and path.is_file()


def _note(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_noted_at(path).read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class ValueDefect:
    """A file of kept values that is not as it was written."""

    kind: str
    """orphan, missing or damaged, as of files of the lake."""
    name: str
    message: Message
    removed: bool


def check_kept(*, fix: bool = False) -> list[ValueDefect]:
    """Hold every kept file against its note.

    Args:
        fix: remove what is not sound; it is computed again when it is asked for.
    """
    folder = values_folder()
    return list(_defects(folder, fix)) if folder.is_dir() else []


def _defects(folder: Path, fix: bool) -> Iterator[ValueDefect]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".parquet", ".part") and not _noted_at(path).is_file():
            yield _defect("orphan", path, folder, fix, "中断的计算留下的文件",
                          "left over from a computation that was cut off")  # fmt: skip
        if path.suffix != ".json":
            continue
        values, why = path.with_suffix(".parquet"), ""
        try:
            note = json.loads(path.read_text(encoding="utf-8"))
            content = values.read_bytes()
            if hashlib.sha256(content).hexdigest() != note["sha256"]:
                why = "damaged"
        except FileNotFoundError:
            why = "missing"
        except (ValueError, KeyError, UnicodeDecodeError):
            why = "damaged"
        if why:
            yield _defect(why, path, folder, fix, "度量值文件与其说明不符",
                          "a file of values is not as its note says")  # fmt: skip


def _defect(kind: str, path: Path, folder: Path, fix: bool, zh: str, en: str) -> ValueDefect:
    name = f"values/{path.relative_to(folder).as_posix()}"
    if fix:
        _noted_at(path).unlink(missing_ok=True)
        path.with_suffix(".parquet").unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    end = _REMOVED if fix else _LEFT
    return ValueDefect(kind, name, Message(f"{name}：{zh}{end[0]}", f"{name}: {en}{end[1]}"), fix)
