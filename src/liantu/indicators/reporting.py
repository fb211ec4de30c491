"""Values as rows for people: names of measures and groups, units, absences in words."""

from __future__ import annotations

from typing import Any

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.groups import group_names
from liantu.indicators.inputs import Inputs
from liantu.indicators.values import Absence, Values

ABSENCES = {
    Absence.NOT_DUE.value: ("未到期", "not due"),
    Absence.NOT_REPORTED.value: ("未报", "not reported"),
    Absence.SUPPRESSED.value: ("不公开", "suppressed"),
    Absence.NOT_APPLICABLE.value: ("不适用", "not applicable"),
}
_DIGITS = 12


def as_rows(values: Values, catalogue: Catalogue, inputs: Inputs) -> list[dict[str, Any]]:
    """Rows in order; groups by name with their code beside it (``district``, ``district_code``).

    Values are rounded to twelve figures: what follows is of the arithmetic, not of the records.
    """
    names = {name: group_names(catalogue.dimensions[name], inputs) for name in values.dimensions}
    rows = []
    for said in values.frame.iter_rows(named=True):
        measure = catalogue.measures[said["measure"]]
        row: dict[str, Any] = {
            "measure": measure.id, "zh": measure.zh, "en": measure.en, "period": said["period"],
        }  # fmt: skip
        for name in values.dimensions:
            code = said[name]
            row[name] = "" if code is None else names[name].get(code, (code, code))[0]
            row[f"{name}_code"] = code
        value = said["value"]
        row |= {
            "value": None if value is None else float(f"{value:.{_DIGITS}g}"),
            "unit": measure.unit,
            "units": said["units"], "expected": said["expected"], "coverage": said["coverage"],
            "absence": ABSENCES[said["absence"]][0] if said["absence"] else "",
            "absence_code": said["absence"] or "",
            "flagged": said["flagged"], "broken": said["broken"],
        }  # fmt: skip
        rows.append(row)
    return rows
