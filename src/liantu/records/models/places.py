"""Places: areas as they were drawn from day to day, parks by system version, parcels."""

from __future__ import annotations

from liantu.records.models import cells
from liantu.records.models.recorded import Recorded, found_by


class Area(Recorded):
    """An area between two days; its code may return with other borders and another name."""

    area_code = cells.text("地区代码", required=True)
    valid_from = cells.day("起始日期", required=True)
    valid_to = cells.day("终止日期")
    name = cells.text("名称", required=True)
    short_name = cells.text("简称")
    other_names = cells.text("其他名称")
    level = cells.text("级别", required=True)
    parent_code = cells.text("上级代码")
    tier = cells.text("圈层")
    land_km2 = cells.figure("面积")
    boundary = cells.text("边界")
    document = cells.text("依据文件")
    document_id = cells.text("依据文件代码")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "地区"
        indexes = (*Recorded.Meta.indexes, *found_by("name", "parent_code", "document_id"))


class AreaChange(Recorded):
    """What became of the code of an area in a year."""

    year = cells.whole("年份", required=True)
    kind = cells.text("变更类型", required=True)
    old_code = cells.text("原代码", required=True)
    old_name = cells.text("原名称")
    new_code = cells.text("新代码", required=True)
    new_name = cells.text("新名称")
    document = cells.text("批复文号")
    document_id = cells.text("依据文件代码")
    evidence = cells.text("依据")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "区划变更"
        indexes = (*Recorded.Meta.indexes, *found_by("old_code", "new_code", "document_id"))


class Park(Recorded):
    """An industrial park in one version of the park system."""

    park_code = cells.text("园区代码", required=True)
    system_version = cells.text("体系版本", required=True)
    name = cells.text("园区名称", required=True)
    area_code = cells.text("所在地区代码")
    level = cells.text("园区级别")
    leading_industry = cells.text("主导产业")
    planned_mu = cells.figure("规划面积")
    industrial_mu = cells.figure("工业用地面积")
    built_mu = cells.figure("已建成面积")
    valid_from = cells.day("起始日期")
    valid_to = cells.day("终止日期")
    document_id = cells.text("依据文件代码")
    boundary = cells.text("边界")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "产业园区"
        indexes = (*Recorded.Meta.indexes, *found_by("name", "area_code", "document_id"))


class Parcel(Recorded):
    """A parcel of land, its holder and the contract it was sold under."""

    parcel_code = cells.text("宗地代码", required=True)
    name = cells.text("地块名称")
    area_code = cells.text("所在地区代码", required=True)
    park_code = cells.text("园区代码")
    holder_code = cells.text("使用权人信用代码")
    holder_name = cells.text("使用权人")
    land_mu = cells.figure("面积", required=True)
    use = cells.text("用途", required=True)
    line = cells.text("控制线")
    state = cells.text("状态")
    contract_number = cells.text("合同编号")
    document_id = cells.text("依据文件代码")
    contract_on = cells.day("合同签订日期")
    start_due_on = cells.day("约定动工日期")
    started_on = cells.day("实际动工日期")
    finish_due_on = cells.day("约定竣工日期")
    finished_on = cells.day("实际竣工日期")
    price_cny = cells.figure("成交价款")
    plot_ratio = cells.figure("容积率")
    floor_area_m2 = cells.figure("建筑面积")
    agreed_investment_cny_per_mu = cells.figure("约定投资强度")
    agreed_tax_cny_per_mu = cells.figure("约定亩均税收")
    standard_land = cells.yes_no("标准地")
    boundary = cells.text("边界")

    class Meta(Recorded.Meta):
        verbose_name = verbose_name_plural = "地块"
        indexes = (
            *Recorded.Meta.indexes,
            *found_by("area_code", "park_code", "holder_code", "document_id"),
        )
