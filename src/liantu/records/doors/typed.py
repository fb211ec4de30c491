"""Cells of text to values of declared types, a whole column at a time.

What reads plainly is cast at once; the odd spellings left over are read one by one, each
distinct spelling once. What cannot be read is noted and comes back as null.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import shapely

from liantu.errors import LiantuError
from liantu.quantity.numeral import parse_number
from liantu.quantity.period import Period, parse_period
from liantu.quantity.unit import parse_unit
from liantu.records.doors.marks import CONTROL, HIDDEN, NEUTRAL, TURNED
from liantu.records.doors.problems import Log
from liantu.records.doors.rules import door_rules, fold
from liantu.records.identity import credit_code
from liantu.records.tables.declared import Column, Grain

_NOTHING = object()
"""The parser's word for “this cannot be read”."""
_GROUPED = r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$"
_FORMULA = r"^[=@＝＠]|^[+＋\-－]\s*[A-Za-z_(（=@$]"
_COLLECTION = shapely.GeometryType.GEOMETRYCOLLECTION
_BLANKS = " \t\r\n\v\f\u3000\u00a0\u2003\u2002\u2009\ufeff"
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d")
_TIME_OF_DAY = r"(?i)[t\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s?z|\s?[+-]\d{2}:?\d{2})?$|t$"
_EXAMPLES: dict[Grain, str] = {"month": "2025-03", "quarter": "2025Q1", "year": "2025"}
_GRAINS: dict[Grain, str] = {"month": "月份", "quarter": "季度", "year": "年份"}


def read_column(
    cells: pl.Series, column: Column, unit: str | None, grain: Grain | None, rows: pl.Series,
    log: Log, *, typed: bool = False,
) -> pl.Series:  # fmt: skip
    """Values of one column in its stored unit; problems go into ``log``.

    Args:
        cells: (row,) as found, text or already typed (parquet).
        unit: unit of the figures; None where the column holds none.
        rows: (row,) numbers of the rows, for messages.
        typed: the file has types, so that a text in it is a text and cannot be a formula.
    """
    if cells.dtype != pl.String:
        found = _already_typed(cells, column, grain, rows, log)
        if found is not None:
            return _scaled(found, column, unit, rows, log) if column.numeric else found
        cells = cells.cast(pl.String)
    trimmed = cells.str.strip_chars(_BLANKS)
    text = trimmed.set((trimmed == "").fill_null(False), None)
    text = _without_errors(text, column, rows, log)
    if column.type in ("code", "reference", "period", "date"):
        text = _visible(text)
        text = text.set(_absent(text), None)
    if typed and column.type == "text":
        return _fitting(text, column, rows, log)
    if column.type == "period":
        return _period(text, column, rows, log, grain or "year")
    if column.numeric:
        return _scaled(_number(text, column, unit, rows, log), column, unit, rows, log)
    return _READERS.get(column.type, _text)(text, column, rows, log)


