"""One row of an import to an observation, or to the list of what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from liantu.errors import InvalidPeriod, InvalidQuantity
from liantu.quantity.period import Period, parse_period
from liantu.quantity.unit import Unit, parse_unit
from liantu.records.figures.cells import Log, Problem, address, name, number, prose
from liantu.records.figures.indicators import load_indicators
from liantu.records.figures.judgement import judge
from liantu.records.figures.matching import NoMatch, read_brackets
from liantu.records.figures.notes import measured, published, read_note
from liantu.records.figures.observation import Observation, SourceRef
from liantu.records.figures.rules import observation_rules

COLUMNS = (
    "indicator",
    "area",
    "period",
    "value",
    "unit",
    "source_title",
    "source_url",
    "note",
    "trust",
)
"""Columns of the import and of every export, in their order."""

Cells = dict[str, str]


@dataclass(frozen=True)
class Interpreted:
    """An observation, or problems; warnings stand beside either."""

    observation: Observation | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def interpret(cells: Cells, row: int) -> Interpreted:
    """Check every cell of a row, then read it; all problems are collected."""
    log = Log()
    said = name("indicator", cells["indicator"], log)
    area = name("area", cells["area"], log)
    period = _period(cells["period"], log)
    value = number(cells["value"], log)
    unit = _unit(cells["unit"], log)
    trust = _trust(cells["trust"], log)
    title = _title(cells["source_title"], log)
    url = _url(cells["source_url"], trust, log)
    note = prose("note", cells["note"], log)
    if log.problems or period is None or unit is None:
        return Interpreted(None, tuple(log.problems), tuple(log.warnings))
    source = SourceRef(title, url, trust, published(title))
    observation = _observation(said, area, period, value, unit, source, note, row)
    judge(observation, unit, log)
    return Interpreted(
        None if log.problems else observation, tuple(log.problems), tuple(log.warnings)
    )


def _observation(
    said: str,
    area: str,
    period: Period,
    value: str,
    unit: Unit,
    source: SourceRef,
    note: str,
    row: int,
) -> Observation:
    bracket = read_brackets(said)
    reading = read_note(note, bracket.status, source.trust)
    bound, qualifier = measured(value, unit, reading.qualifier)
    found = load_indicators().match(said, unit=unit.written, area=area)
    if isinstance(found, NoMatch) and found.why == "unit":
        found = load_indicators().match(said, area=area)  # judged, and refused, as its own
    indicator = None if isinstance(found, NoMatch) else found.indicator
    written = (said, area, period.written, value, unit.written)
    marked = (*written, source.title, source.url, note, source.trust)
    return Observation(
        id=f"o{_hash(marked)[:12]}",
        indicator=indicator.id if indicator else "",
        name=said,
        scope=indicator.scope if indicator else bracket.scope,
        area=area,
        period=period,
        value=float(value),
        unit=unit.written,
        measured=bound,
        qualifier=qualifier,
        status=reading.status,
        source=source,
        note=note,
        row=row,
        break_before=reading.break_before,
        written=value,
        definition=reading.definition,
        not_comparable=reading.caveat,
        unmapped=found.reason if isinstance(found, NoMatch) else "",
    )


def cells_of(observation: Observation) -> Cells:
    """The row that :func:`interpret` reads back into the same observation."""
    return {
        "indicator": observation.name,
        "area": observation.area,
        "period": observation.period.written or observation.period.label,
        "value": observation.written or repr(observation.value),
        "unit": observation.unit,
        "source_title": observation.source.title,
        "source_url": observation.source.url,
        "note": observation.note,
        "trust": observation.source.trust,
    }


def fingerprint(observation: Observation) -> str:
    """SHA-256 of all nine cells: two rows alike in everything are one row."""
    return _hash(tuple(cells_of(observation).values()))


def meaning(observation: Observation) -> str:
    """SHA-256 of what the row says, its remarks aside.

    Two rows of one source that give one figure the same qualifier, status and definition say
    the same, though their notes are worded differently. The plan's own figures are one source.
    """
    source = observation.source
    note = read_note(observation.note, read_brackets(observation.name).status, source.trust)
    return _hash(
        (
            observation.name,
            observation.area,
            observation.period.code,
            observation.written,
            observation.unit,
            *(("", "") if observation.status == "plan" else (source.title, source.url)),
            source.trust,
            observation.qualifier,
            repr(observation.measured),
            note.status,
            note.definition,
            str(bool(note.break_before)),
            str(bool(note.caveat)),
        )
    )


def _hash(cells: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()


def _period(cell: str, log: Log) -> Period | None:
    text = name("period", cell, log)
    if not text:
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2}.*)?", text):
        log.problem(
            "period",
            f"期间“{text}”是电子表格自动改成的日期。请把该列设为文本，写成 2025年6月 之类",
            f"The period “{text}” was turned into a date by the spreadsheet. Format the column"
            " as text and write the like of 2025年6月",
        )
        return None
    try:
        return _read_period(text)
    except InvalidPeriod as error:
        log.problems.append(Problem("period", error.message))
        return None


_read_period = lru_cache(maxsize=65536)(parse_period)


def _unit(cell: str, log: Log) -> Unit | None:
    try:
        return parse_unit(cell.strip())
    except InvalidQuantity as error:
        log.problems.append(Problem("unit", error.message))
        return None


def _trust(cell: str, log: Log) -> str:
    rules = observation_rules()
    text = cell.strip()
    trust = rules.trust_words.get(text, text)
    if trust in rules.trust_order:
        return trust
    listed = "、".join([*rules.trust_order, *rules.trust_words])
    log.problem(
        "trust",
        f"可信度“{text[:20]}”无法识别。应为 {listed} 之一。请改正",
        f"The trust “{text[:20]}” is unknown. Expected one of {listed}. Mend it",
    )
    return ""


def _title(cell: str, log: Log) -> str:
    title = prose("source_title", cell, log)
    if not cell.strip():
        log.problem(
            "source_title",
            "来源标题为空。每个数据都须注明来源。请补上文件或报道的标题",
            "The source's title is empty. Every figure needs its source. Add the title of the"
            " document or report",
        )
    return title


def _url(cell: str, trust: str, log: Log) -> str:
    """A row that repeats the plan names no address."""
    if trust == "plan" and cell.strip() in observation_rules().plan_sources:
        return ""
    return address(cell, log)
