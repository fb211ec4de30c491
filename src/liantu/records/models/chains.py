"""Chains of the city, the steps they are made of, and what one step gives to the next."""

from __future__ import annotations

from liantu.records.models import cells
from liantu.records.models.recorded import Recorded, found_by


class Chain(Recorded):
    """An industrial chain under a chain chief."""

    chain_id = cells.text("产业链代码", required=True)
    name = cells.text("产业链名称", required=True)
    ecosystem = cells.text("产业生态圈")
    chief = cells.text("链长")
    office = cells.text("牵头部门")
    office_id = cells.text("牵头部门代码")
    chief_id = cells.text("链长代码")
    contact_id = cells.text("联系人代码")
    valid_from = cells.day("起始日期")
    valid_to = cells.day("终止日期")
    document = cells.text("依据文件")
    document_id = cells.text("依据文件代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "产业链"
        indexes = (
            *Recorded.Meta.indexes,
            *found_by("name", "office_id", "chief_id", "contact_id", "document_id"),
        )


class ChainNode(Recorded):
    """A step of a chain, with the codes and words by which firms are found for it."""

    node_id = cells.text("环节代码", required=True)
    chain_id = cells.text("产业链", required=True)
    name = cells.text("环节名称", required=True)
    other_names = cells.text("其他名称")
    kind = cells.text("环节类型", required=True)
    stream = cells.text("上下游位置")
    position = cells.whole("排序")
    parent_id = cells.text("上级环节代码")
    clause = cells.text("规划条款")
    industry_codes = cells.text("行业代码")
    hs_codes = cells.text("海关商品编码")
    search_terms = cells.text("检索词")
    valid_from = cells.day("起始日期")
    valid_to = cells.day("终止日期")
    document_id = cells.text("依据文件代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "产业链环节"
        indexes = (
            *Recorded.Meta.indexes,
            *found_by("name", "chain_id", "parent_id", "document_id"),
        )


class ChainLink(Recorded):
    """What one step gives to another, and how much hangs on it."""

    from_node = cells.text("供给环节代码", required=True)
    from_name = cells.text("供给环节")
    kind = cells.text("关系类型", required=True)
    to_node = cells.text("需求环节代码", required=True)
    to_name = cells.text("需求环节")
    necessity = cells.text("必要程度")
    valid_from = cells.day("起始日期")
    valid_to = cells.day("终止日期")
    evidence = cells.text("依据")
    document_id = cells.text("依据文件代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "环节关系"
        indexes = (*Recorded.Meta.indexes, *found_by("from_node", "to_node", "document_id"))
