"""Computed values for offices of statistics: SDMX-CSV 2.0, and their structure as SDMX-ML 2.1.

One data flow holds every measure. What values are broken down by differs from measure to measure,
so the breakdown is named by two dimensions (``BREAKDOWN`` and ``GROUP``); districts and industries
stand in ``REF_AREA`` and ``INDUSTRY`` as well, where others look for them.
Source: SDMX 2.1 technical specification, section 3; SDMX-CSV field guide 2.0.0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as Tree

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.declared import UNFILLED
from liantu.indicators.time import Span, span
from liantu.indicators.values import Absence
from liantu.records.figures.cells import neutral

CSV = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
XML = "application/vnd.sdmx.structure+xml; version=2.1"
AGENCY, FLOW, VERSION = "LIANTU", "MEASURES", "1.0.0"
TOTAL, NOT_SAID = "_T", "_X"
"""The whole city; rows that do not say their group."""
_HEAD = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
DIMENSIONS: dict[str, tuple[str, str]] = {
    "FREQ": ("频率", "Frequency"),
    "REF_AREA": ("地区", "Reference area"),
    "INDICATOR": ("指标", "Indicator"),
    "INDUSTRY": ("行业", "Industry"),
    "BREAKDOWN": ("分组维度", "Dimension of the breakdown"),
    "GROUP": ("组", "Group of the breakdown"),
    "ACCUMULATION": ("当期或年初累计", "In the period, or since January"),
}
ATTRIBUTES: dict[str, tuple[str, str]] = {
    "UNIT_MEASURE": ("计量单位", "Unit of measure"),
    "OBS_STATUS": ("数值状态", "Observation status"),
    "CONF_STATUS": ("公开状态", "Confidentiality status"),
    "COVERAGE": ("覆盖率（0—1）", "Coverage, 0 to 1"),
    "UNITS": ("计入单位数", "Units that contributed"),
    "EXPECTED": ("应报单位数", "Units expected"),
    "SYNTHETIC": ("模拟数据", "Synthetic data"),
}
TIME, VALUE = "TIME_PERIOD", "OBS_VALUE"
HEADER = (*_HEAD, *DIMENSIONS, TIME, VALUE, *ATTRIBUTES)
FREQUENCIES = {"year": "A", "quarter": "Q", "month": "M", "ytd": "M"}
STATUSES = {
    "": ("A", "正常", "Normal value"),
    "broken": ("B", "口径变动", "Time series break"),
    Absence.NOT_DUE.value: ("O", "未到期", "Missing value"),
    Absence.NOT_REPORTED.value: ("L", "未报", "Missing value; data exist but were not collected"),
    Absence.SUPPRESSED.value: ("Q", "不公开", "Missing value; suppressed"),
    Absence.NOT_APPLICABLE.value: ("M", "不适用", "Missing value; data cannot exist"),
}
"""Absence (or ``broken``) → code of CL_OBS_STATUS, and its name."""
_AREAS, _INDUSTRIES = ("district",), ("industry", "industry_group", "industry_class")
_CODES = {
    "FREQ": {"A": ("年", "Annual"), "Q": ("季", "Quarterly"), "M": ("月", "Monthly")},
    "ACCUMULATION": {"D": ("当期", "In the period"), "Y": ("年初累计", "Since January")},
    "OBS_STATUS": {code: (zh, en) for code, zh, en in STATUSES.values()},
    "CONF_STATUS": {"F": ("可公开", "Free"), "C": ("不公开", "Confidential")},
}


def time_period(at: Span) -> str:
    """A period in the time formats of SDMX."""
    if at.kind == "quarter":
        return f"{at.year}-Q{at.number}"
    return f"{at.year}" if at.kind == "year" else f"{at.year}-{at.number:02d}"


def write_csv(
    rows: Iterable[Mapping[str, Any]], declared: Catalogue, by: str, *, synthetic: bool
) -> str:
    """Rows of a frame of values, of the whole city or by one dimension, as SDMX-CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for row in rows:
        at = span(row["period"])
        group = row.get(by) if by else None
        code = TOTAL if group is None else NOT_SAID if group == UNFILLED else group
        absence = row["absence"] or ("broken" if row["broken"] else "")
        cells = {
            "STRUCTURE": "dataflow",
            "STRUCTURE_ID": f"{AGENCY}:{FLOW}({VERSION})",
            "ACTION": "I",
            "FREQ": FREQUENCIES[at.kind],
            "REF_AREA": code if by in _AREAS else TOTAL,
            "INDICATOR": row["measure"],
            "INDUSTRY": code if by in _INDUSTRIES else TOTAL,
            "BREAKDOWN": TOTAL if group is None else by,
            "GROUP": code,
            "ACCUMULATION": "Y" if at.kind == "ytd" else "D",
            TIME: time_period(at),
            VALUE: "" if row["value"] is None else repr(float(f"{row['value']:.12g}")),
            "UNIT_MEASURE": declared.measures[row["measure"]].unit,
            "OBS_STATUS": STATUSES[absence][0],
            "CONF_STATUS": "C" if absence == Absence.SUPPRESSED.value else "F",
            "COVERAGE": "" if row["coverage"] is None else f"{row['coverage']:.6g}",
            "UNITS": "" if row["units"] is None else str(row["units"]),
            "EXPECTED": "" if row["expected"] is None else str(row["expected"]),
            "SYNTHETIC": "1" if synthetic else "0",
        }
        writer.writerow([cells[n] if n == VALUE else neutral(cells[n]) for n in HEADER])
    return text.getvalue()


# The structure -----------------------------------------------------------------------------------

