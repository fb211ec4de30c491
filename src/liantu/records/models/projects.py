"""Projects with their milestones; measures of the plan."""

from __future__ import annotations

from liantu.records.models import cells
from liantu.records.models.recorded import Recorded, found_by


class Project(Recorded):
    """A project, from first lead to full output."""

    project_code = cells.text("项目代码", required=True)
    name = cells.text("项目名称", required=True)
    owner_code = cells.text("业主信用代码")
    owner_name = cells.text("业主单位")
    kind = cells.text("建设性质")
    area_code = cells.text("所在地区代码", required=True)
    park_code = cells.text("园区代码")
    parcel_code = cells.text("宗地代码")
    industry_code = cells.text("行业代码")
    chain_id = cells.text("产业链")
    node_id = cells.text("环节代码")
    total_cny = cells.figure("计划总投资")
    fixed_cny = cells.figure("固定资产投资")
    signed_on = cells.day("签约日期")
    start_planned_on = cells.day("计划开工日期")
    started_on = cells.day("实际开工日期")
    finish_planned_on = cells.day("计划竣工日期")
    finished_on = cells.day("实际竣工日期")
    stage = cells.text("阶段", required=True)
    level = cells.text("项目级别")
    document_id = cells.text("依据文件代码")
    duty_office = cells.text("责任单位")
    office_id = cells.text("责任机构代码")
    contact_id = cells.text("联系人代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "项目"
        indexes = (
            *Recorded.Meta.indexes,
            *found_by("name", "owner_code", "area_code", "park_code", "parcel_code", "chain_id"),
            *found_by("node_id", "document_id", "office_id", "contact_id"),
        )


class Milestone(Recorded):
    """A step of a project, planned for a day."""

    project_code = cells.text("项目代码", required=True)
    project_name = cells.text("项目名称")
    milestone = cells.text("节点", required=True)
    due_on = cells.day("计划完成日期", required=True)
    reached_on = cells.day("实际完成日期")
    office_id = cells.text("责任机构代码")
    note = cells.text("备注")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "项目节点"
        indexes = (*Recorded.Meta.indexes, *found_by("project_code", "office_id"))


class Measure(Recorded):
    """A task set by the plan or for a year."""

    measure_id = cells.text("任务编号", required=True)
    name = cells.text("任务", required=True)
    clause = cells.text("规划条款")
    document_id = cells.text("依据文件代码")
    office_id = cells.text("责任机构代码")
    contact_id = cells.text("责任人代码")
    due_on = cells.day("完成期限")
    state = cells.text("状态")
    note = cells.text("备注")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "举措任务"
        indexes = (
            *Recorded.Meta.indexes,
            *found_by("name", "office_id", "document_id", "contact_id"),
        )
