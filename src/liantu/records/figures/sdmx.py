"""Published figures as SDMX-CSV 2.0, for offices of statistics, and back.

One row a figure: the dimensions by which it is told apart, its value, and as attributes all that
the nine columns of the import say, letter for letter, so that the door reads the file back into
the same figures. Two sources that disagree are two rows; ``OBS_SOURCE`` tells them apart.
Source: SDMX-CSV field guide of the SDMX technical working group, version 2.0.0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from liantu.quantity.period import Period
from liantu.records.figures.cells import neutral
from liantu.records.figures.interpret import cells_of
from liantu.records.figures.observation import Observation, Status
from liantu.records.figures.table import TextRow, TextTable

MEDIA = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
STRUCTURE = ("dataflow", "LIANTU:OBSERVATIONS(1.0.0)", "I")
"""Kind of structure, structure, action: information."""
_HEAD = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
_KEY = ("FREQ", "REF_AREA", "INDICATOR", "OBS_SOURCE", "TIME_PERIOD")
_ATTRIBUTES = ("OBS_STATUS", "QUALIFIER", "PUBLISHED", "SCOPE")
WRITTEN = {
    "indicator": "INDICATOR_TEXT",
    "area": "AREA_TEXT",
    "period": "PERIOD_TEXT",
    "value": "OBS_VALUE",
    "unit": "UNIT_MEASURE",
    "source_title": "SOURCE_TITLE",
    "source_url": "SOURCE_URL",
    "note": "NOTE",
    "trust": "TRUST",
}
"""Columns of the import → where their texts stand."""
_MEASURED = ("OBS_VALUE", "UNIT_MEASURE")
_TEXTS = tuple(name for name in WRITTEN.values() if name not in _MEASURED)
HEADER = (*_HEAD, *_KEY, *_MEASURED, *_ATTRIBUTES, *_TEXTS)
_FREQUENCY = {"year": "A", "half": "S", "quarter": "Q", "month": "M"}
_OTHER = "_O"
_STATUS: dict[Status, str] = {
    "final": "A", "preliminary": "P", "forecast": "F", "plan": "T", "target": "T",
}  # fmt: skip
"""CL_OBS_STATUS; it has no code for what a plan says, ``T`` is ours."""
UNMAPPED = "_U"
"""Indicator of a figure whose name no catalogue entry knows."""


def write_sdmx(observations: Iterable[Observation], codes: Mapping[str, str]) -> str:
    """The figures as SDMX-CSV.

    Args:
        codes: name of an area → its code; an area without one is named.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for one in observations:
        cells = {WRITTEN[name]: cell for name, cell in cells_of(one).items()}
        cells |= dict(zip(_HEAD, STRUCTURE, strict=True))
        cells |= {
            "FREQ": frequency(one.period),
            "REF_AREA": codes.get(one.area, one.area),
            "INDICATOR": one.indicator or UNMAPPED,
            "OBS_SOURCE": one.id,
            "TIME_PERIOD": time_period(one.period),
            "OBS_STATUS": _STATUS[one.status],
            "QUALIFIER": one.qualifier,
            "PUBLISHED": one.source.published,
            "SCOPE": "；".join(one.scope),
        }
        writer.writerow([neutral(cells[name]) for name in HEADER])
    return text.getvalue()


def frequency(period: Period) -> str:
    """Code of CL_FREQ; what is neither year, half-year, quarter nor month is ``_O``."""
    return _FREQUENCY.get(period.kind, _OTHER)


def time_period(period: Period) -> str:
    """The period in the time formats of SDMX; a stretch as its first day and its length."""
    year, month = period.end.year, period.end.month
    return {
        "year": f"{year}",
        "half": f"{year}-S{1 if month == 6 else 2}",
        "quarter": f"{year}-Q{month // 3}",
        "month": f"{year}-{month:02d}",
        "moment": period.end.isoformat(),
    }.get(period.kind, f"{period.start.isoformat()}/P{period.months}M")


def as_written(table: TextTable) -> TextTable:
    """A table of SDMX-CSV as the nine columns of the import; another table as it is."""
    heads = [cell.strip() for cell in table.header]
    if tuple(heads[: len(_HEAD)]) != _HEAD:
        return table
    at = {name: heads.index(head) for name, head in WRITTEN.items() if head in heads}
    rows = tuple(
        TextRow(
            row.row,
            row.line,
            tuple(row.cells[place] if place < len(row.cells) else "" for place in at.values()),
            frozenset(number for number, place in enumerate(at.values()) if place in row.formulas),
        )
        for row in table.rows
    )
    return TextTable(tuple(at), rows, table.remarks)
