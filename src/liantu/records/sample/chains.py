"""Chains of the synthetic city, their steps, and what one step gives to another."""

from __future__ import annotations

import polars as pl

from liantu.records.sample.calibration import Calibration
from liantu.records.sample.frames import declared_rows
from liantu.records.sample.offices import contact_of, department_of, people

Rows = list[dict[str, object]]
_LISTED_BY = "CHAINS-2023"
_PLAN = "PLAN-14FYP"


def chains(calibration: Calibration, seed: int) -> pl.DataFrame:
    """Chains with their chiefs, the same as among the people."""
    staff = people(calibration, seed)
    chief = dict(staff.select("person_id", "name").iter_rows())
    title = {item.id: item.title for item in calibration.offices.documents}[_LISTED_BY]
    rows: Rows = [
        {"chain_id": item.id, "name": item.name, "ecosystem": item.ecosystem,
         "chief": chief[f"CHIEF-{item.id}"], "chief_id": f"CHIEF-{item.id}",
         "office": department_of(calibration, item.id).name, "office_id": item.office,
         "contact_id": contact_of(item.office), "valid_from": item.since, "document": title,
         "document_id": _LISTED_BY}
        for item in calibration.offices.chains
    ]  # fmt: skip
    return declared_rows(rows, "chains")


def chain_nodes(calibration: Calibration) -> pl.DataFrame:
    """Steps of the chains in the order of the catalogue, with the classes that make for them."""
    codes = _classes(calibration)
    since = {item.id: item.since for item in calibration.offices.chains}
    rows: Rows = [
        {"node_id": node.code, "chain_id": node.chain, "name": node.name, "kind": node.kind,
         "stream": node.stream, "position": position, "clause": node.box,
         "industry_codes": "；".join(codes.get(node.code, ())) or None,
         "hs_codes": "；".join(node.hs) or None, "search_terms": "；".join(node.terms),
         "valid_from": since[node.chain], "document_id": _PLAN}
        for position, node in enumerate(calibration.chain_map.nodes, start=1)
    ]  # fmt: skip
    return declared_rows(rows, "chain_nodes")


def chain_links(calibration: Calibration) -> pl.DataFrame:
    """What one step gives to another."""
    names = {node.code: node.name for node in calibration.chain_map.nodes}
    rows: Rows = [
        {"from_node": link.from_, "from_name": names[link.from_], "kind": link.kind,
         "to_node": link.to, "to_name": names[link.to], "necessity": link.necessity,
         "evidence": calibration.chain_map.source.title}
        for link in calibration.chain_map.links
    ]  # fmt: skip
    return declared_rows(rows, "chain_links")


def _classes(calibration: Calibration) -> dict[str, list[str]]:
    """Node → the classes whose products are filed under it, each once."""
    nodes = calibration.chain_map.by_name
    found: dict[str, dict[str, None]] = {}
    for sector in calibration.sectors:
        for klass in sector.classes:
            for product in klass.products:
                if product.chain:
                    node = nodes[product.chain, product.node]
                    found.setdefault(node.code, {})[klass.code] = None
    return {node: sorted(codes) for node, codes in found.items()}