_MESSAGE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
_STRUCTURE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure"
_COMMON = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def structure(declared: Catalogue, prepared: str) -> bytes:
    """Code lists, concepts, data structure and data flow of all measures, as SDMX-ML 2.1.

    Args:
        declared: the catalogue.
        prepared: when, as ISO date and time.
    """
    for prefix, space in (("mes", _MESSAGE), ("str", _STRUCTURE), ("com", _COMMON)):
        Tree.register_namespace(prefix, space)
    root = Tree.Element(f"{{{_MESSAGE}}}Structure")
    header = _child(root, _MESSAGE, "Header")
    for name, text in (("ID", FLOW), ("Test", "false"), ("Prepared", prepared)):
        _child(header, _MESSAGE, name).text = text
    _child(header, _MESSAGE, "Sender", id=AGENCY)
    body = _child(root, _MESSAGE, "Structures")
    flows = _child(body, _STRUCTURE, "Dataflows")
    flow = _named(flows, "Dataflow", FLOW, ("指标（由台账记录算出）", "Indicators from records"))
    _reference(_child(flow, _STRUCTURE, "Structure"), FLOW, "datastructure", "DataStructure")
    lists = _child(body, _STRUCTURE, "Codelists")
    for name, codes in _code_lists(declared).items():
        one = _named(lists, "Codelist", f"CL_{name}", (DIMENSIONS | ATTRIBUTES)[name])
        for code, titles in codes.items():
            _named(one, "Code", code, titles, versioned=False)
    concepts = _child(body, _STRUCTURE, "Concepts")
    scheme = _named(concepts, "ConceptScheme", "CONCEPTS", ("概念", "Concepts"))
    said = {**DIMENSIONS, TIME: ("期间", "Time period"), VALUE: ("数值", "Value"), **ATTRIBUTES}
    for name, titles in said.items():
        _named(scheme, "Concept", name, titles, versioned=False)
    _data_structure(_child(body, _STRUCTURE, "DataStructures"), set(_code_lists(declared)))
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))


def _code_lists(declared: Catalogue) -> dict[str, dict[str, tuple[str, str]]]:
    total = {TOTAL: ("全市", "Whole city")}
    return {
        **_CODES,
        "INDICATOR": {one.id: (one.zh, one.en) for one in declared.measures.values()},
        "BREAKDOWN": total | {one.id: (one.zh, one.en) for one in declared.dimensions.values()},
    }


def _data_structure(parent: Tree.Element, coded: set[str]) -> None:
    made = _named(parent, "DataStructure", FLOW, ("指标数据结构", "Structure of indicators"))
    parts = _child(made, _STRUCTURE, "DataStructureComponents")
    dimensions = _child(parts, _STRUCTURE, "DimensionList", id="DimensionDescriptor")
    for place, name in enumerate(DIMENSIONS, start=1):
        one = _child(dimensions, _STRUCTURE, "Dimension", id=name, position=str(place))
        _concept(one, name, coded)
    time = _child(dimensions, _STRUCTURE, "TimeDimension", id=TIME,
                  position=str(len(DIMENSIONS) + 1))  # fmt: skip
    _concept(time, TIME, coded, time=True)
    attributes = _child(parts, _STRUCTURE, "AttributeList", id="AttributeDescriptor")
    for name in ATTRIBUTES:
        one = _child(attributes, _STRUCTURE, "Attribute", id=name, assignmentStatus="Conditional")
        _concept(one, name, coded)
        related = _child(one, _STRUCTURE, "AttributeRelationship")
        primary = _child(related, _STRUCTURE, "PrimaryMeasure")
        _child(primary, "", "Ref", id=VALUE)
    measures = _child(parts, _STRUCTURE, "MeasureList", id="MeasureDescriptor")
    _concept(_child(measures, _STRUCTURE, "PrimaryMeasure", id=VALUE), VALUE, coded)


def _concept(parent: Tree.Element, name: str, coded: set[str], *, time: bool = False) -> None:
    identity = _child(parent, _STRUCTURE, "ConceptIdentity")
    attributes = {"id": name, "maintainableParentID": "CONCEPTS", "package": "conceptscheme",
                  "maintainableParentVersion": VERSION, "agencyID": AGENCY,
                  "class": "Concept"}  # fmt: skip
    _child(identity, "", "Ref", **attributes)
    if name in coded:
        local = _child(parent, _STRUCTURE, "LocalRepresentation")
        _reference(_child(local, _STRUCTURE, "Enumeration"), f"CL_{name}", "codelist", "Codelist")
    elif time:
        local = _child(parent, _STRUCTURE, "LocalRepresentation")
        _child(local, _STRUCTURE, "TextFormat", textType="ObservationalTimePeriod")


def _reference(parent: Tree.Element, name: str, package: str, kind: str) -> None:
    attributes = {"id": name, "version": VERSION, "agencyID": AGENCY, "package": package,
                  "class": kind}  # fmt: skip
    _child(parent, "", "Ref", **attributes)


def _named(
    parent: Tree.Element, tag: str, name: str, said: tuple[str, str], *, versioned: bool = True
) -> Tree.Element:
    kept = {"agencyID": AGENCY, "version": VERSION, "isFinal": "true"} if versioned else {}
    one = _child(parent, _STRUCTURE, tag, id=name, **kept)
    for language, text in zip(("zh", "en"), said, strict=True):
        title = _child(one, _COMMON, "Name")
        title.set(_LANG, language)
        title.text = text
    return one


def _child(parent: Tree.Element, space: str, tag: str, **attributes: str) -> Tree.Element:
    return Tree.SubElement(parent, f"{{{space}}}{tag}" if space else tag, attributes)
