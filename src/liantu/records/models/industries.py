"""What firms are sorted by: classes of the national standard, codes of other lists."""

from __future__ import annotations

from liantu.records.models import cells
from liantu.records.models.recorded import Recorded, found_by


class IndustryClass(Recorded):
    """A class of GB/T 4754 in one edition."""

    industry_code = cells.text("行业代码", required=True)
    edition = cells.text("版本", required=True)
    name = cells.text("行业名称", required=True)
    level = cells.whole("层次", required=True)
    parent_code = cells.text("上级代码")
    section = cells.text("门类")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "国民经济行业分类"
        indexes = (*Recorded.Meta.indexes, *found_by("parent_code"))


class ClassConcordance(Recorded):
    """A class of one edition and where it went in another; a class that splits has several."""

    from_edition = cells.text("原版本", required=True)
    from_code = cells.text("原代码", required=True)
    from_name = cells.text("原名称")
    to_edition = cells.text("新版本", required=True)
    to_code = cells.text("新代码", required=True)
    to_name = cells.text("新名称")
    partial = cells.yes_no("部分对应")
    basis = cells.text("依据方式")
    trust = cells.text("可信度")
    document_id = cells.text("依据文件代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "行业分类对照"
        indexes = (*Recorded.Meta.indexes, *found_by("document_id"))


class CodeListEntry(Recorded):
    """A code of one list: commodities of the customs, strategic industries, other trees."""

    list_id = cells.text("表名", required=True)
    entry_code = cells.text("代码", required=True)
    name = cells.text("名称", required=True)
    level = cells.whole("层次")
    parent_code = cells.text("上级代码")
    section = cells.text("门类")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "代码表"
        indexes = (*Recorded.Meta.indexes, *found_by("list_id", "entry_code"))
