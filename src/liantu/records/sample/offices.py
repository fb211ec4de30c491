"""Offices, people, measures, documents, classes: what firms and projects refer to."""

from __future__ import annotations

from datetime import date

import polars as pl

from liantu.records.sample.calibration import Calibration, Department
from liantu.records.sample.dice import dice
from liantu.records.sample.frames import declared_rows
from liantu.records.sample.places import park_code, plan_of

Rows = list[dict[str, object]]
_MEASURES_AT_MOST = 120
_CLASSES = "GBT4754-2017"
_PLAN = "PLAN-14FYP"
_CONTACT, _EXPERT, _CHIEF = "联系人", "专家", "链长"


def department_of(calibration: Calibration, chain: str | None) -> Department:
    """The office in charge of a chain; the industry office for what belongs to none."""
    offices = calibration.offices
    of_chain = {item.id: item.office for item in offices.chains}
    wanted = of_chain.get(chain or "", offices.chains[0].office)
    return next(item for item in offices.departments if item.id == wanted)


def contact_of(office: str) -> str:
    """Who answers for an office; ``office`` is the code of a department or of an area."""
    return f"CONTACT-{office}"


def organisations(calibration: Calibration) -> pl.DataFrame:
    """Departments, districts, park administrations, and invented institutes and funds."""
    places, offices = calibration.places, calibration.offices
    rows: Rows = [
        {"organisation_id": item.id, "name": item.name, "short_name": item.short,
         "kind": "department", "area_code": places.city_code}
        for item in offices.departments
    ]  # fmt: skip
    for area in places.areas:
        kind = "park" if area.within else "district"
        name = f"{area.name}管理委员会" if area.within else f"{area.name}人民政府"
        rows.append(
            {"organisation_id": f"GOV-{area.code}", "name": name, "kind": kind,
             "area_code": area.code}
        )  # fmt: skip
    for at, park in enumerate(places.parks):
        rows.append(
            {"organisation_id": f"ADM-{park_code(at)}", "name": f"{park.name}管理机构",
             "kind": "park", "area_code": park.area, "parent_id": f"GOV-{park.area}"}
        )  # fmt: skip
    for body in offices.invented_bodies:
        for number, chain in enumerate(offices.chains[: body.each], start=1):
            rows.append(
                {"organisation_id": f"MN-{body.kind.upper()}-{number:02d}", "kind": body.kind,
                 "name": body.pattern.format(chain.name), "area_code": places.city_code,
                 "parent_id": chain.office}
            )  # fmt: skip
    return declared_rows(rows, "organisations")


def invented_people(calibration: Calibration, count: int, seed: int) -> list[str]:
    """Names that say they are invented."""
    names = calibration.names
    generator = dice(seed, "people")
    first = generator.integers(0, len(names.surnames), count)
    given = generator.integers(0, len(names.given), (count, 2))
    return [
        f"{names.surnames[a]}{names.given[b]}{names.given[c]}（{names.person_mark}）"
        for a, (b, c) in zip(first, given, strict=True)
    ]


def people(calibration: Calibration, seed: int) -> pl.DataFrame:
    """A chief and an expert for each chain, a contact in each office."""
    offices, places = calibration.offices, calibration.places
    posts: list[tuple[str, str, str, str, str]] = []
    for chain in offices.chains:
        posts.append((f"CHIEF-{chain.id}", chain.office, "市级链长", _CHIEF, chain.name))
        posts.append((f"EXPERT-{chain.id}", chain.office, "教授", _EXPERT, chain.name))
    posts += [(contact_of(d.id), d.id, "科长", _CONTACT, "") for d in offices.departments]
    posts += [(contact_of(a.code), f"GOV-{a.code}", "科长", _CONTACT, "") for a in places.areas]
    names = invented_people(calibration, len(posts), seed)
    start = date(calibration.totals.base_year + 1, 7, 1)
    rows: Rows = [
        {"person_id": post, "name": name, "organisation_id": office, "office": title, "role": role,
         "field": field or None, "valid_from": start}
        for (post, office, title, role, field), name in zip(posts, names, strict=True)
    ]  # fmt: skip
    return declared_rows(rows, "people")


