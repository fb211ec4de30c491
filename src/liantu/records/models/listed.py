"""What the whole country has: listed companies, products and how they hang together."""

from __future__ import annotations

from liantu.records.models import cells
from liantu.records.models.recorded import Recorded, found_by


class ListedFirm(Recorded):
    """A listed company; the firms of the city are another register."""

    securities_code = cells.text("证券代码", required=True)
    name = cells.text("证券简称", required=True)
    full_name = cells.text("公司全称")
    exchange = cells.text("上市地")
    listed_on = cells.day("上市日期")
    industry = cells.text("所属行业")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "上市公司"


class ListedProduct(Recorded):
    """A product that a listed company reports."""

    securities_code = cells.text("证券代码", required=True)
    product = cells.text("产品名称", required=True)
    revenue_share = cells.figure("占营业收入比重")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "上市公司产品"
        indexes = (*Recorded.Meta.indexes, *found_by("securities_code"))


class ProductRelation(Recorded):
    """What one product is to another: its material, what is made of it, a kind of it."""

    from_product = cells.text("产品", required=True)
    relation = cells.text("关系", required=True)
    to_product = cells.text("相关产品", required=True)
    evidence = cells.text("依据")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "产品关系"
        indexes = (*Recorded.Meta.indexes, *found_by("from_product", "to_product"))