def _without_errors(text: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    """What a spreadsheet writes where a formula failed is no text, whatever the format."""
    marked = text.str.starts_with("#").fill_null(False)
    if not marked.any():
        return text
    failed = marked & text.str.to_uppercase().is_in(list(door_rules().error_words))
    log.where("unread", column, failed, rows, text)
    return text.set(failed, None)


def _visible(text: pl.Series) -> pl.Series:
    """Codes and periods without marks that nobody sees; in a code they make two of one."""
    hidden = text.str.contains(HIDDEN).fill_null(False)
    if not hidden.any():
        return text
    shown = text.filter(hidden).str.replace_all(HIDDEN, "").str.strip_chars(_BLANKS)
    return text.scatter(hidden.arg_true(), shown.set(shown == "", None))


def _absent(text: pl.Series) -> pl.Series:
    """Does the cell say that there is nothing to say (—, 无, N/A)?

    A dash that was sent back bears the mark of a text that could run as a formula.
    """
    words = door_rules().absent
    longest = 1 + max(len(word.encode()) for word in words)
    short = (text.str.len_bytes() <= longest).fill_null(False)
    if not short.any():
        return short
    said = text.filter(short).str.replace(NEUTRAL, "$1").str.to_lowercase().is_in(list(words))
    return short.scatter(short.arg_true(), said)


def _already_typed(
    cells: pl.Series, column: Column, grain: Grain | None, rows: pl.Series, log: Log
) -> pl.Series | None:
    """Values of a typed file that need no reading; None where they must be read as text."""
    kind = cells.dtype
    if kind == pl.Null:
        return pl.Series(cells.name, [None] * len(cells), dtype=column.dtype)
    if column.numeric and kind.is_numeric():
        numbers = cells.cast(pl.Float64)
        wild = ~numbers.is_finite()
        log.where("not_number", column, wild, rows, cells, unit=_unit(column))
        return numbers.set(wild.fill_null(False), None)
    if column.type == "boolean" and kind == pl.Boolean:
        return cells
    if column.type == "date" and isinstance(kind, pl.Date | pl.Datetime):
        # The day on the clock of the file's own zone, as a person there wrote it.
        return cells if isinstance(kind, pl.Date) else cells.dt.date()
    return None


# Figures ------------------------------------------------------------------------------------


def _number(
    text: pl.Series, column: Column, unit: str | None, rows: pl.Series, log: Log
) -> pl.Series:
    """Figures in ``unit``; a cell that says its own unit is brought to it."""
    values = text.cast(pl.Float64, strict=False)
    odd = text.is_not_null() & values.is_null()
    if odd.any():
        values = _with_odd(values, text, odd, lambda cells: _plain_numbers(cells, column, unit))
    wild = text.is_not_null() & (values.is_null() | ~values.is_finite())
    if not wild.any():
        return values
    values = values.set(wild.fill_null(False), None)
    wild = wild & ~_absent(text)
    formula = wild & text.str.contains(_FORMULA)
    log.where("formula", column, formula, rows, text)
    log.where("not_number", column, wild & ~formula, rows, text, unit=_unit(column))
    return values


def _plain_numbers(cells: pl.Series, column: Column, unit: str | None) -> pl.Series:
    """Odd spellings: full-width, grouped, with a unit or 万 behind the figure."""
    folded = cells.str.normalize("NFKC").str.replace_all(r"[\s−]", "").str.replace("^'", "")
    folded = pl.select(
        pl.when(cells.str.contains("−")).then(pl.lit("-") + folded).otherwise(folded)
    ).to_series()
    grouped = folded.str.contains(_GROUPED)
    plain = folded.str.replace_all(",", "")
    values = pl.select(
        pl.when(grouped | ~folded.str.contains(",")).then(plain).otherwise(None)
    ).to_series().cast(pl.Float64, strict=False)  # fmt: skip
    here = 1.0 if unit is None else column.factor(unit)
    if column.type == "share":
        percent = plain.str.strip_suffix("%").cast(pl.Float64, strict=False)
        values = pl.select(
            pl.when(plain.str.ends_with("%") & (grouped | ~folded.str.contains(",")))
            .then((percent / 100 / here).round(12))
            .otherwise(values)
        ).to_series()
    left = values.is_null()
    if left.any():
        read = _distinct(folded.filter(left), lambda text: _with_unit(text, column, here))
        values = values.scatter(left.arg_true(), read.cast(pl.Float64))
    return values


def _with_unit(text: str, column: Column, here: float) -> Any:
    """``1200万元``, ``12%``, ``1.2万``: only where the cell itself says the unit.

    ``here`` is the unit of the column in the file, in the stored unit.
    """
    found = re.fullmatch(r"([-+]?[\d.,]+)(\D+)", text)
    if not found:
        return _NOTHING
    try:
        value = parse_number(found[1].lstrip("+"))
        unit = parse_unit(found[2])
        if unit.dimension == "count" and column.type == "money":
            return _NOTHING  # 1.2万 of what? The header may already say 万元.
        return value * column.factor(found[2]) / here
    except LiantuError:
        return _NOTHING


def _scaled(
    values: pl.Series, column: Column, unit: str | None, rows: pl.Series, log: Log
) -> pl.Series:
    """Figures in the stored unit; what decimal fractions lose in binary is rounded away."""
    factor = 1.0 if unit is None else column.factor(unit)
    if factor != 1.0:
        digits = 6 if factor > 1 else 12
        exact = values * factor
        values = pl.select(
            pl.when(exact.abs() < 1e9).then(exact.round(digits)).otherwise(exact)
        ).to_series()
        endless = values.is_infinite().fill_null(False)
        log.where("not_number", column, endless, rows, exact / factor, unit=_unit(column))
        values = values.set(endless, None)
    return values


def whole(values: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    """Floats of an integer column as integers; fractions are noted."""
    broken = (values != values.round(0)) | (values.abs() > 2**53)
    log.where("not_whole", column, broken.fill_null(False), rows, values, unit=_unit(column))
    return values.set(broken.fill_null(False), None).cast(pl.Int64)


# Time ---------------------------------------------------------------------------------------


def _date(text: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    values = text.str.to_date(_DATES[0], strict=False)
    odd = text.is_not_null() & (values.is_null() | (text.str.len_chars() != 10))
    if odd.any():
        values = values.set(odd, None)
        values = _with_odd(values, text, odd, lambda cells: _distinct(cells, _one_date))
    wrong = text.is_not_null() & values.is_null()
    log.where("not_date", column, wrong, rows, text)
    return values


def _one_date(text: str) -> Any:
    text = re.sub(_TIME_OF_DAY, "", text)
    try:
        return parse_period(text).end if _says_day(text) else _day(text)
    except LiantuError:
        return _NOTHING


def _says_day(text: str) -> bool:
    return re.fullmatch(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?", fold(text)) is not None


def _day(text: str) -> Any:
    folded = fold(text)
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", folded)
    if not found or (folded.isdigit() and len(folded) != 8):
        return _NOTHING
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return _NOTHING


def _period(text: pl.Series, column: Column, rows: pl.Series, log: Log, grain: Grain) -> pl.Series:
    values = _distinct(text, lambda cell: one_period(cell, grain))
    wrong = text.is_not_null() & values.is_null()
    log.where("not_period", column, wrong, rows, text,
              grain=_GRAINS[grain], example=_EXAMPLES[grain])  # fmt: skip
    return values.cast(pl.String)


def one_period(text: str, grain: Grain) -> Any:
    """Short code of a period of ``grain``, however written."""
    folded = fold(text)
    folded = re.sub(r"(t?00:00(:00)?)$|\.0$", "", folded)
    folded = re.sub(r"^(\d{4})(\d{2})$", r"\1-\2", folded)
    folded = re.sub(r"^(\d{4})[./](\d{1,2})$", r"\1-\2", folded)
    try:
        period = parse_period(folded)
    except LiantuError:
        return _NOTHING
    if period.kind == "moment":
        period = _ending(period, grain)
    return period_code(period) if period.kind == grain else _NOTHING


def _ending(moment: Period, grain: Grain) -> Period:
    """The period of ``grain`` that ends on a day, or the month that begins on it."""
    day = moment.end
    texts = {
        "month": f"{day.year}-{day.month}",
        "quarter": f"{day.year}Q{(day.month + 2) // 3}",
        "year": f"{day.year}",
    }
    whole_period = parse_period(texts[grain])
    begins_month = grain == "month" and day == whole_period.start
    return whole_period if day == whole_period.end or begins_month else moment


def period_code(period: Period) -> str:
    """``2025``, ``2025Q1`` or ``2025-03``: sorts within its grain."""
    end = period.end
    if period.kind == "year":
        return f"{end.year}"
    if period.kind == "quarter":
        return f"{end.year}Q{end.month // 3}"
    return f"{end.year}-{end.month:02}"


# Words --------------------------------------------------------------------------------------


def _boolean(text: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    words = dict.fromkeys(map(fold, door_rules().true_words), True)
    words |= dict.fromkeys(map(fold, door_rules().false_words), False)
    values = _distinct(text, lambda cell: words.get(fold(cell), _NOTHING))
    log.where("not_boolean", column, text.is_not_null() & values.is_null(), rows, text)
    return values.cast(pl.Boolean)


def _enum(text: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    words = {
        fold(said): choice.code
        for choice in reversed(column.choices)
        for said in (*choice.aliases, choice.en, choice.zh, choice.code)
    }
    values = _distinct(text, lambda cell: words.get(fold(cell), _NOTHING))
    shown = "、".join(choice.zh for choice in column.choices)
    wrong = text.is_not_null() & values.is_null()
    wrong = wrong & ~text.str.to_lowercase().is_in(list(door_rules().absent))
    log.where("not_choice", column, wrong, rows, text, choices=shown)
    return values.cast(pl.String)


def _code(text: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    """Codes are folded to half-width and capitals; letters and digits only are compared."""
    cleaned = _text(text, column, rows, log)
    odd = cleaned.str.contains(r"[^\x21-\x7e]").fill_null(False)
    if odd.any():
        cleaned = _with_odd(cleaned, cleaned, odd, lambda cells: cells.str.normalize("NFKC")
                            .str.replace_all(r"\s", ""))  # fmt: skip
    return credit_code.normalised(cleaned) if column.check == "credit_code" else cleaned


def _text(text: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    formula = text.str.contains(_FORMULA).fill_null(False)
    log.where("formula", column, formula, rows, text)
    return _fitting(text, column, rows, log).str.replace(NEUTRAL, "$1")


def _fitting(text: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    """Text short enough and without control characters."""
    limit = door_rules().limits.text
    too_long = (
        (text.str.len_chars() > limit) | text.str.contains(CONTROL) | text.str.contains(TURNED)
    )
    log.where("too_long", column, too_long.fill_null(False), rows, text, limit=limit)
    return text


def _geometry(text: pl.Series, column: Column, rows: pl.Series, log: Log) -> pl.Series:
    """GeoJSON whose every corner lies on the globe; projected coordinates do not."""
    given = text.is_not_null()
    short = (text.str.len_chars() <= door_rules().limits.geometry).fill_null(False)
    shapes = shapely.from_geojson(text.set(~short, None).to_numpy(), on_invalid="ignore")
    west, south, east, north = shapely.bounds(shapes).T
    on_globe = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    kinds = shapely.get_type_id(shapes)
    valid = pl.Series(on_globe & (kinds >= 0) & (kinds < _COLLECTION))
    log.where("not_geometry", column, given & ~valid, rows, text)
    return text


# Odd spellings ------------------------------------------------------------------------------


def _with_odd(
    values: pl.Series, text: pl.Series, odd: pl.Series, read: Callable[[pl.Series], pl.Series]
) -> pl.Series:
    """``values`` with the odd ones read apart."""
    return values.scatter(odd.arg_true(), read(text.filter(odd)).cast(values.dtype))


def _distinct(cells: pl.Series, parse: Callable[[str], Any]) -> pl.Series:
    """Each distinct spelling read once; beyond the limit they are not read at all."""
    spellings = cells.drop_nulls().unique()
    known: list[str] = []
    values: list[Any] = []
    for spelling in spellings.head(door_rules().limits.distinct):
        value = parse(spelling)
        if value is not _NOTHING:
            known.append(spelling)
            values.append(value)
    if not known:
        return pl.Series(cells.name, [None] * len(cells), dtype=pl.Null)
    table = pl.DataFrame({"said": known, "value": values})
    joined = (
        cells.rename("said").to_frame().join(table, on="said", how="left", maintain_order="left")
    )
    return joined["value"]


def _unit(column: Column) -> str:
    return column.written_unit or "无"


_READERS: dict[str, Callable[[pl.Series, Column, pl.Series, Log], pl.Series]] = {
    "date": _date,
    "boolean": _boolean,
    "enum": _enum,
    "code": _code,
    "reference": _code,
    "geometry": _geometry,
    "text": _text,
}
