"""A made-up city in the ledger and the lake, and whose its rows are, worked out by hand.

``belongs`` knows nothing of :mod:`liantu.records.access`: it walks plain dictionaries as a person
would, from the row to the district, park, chain or firm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.access import Scope
from liantu.records.doors import check

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TOWN = {"990199": "990101"}
"""An area below a district."""
AREAS = ("990101", "990102", "990103", *TOWN)
OLD, NEW = "990122", "990102"
"""A county that became a district; records still carry its code."""
SPLIT = "990133"
HEIRS = ("990101", "990103")
"""A county, and the two districts its land went to: it is the city's, or of whoever has both."""
PLACES = (*AREAS, OLD, SPLIT, None)
PARKS = {"P1": "990101", "P2": "990102", "P3": "990122"}
CHAINS = ("c1", "c2")
NODES = {"n1": "c1", "n2": "c2"}
"""Steps of the chains."""


def code(number: int) -> str:
    """A valid credit code."""
    body = f"91000100{number:09d}"
    total = sum(ALPHABET.index(letter) * pow(3, at, 31) for at, letter in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


@dataclass
class City:
    """Rows by table as they are now; ``merged`` firms lead to the firm they went into."""

    firms: dict[str, dict[str, Any]] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def in_area(place: str | None, district: str) -> bool:
    """Does a code mean land of the district, today?"""
    return place is not None and (
        place == district or TOWN.get(place) == district or (place == OLD and district == NEW)
    )


def together(scopes: list[Scope]) -> list[Scope]:
    """Scopes, and what only several of them reach."""
    if {Scope("district", heir) for heir in HEIRS} <= set(scopes):
        return [*scopes, Scope("district", SPLIT)]
    return scopes


def belongs(city: City, table: str, row: dict[str, Any], scope: Scope) -> bool:
    """Does a row belong to a scope?"""
    kind, key = scope.kind, scope.key
    if kind == "city":
        return True
    if table == "firms":
        return _firm(city, row["credit_code"], scope)
    if table in ("firm_month", "titles"):
        return _firm(city, row["credit_code"], scope)
    if table == "supply_links":
        return any(_firm(city, row[end], scope) for end in ("supplier_code", "buyer_code"))
    if table == "products":
        return _of_chain(row, key) if kind == "chain" else _firm(city, row["credit_code"], scope)
    if table in ("projects", "parcels"):
        if kind == "district":
            return in_area(row["area_code"], key)
        if kind == "park":
            return bool(row["park_code"] == key)
        if kind == "firm":
            return _stands(city, row["owner_code" if table == "projects" else "holder_code"]) == (
                _stands(city, key)
            )
        return table == "projects" and _of_chain(row, key)
    if table in ("milestones", "project_month"):
        owner = next((p for p in city.rows["projects"] if p["project_code"] == row["project_code"]),
                     None)  # fmt: skip
        return owner is not None and belongs(city, "projects", owner, scope)
    assert table == "park_quarter"
    return (kind == "park" and row["park_code"] == key) or (
        kind == "district" and in_area(PARKS[row["park_code"]], key)
    )


def _stands(city: City, firm: str | None) -> str | None:
    while firm in city.merged:
        firm = city.merged[firm]
    return firm


def _firm(city: City, firm: str, scope: Scope) -> bool:
    end = _stands(city, firm)
    if end not in city.firms:
        return False
    cells = city.firms[end]
    if scope.kind == "district":
        return in_area(cells["area_code"], scope.key)
    if scope.kind == "park":
        return bool(cells["park_code"] == scope.key)
    if scope.kind == "firm":
        return end == _stands(city, scope.key)
    # A firm is in a chain by a product under its own code, or that of a firm merged into it.
    return any(
        _stands(city, p["credit_code"]) == end and _of_chain(p, scope.key)
        for p in city.rows["products"]
    )


def _of_chain(row: dict[str, Any], chain: str) -> bool:
    """By the chain that it names, or the chain of the node that it names."""
    return chain in (row.get("chain_id"), NODES.get(row.get("node_id") or ""))


def settle(city: City, folder: Path) -> None:
    """Bring a city into the records, firms first as they were elsewhere, then where they are."""
    _ground()
    if city.firms:
        moved = [{**row, "area_code": "990103", "park_code": None} for row in city.firms.values()]
        registers.upsert("firms", moved, by="x")
        registers.upsert("firms", list(city.firms.values()), by="x")
    for table in ("products", "titles", "supply_links", "parcels", "projects", "milestones"):
        if city.rows.get(table):
            registers.upsert(table, city.rows[table], by="x")
    for drop, keep in city.merged.items():
        registers.merge("firms", keep, drop, by="x", reason="x")
        # A merger fills empty cells; the city says what is.
        kept = registers.find("firms", keep)
        cells = {n: v for n, v in city.firms[keep].items() if n != "credit_code"}
        registers.edit("firms", keep, cells, kept.version, by="x")
    for key in city.gone:
        registers.delete("firms", key, by="x", reason="x")
    for table in ("firm_month", "park_quarter", "project_month"):
        if city.rows.get(table):
            path = folder / f"{table}.parquet"
            pl.DataFrame(city.rows[table]).write_parquet(path)
            accept(check(path, table), by="x")


def _ground() -> None:
    first = date(2000, 1, 1)
    registers.upsert(
        "areas",
        [
            {"area_code": place, "valid_from": first, "name": f"{place}区",
             "level": "town" if place in TOWN else "district", "parent_code": TOWN.get(place)}
            for place in AREAS
        ],
        by="x",
    )  # fmt: skip
    registers.upsert(
        "area_changes",
        [
            {"year": 2016, "kind": "撤县设区", "old_code": old, "new_code": new}
            for old, new in ((OLD, NEW), *((SPLIT, heir) for heir in HEIRS))
        ],
        by="x",
    )
    registers.upsert(
        "parks",
        [
            {"park_code": park, "system_version": "2020", "name": park, "area_code": place}
            for park, place in PARKS.items()
        ],
        by="x",
    )
    registers.upsert("chains", [{"chain_id": one, "name": one} for one in CHAINS], by="x")
    nodes = [{"node_id": n, "chain_id": c, "name": n, "kind": "product"} for n, c in NODES.items()]
    registers.upsert("chain_nodes", nodes, by="x")


def firm(number: int, place: str | None, park: str | None) -> dict[str, Any]:
    """One firm."""
    return {"credit_code": code(number), "name": f"第{number}厂", "area_code": place,
            "park_code": park}  # fmt: skip


def keys(rows: Sequence[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """Rows by some of their cells, in order."""
    return sorted((tuple(row[name] for name in columns) for row in rows), key=str)
