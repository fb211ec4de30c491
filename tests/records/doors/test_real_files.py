"""Real files come in through the same doors; their known defects are counted, not mended."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from liantu.records.doors import Checked, check

from .conftest import TODAY


def problems(found: Checked) -> Counter[str]:
    return Counter(found.rejected.problems["code"].to_list())


@pytest.mark.parametrize(
    ("name", "table", "fill", "rows"),
    [
        ("gbt4754_2017.csv", "industry_classes", {"edition": "2017"}, 1971),
        ("gbt4754_2011.csv", "industry_classes", {"edition": "2011"}, 1642),
        ("admin_divisions.csv", "areas", {"valid_from": "2023-01-01"}, 3214),
    ],
)
def test_code_lists_come_in_whole(
    shared: Path, name: str, table: str, fill: dict[str, str], rows: int
) -> None:
    found = check(shared / "data" / "classification" / name, table, fill=fill, today=TODAY)
    assert not len(found.rejected)
    assert found.frame.height == rows


def test_listed_companies(shared: Path, tmp_path: Path) -> None:
    """81 rows have the exchange where the date should be; 121 share a code and differ."""
    path = tmp_path / "company.csv"
    pl.read_ndjson(shared / "data" / "chain_kg" / "company.jsonl").write_csv(path)
    found = check(path, "listed_firms", today=TODAY)
    assert problems(found) == {"not_date": 81, "conflict": 121}
    assert (found.frame.height, len(found.rejected)) == (4456, 198)


def test_products_of_listed_companies(shared: Path, tmp_path: Path) -> None:
    """763 negative shares and 48 above one, as their keeper counted them."""
    path = tmp_path / "product.csv"
    packed = shared / "data" / "chain_kg" / "company_product.jsonl.gz"
    pl.read_ndjson(gzip.decompress(packed.read_bytes())).write_csv(path)
    found = check(path, "listed_products", today=TODAY)
    counted = problems(found)
    assert (counted["below"], counted["above"]) == (763, 48)
    assert found.frame.height + len(found.rejected) == 53_785
    assert found.frame["revenue_share"].is_between(0, 1).all()