def measures(calibration: Calibration, seed: int) -> pl.DataFrame:
    """Measures of the plan with an office, a term and a state; state and term are invented."""
    generator = dice(seed, "measures")
    totals = calibration.totals
    listed = plan_of(calibration).measures
    step = max(len(listed) // _MEASURES_AT_MOST, 1)
    departments = [d.id for d in calibration.offices.departments[:12]]
    rows: Rows = []
    for measure in listed[::step]:
        year = int(generator.integers(totals.base_year + 2, totals.last_year + 1))
        state = str(generator.choice(["done", "done", "done", "going", "going", "open"]))
        office = str(generator.choice(departments))
        rows.append(
            {"measure_id": measure.id, "name": f"{measure.verb}{measure.object}",
             "clause": measure.clause, "document_id": _PLAN, "office_id": office,
             "contact_id": contact_of(office),
             "due_on": date(year, int(generator.choice([6, 12])), 30), "state": state,
             "note": "模拟进展"}
        )  # fmt: skip
    return declared_rows(rows, "measures")


def source_documents(calibration: Calibration) -> pl.DataFrame:
    """Documents that the figures rest on."""
    rows: Rows = [
        {"document_id": item.id, "title": item.title, "number": item.number or None,
         "issued_by": item.issued_by or None, "issued_on": item.issued_on, "trust": item.trust}
        for item in calibration.offices.documents
    ]  # fmt: skip
    return declared_rows(rows, "source_documents")


def industry_classes(calibration: Calibration) -> pl.DataFrame:
    """Classes that the sample's firms belong to, and their older numbers."""
    rows: Rows = []
    for sector in calibration.sectors:
        for klass in sector.classes:
            section = "D" if klass.code[:2] in {"44", "45", "46"} else "C"
            rows.append(
                {"industry_code": klass.code, "edition": "2017", "name": klass.name, "level": 4,
                 "parent_code": klass.code[:3], "section": section}
            )  # fmt: skip
    known = {(str(row["industry_code"]), "2017") for row in rows}
    for item in calibration.offices.concordance:
        for code, edition, name in (
            (item.from_code, "2011", item.from_name), (item.to_code, "2017", item.to_name),
        ):  # fmt: skip
            if (code, edition) not in known:
                known.add((code, edition))
                rows.append(
                    {"industry_code": code, "edition": edition, "name": name, "level": 4,
                     "parent_code": code[:3], "section": "C"}
                )  # fmt: skip
    return declared_rows(rows, "industry_classes")


def code_lists(calibration: Calibration) -> pl.DataFrame:
    """The plan's tree of industries, down to its segments."""
    levels = {"group": 1, "industry": 2, "field": 3, "segment": 4}
    rows: Rows = [
        {"list_id": "PLAN-INDUSTRIES", "entry_code": item.id, "name": item.name,
         "level": levels[item.level], "parent_code": item.parent}
        for item in plan_of(calibration).industries if item.level in levels and "_" not in item.id
    ]  # fmt: skip
    return declared_rows(rows, "code_lists")


def concordance(calibration: Calibration) -> pl.DataFrame:
    """Older numbers of classes and where they went."""
    rows: Rows = [
        {"from_edition": "2011", "from_code": item.from_code, "from_name": item.from_name,
         "to_edition": "2017", "to_code": item.to_code, "to_name": item.to_name,
         "partial": item.partial, "document_id": _CLASSES,
         "basis": "same_name" if item.from_name == item.to_name else "person",
         "trust": "derived" if item.from_name == item.to_name else "unverified"}
        for item in calibration.offices.concordance
    ]  # fmt: skip
    return declared_rows(rows, "industry_concordance")
