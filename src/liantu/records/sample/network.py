"""What firms make and who supplies whom.

Degrees of firm networks have heavy tails: large firms buy from and sell to many (Bernard and
Moxnes 2018; Atalay et al. 2011). Here both ends of a link are drawn in proportion to a power of
revenue, within the sectors that buy from one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.records.sample.calibration import Calibration
from liantu.records.sample.dice import choose, dice
from liantu.records.sample.firms import class_positions
from liantu.records.sample.frames import declared_columns
from liantu.records.sample.series import Makings

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

_LINKS_PER_FIRM = 3.4
_BUYER, _SUPPLIER = 0.75, 0.55
"""Powers of revenue by which the ends of a link are drawn."""
_RELATIONS = 400
_LOCAL_SALES = 0.35
"""Largest part of a firm's revenue that it sells to others of the register."""


@dataclass(frozen=True)
class Products:
    """(row,) products of firms: whose, which of the sector's, its share of revenue."""

    firm: Whole
    name: list[str]
    node: pl.Series
    share: Array
    frame: pl.DataFrame


def make_products(makings: Makings, year: int) -> Products:
    """Products of firms above scale in ``year``: one to three of their class."""
    calibration = makings.calibration
    generator = dice(makings.seed, "products")
    classes = [klass for sector in calibration.sectors for klass in sector.classes]
    at = class_positions(makings.population, calibration)[: makings.population.ever]
    active = np.flatnonzero(makings.population.active[:, makings.years.index(year)])
    offered = np.array([len(klass.products) for klass in classes])[at[active]]
    made = np.minimum(offered, 1 + (generator.random(active.size) < 0.45)
                      + (generator.random(active.size) < 0.15))  # fmt: skip
    firm = np.repeat(active, made)
    order = np.concatenate([np.arange(n) for n in made]) if made.size else np.empty(0, int)
    first = np.repeat(generator.integers(0, 4, active.size), made)
    which = (first + order) % np.repeat(offered, made)
    weight = 1 / (order + 1.0) ** 1.4
    main = np.repeat(generator.uniform(0.75, 0.99, active.size), made)
    total = np.bincount(firm, weight, minlength=makings.population.ever)[firm]
    share = np.round(weight / total * main, 3)
    products = [classes[k].products[w] for k, w in zip(at[firm], which, strict=True)]
    frame = pl.DataFrame(
        {
            "credit_code": makings.codes.gather(firm),
            "firm_name": pl.Series(makings.firms.names).gather(firm),
            "product": [item.name for item in products],
            "year": np.full(firm.size, year),
            "revenue_share": share,
            "chain_id": [item.chain or None for item in products],
            "chain_node": [item.node or None for item in products],
            "node_id": [calibration.chain_map.code_of(item.chain, item.node) for item in products],
        },
        schema_overrides={"node_id": pl.String},
    )
    return Products(firm, [item.name for item in products], frame["node_id"], share, frame)


def supply_links(makings: Makings, products: Products, year: int) -> pl.DataFrame:
    """Who supplies whom with what, with a yearly amount."""
    calibration, population = makings.calibration, makings.population
    generator = dice(makings.seed, "supply links")
    at = makings.years.index(year)
    revenue = np.nan_to_num(makings.accounts["revenue_cny"][:, at])
    buying = _buying(calibration)
    count = round(_LINKS_PER_FIRM * population.active[:, at].sum())
    buyer = choose(generator, revenue**_BUYER, count)
    sold = np.zeros(count, dtype=np.int64)
    of_row = population.sector[products.firm]
    weight = revenue[products.firm] ** _SUPPLIER * products.share
    for sector in range(len(calibration.sectors)):
        rows = np.flatnonzero(population.sector[buyer] == sector)
        by_sector = np.bincount(of_row, weight, minlength=len(calibration.sectors))
        reach = np.where(by_sector > 0, buying[:, sector] / np.maximum(by_sector, 1e-9), 0)
        if rows.size and reach.any():
            sold[rows] = choose(generator, weight * reach[of_row], rows.size)
    supplier = products.firm[sold]
    keep = supplier != buyer
    pairs = np.stack([sold[keep], buyer[keep]], axis=1)
    _, first = np.unique(pairs, axis=0, return_index=True)
    first.sort()
    sold, buyer = pairs[first, 0], pairs[first, 1]
    return _links(makings, products, sold, buyer, revenue, generator, year)


