"""Two references of one row that must fit: said where they do not, silent where none can tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from liantu.records.doors import Checked

from .conftest import Check, code

NODES = pl.DataFrame(
    {"code": ["n1", "n2", "n3"], "name": ["芯片", "封装", "整车"], "chain_id": ["c1", "c1", "c2"]}
)
CHAINS = pl.DataFrame({"code": ["c1", "c2"], "name": ["电子", "汽车"]})
AREAS = pl.DataFrame(
    {
        "code": ["510104", "510105", "ZONE", "510122"],
        "name": ["甲区", "乙区", "某新区", "甲县"],
        "level": ["district", "district", "zone", "district"],
        "valid_to": [None, None, None, date(2015, 12, 1)],
    },
    schema_overrides={"valid_to": pl.Date()},
)
PARKS = pl.DataFrame(
    {
        "code": ["P1", "P2", "P2", "P3", "P4"],
        "name": ["甲园", "乙园", "乙园", "新区园", "老园"],
        "area_code": ["510104", "510104", "510105", "ZONE", "510122"],
    }
)


def products(checked: Check, *rows: tuple[str, str], **registers: pl.DataFrame) -> Checked:
    lines = [f"{code(1)},产品{n},2025,{chain},{node}" for n, (chain, node) in enumerate(rows)]
    text = "\n".join(["统一社会信用代码,产品名称,年份,产业链,环节代码", *lines])
    known = {"chain_nodes": NODES, "chains": CHAINS, **registers}
    return checked(text, "products", registers=known)


def test_a_node_of_another_chain_is_sent_back_with_both_chains_named(checked: Check) -> None:
    found = products(checked, ("c1", "n1"), ("c1", "n3"), ("c2", "n3"))
    assert found.frame.height == 2
    (row,) = found.rejected
    (problem,) = row.problems
    assert (row.row, problem.column, problem.code) == (3, "node_id", "product_node_in_chain")
    assert problem.found == "产业链 c1；环节代码 n3（产业链 c2）"
    assert "环节不属于所填的产业链" in problem.expected.zh


@pytest.mark.parametrize(("chain", "node"), [("", "n3"), ("c1", ""), ("c1", "n9")])
def test_what_is_not_said_or_not_registered_decides_nothing(
    checked: Check, chain: str, node: str
) -> None:
    found = products(checked, (chain, node), ("c1", "n1"))
    assert "product_node_in_chain" not in found.rejected.problems["code"]
    assert "product_node_in_chain" not in found.warnings["code"]


def test_a_register_that_is_not_given_is_not_asked(checked: Check) -> None:
    assert not len(products(checked, ("c1", "n3"), chain_nodes=NODES.drop("chain_id")).rejected)


@pytest.mark.parametrize(
    ("area", "park", "told"),
    [
        ("510104", "P1", False),
        ("510105", "P1", True),
        ("510105", "P2", False),  # one of the park's versions lies there
        ("ZONE", "P1", False),  # a zone and a district overlap
        ("510104", "P3", False),
        ("510105", "P4", False),  # the code of an area that is no more
        ("510109", "P1", False),  # an area that nobody registered
    ],
)
def test_areas_of_one_level_exclude_each_other(
    checked: Check, area: str, park: str, told: bool
) -> None:
    text = f"统一社会信用代码,企业名称,所在地区代码,园区代码\n{code(1)},甲公司,{area},{park}"
    found = checked(text, "firms", registers={"areas": AREAS, "parks": PARKS})
    codes = set(found.warnings["code"])
    assert found.frame.height == 1
    assert ("firm_park_in_area" in codes) is told


def test_a_site_below_a_site_is_told_from_the_file_itself(checked: Check) -> None:
    rows: list[tuple[Any, ...]] = [
        (code(1), "甲公司", "法人单位", ""),
        (code(2), "甲公司一厂", "产业活动单位", code(1)),
        (code(3), "甲公司二厂", "产业活动单位", code(2)),
    ]
    text = "\n".join(
        ["统一社会信用代码,企业名称,单位类别,所属法人信用代码", *(",".join(row) for row in rows)]
    )
    # The register still has the second as a legal unit: what the file says counts.
    before = pl.DataFrame({"code": [code(2)], "name": ["甲公司一厂"], "kind": ["legal"]})
    found = checked(text, "firms", registers={"firms": before})
    told = found.warnings.filter(pl.col("code") == "firm_parent_is_legal")
    assert told.select("row", "found").rows() == [
        (4, f"所属法人信用代码 {code(2)}（单位类别 产业活动单位）")
    ]


def test_long_codes_are_named_whole(checked: Check) -> None:
    chains = [f"chain_of_a_rather_long_name_{n}" for n in (1, 2)]
    nodes = pl.DataFrame({"code": ["n1"], "name": ["芯片"], "chain_id": chains[1:]})
    found = products(checked, (chains[0], "n1"), chain_nodes=nodes, chains=pl.DataFrame())
    assert (
        found.rejected[0].problems[0].found
        == f"产业链 {chains[0]}；环节代码 n1（产业链 {chains[1]}）"
    )
