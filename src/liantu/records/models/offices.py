"""Who answers for what: organisations, persons; the papers that records rest on."""

from __future__ import annotations

from liantu.records.models import cells
from liantu.records.models.recorded import Recorded, found_by


class Organisation(Recorded):
    """A department, park administration, institute, association or fund."""

    organisation_id = cells.text("机构代码", required=True)
    name = cells.text("机构名称", required=True)
    short_name = cells.text("简称")
    kind = cells.text("机构类别")
    area_code = cells.text("所在地区代码")
    parent_id = cells.text("上级机构代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "机构"
        indexes = (*Recorded.Meta.indexes, *found_by("name", "area_code", "parent_id"))


class Person(Recorded):
    """A chain chief, contact or expert."""

    person_id = cells.text("人员编号", required=True)
    name = cells.text("姓名", required=True)
    organisation_id = cells.text("机构代码")
    office = cells.text("职务")
    role = cells.text("角色")
    field = cells.text("专业领域")
    phone = cells.text("联系电话")
    valid_from = cells.day("任职起")
    valid_to = cells.day("任职止")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "人员"
        indexes = (*Recorded.Meta.indexes, *found_by("name", "organisation_id"))


class SourceDocument(Recorded):
    """A communique, notice, approval or contract."""

    document_id = cells.text("文件编号", required=True)
    title = cells.text("标题", required=True)
    number = cells.text("文号")
    issued_by = cells.text("发文机关")
    issued_on = cells.day("发文日期")
    url = cells.text("网址")
    trust = cells.text("可信度")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "来源文件"