def _buying(calibration: Calibration) -> Array:
    """(selling, buying sector) shares of what a sector buys."""
    ids = [sector.id for sector in calibration.sectors]
    result = np.zeros((len(ids), len(ids)))
    for column, sector in enumerate(calibration.sectors):
        for name, share in sector.buys.items():
            result[ids.index(name), column] = share
    return result


def _links(
    makings: Makings, products: Products, sold: Whole, buyer: Whole, revenue: Array,
    generator: np.random.Generator, year: int,
) -> pl.DataFrame:  # fmt: skip
    supplier = products.firm[sold]
    pull = revenue[buyer] ** 0.6 * np.exp(generator.normal(0, 0.6, buyer.size))
    total = np.bincount(sold, pull, minlength=products.firm.size)[sold]
    part = generator.uniform(0.05, _LOCAL_SALES, products.firm.size)[sold]
    amount = revenue[supplier] * products.share[sold] * part * pull / total
    # Nobody buys more of one product than a fifth of what he sells.
    amount = np.minimum(amount, revenue[buyer] * 0.2)
    names = pl.Series(makings.firms.names)
    product = pl.Series(products.name).gather(sold)
    frame = pl.DataFrame(
        {
            "supplier_code": makings.codes.gather(supplier),
            "supplier_name": names.gather(supplier),
            "buyer_code": makings.codes.gather(buyer),
            "buyer_name": names.gather(buyer),
            "product": product,
            "node_id": products.node.gather(sold),
            "amount_cny": np.maximum(np.round(amount / 100) * 100, 100),
            "valid_from": _since(makings, supplier, buyer, generator, year),
            "evidence": ["产业链调研（模拟）"] * buyer.size,
        }
    )
    share = pl.col("amount_cny") / pl.col("amount_cny").sum().over("buyer_code", "product")
    frame = frame.with_columns(buyer_share=(share * 0.9).round(3))
    return declared_columns(frame, "supply_links")


def product_relations(makings: Makings, products: Products, links: pl.DataFrame) -> pl.DataFrame:
    """What is bought for what: material of the buyer's first product, in one direction only."""
    first = products.frame.group_by("credit_code", maintain_order=True).agg(
        pl.col("product").first()
    )
    pairs = (
        links.select("buyer_code", to_product="product")
        .join(
            first.rename({"credit_code": "buyer_code", "product": "from_product"}), on="buyer_code"
        )
        .filter(pl.col("from_product") != pl.col("to_product"))
        .group_by("from_product", "to_product")
        .len()
        .sort("len", "from_product", "to_product", descending=[True, False, False])
    )
    ends = (
        pl.min_horizontal("from_product", "to_product"),
        pl.max_horizontal("from_product", "to_product"),
    )
    one_way = pairs.with_columns(low=ends[0], high=ends[1]).unique(
        ["low", "high"], keep="first", maintain_order=True
    )
    rows = one_way.head(_RELATIONS).select(
        "from_product", relation=pl.lit("material"), to_product="to_product",
        evidence=pl.lit("由模拟供需关系归纳"),
    )  # fmt: skip
    return declared_columns(rows, "product_relations")


def _since(
    makings: Makings, supplier: Whole, buyer: Whole, generator: np.random.Generator, year: int
) -> list[date]:
    """From when on: after both were founded."""
    born = np.maximum(makings.firms.born[supplier], makings.firms.born[buyer])
    last = np.datetime64(f"{year}-06-30")
    span = np.maximum((last - born).astype(np.int64), 1)
    offset = (generator.beta(2, 1, supplier.size) * span).astype(np.int64)
    since = born + offset.astype("timedelta64[D]")
    return list(since.astype(object).tolist())
