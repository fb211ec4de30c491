"""Firms: legal units and sites, what they make, the titles they hold, who supplies whom."""

from __future__ import annotations

from liantu.records.models import cells
from liantu.records.models.recorded import Recorded, found_by


class Firm(Recorded):
    """A legal unit, or one of its sites, known by its credit code."""

    credit_code = cells.text("统一社会信用代码", required=True)
    name = cells.text("企业名称", required=True)
    former_names = cells.text("曾用名")
    kind = cells.text("单位类别")
    parent_code = cells.text("所属法人信用代码")
    industry_code = cells.text("行业代码")
    industry_edition = cells.text("行业分类版本")
    ownership = cells.text("登记注册类型")
    established_on = cells.day("成立日期")
    closed_on = cells.day("注销日期")
    state = cells.text("经营状态")
    capital_cny = cells.figure("注册资本")
    area_code = cells.text("所在地区代码")
    park_code = cells.text("园区代码")
    address = cells.text("地址")
    longitude = cells.figure("经度")
    latitude = cells.figure("纬度")
    size = cells.text("企业规模")
    above_scale = cells.yes_no("规模以上")
    main_product = cells.text("主要产品")
    securities_code = cells.text("证券代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "企业"
        indexes = (
            *Recorded.Meta.indexes,
            *found_by("name", "parent_code", "industry_code", "area_code", "park_code"),
        )


class FirmProduct(Recorded):
    """What a firm made in a year, and its share of revenue."""

    credit_code = cells.text("统一社会信用代码", required=True)
    firm_name = cells.text("企业名称")
    product = cells.text("产品名称", required=True)
    year = cells.whole("年份", required=True)
    product_code = cells.text("产品代码")
    revenue_share = cells.figure("占营业收入比重")
    capacity = cells.text("产能说明")
    chain_id = cells.text("产业链")
    chain_node = cells.text("产业链环节")
    node_id = cells.text("环节代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "企业产品"
        indexes = (*Recorded.Meta.indexes, *found_by("credit_code", "chain_id", "node_id"))


class TitleHeld(Recorded):
    """A title granted to a firm on a day, and until when it holds."""

    credit_code = cells.text("统一社会信用代码", required=True)
    firm_name = cells.text("企业名称")
    title = cells.text("称号", required=True)
    level = cells.text("级别")
    granted_on = cells.day("认定日期", required=True)
    expires_on = cells.day("有效期至")
    withdrawn_on = cells.day("撤销日期")
    certificate = cells.text("证书编号")
    document = cells.text("认定文件")
    document_id = cells.text("依据文件代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "企业称号"
        indexes = (*Recorded.Meta.indexes, *found_by("credit_code", "title", "document_id"))


class SupplyLink(Recorded):
    """One firm supplies another with a product."""

    supplier_code = cells.text("供方信用代码", required=True)
    supplier_name = cells.text("供方名称")
    buyer_code = cells.text("需方信用代码", required=True)
    buyer_name = cells.text("需方名称")
    product = cells.text("产品", required=True)
    node_id = cells.text("环节代码")
    amount_cny = cells.figure("年供货额")
    buyer_share = cells.figure("占需方同类采购比重")
    valid_from = cells.day("起始日期")
    valid_to = cells.day("终止日期")
    evidence = cells.text("依据")
    document_id = cells.text("依据文件代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "供需关系"
        indexes = (
            *Recorded.Meta.indexes,
            *found_by("supplier_code", "buyer_code", "node_id", "document_id"),
        )
