"""Small invented plans to extract from."""

from __future__ import annotations

from liantu.plan.layout import clean
from liantu.plan.outline import outline
from liantu.plan.targets import Extraction, extract

YEARS = (2021, 2025)

FRAME = """一、发展基础

“十三五”时期，全市工业总产值年均增长6.8%，全市高新技术企业达到310家，全市单位产值能耗累计下降17%。

二、总体要求

（一）发展目标

到2025年，全市产业发展质量明显提高。

专栏1  “十四五”时期产业发展主要指标

{table}

三、重点任务

（一）做强产业

到2025年，全市培育智能工厂40家，全市工业投资年均增长8%以上。
"""


def extracted(text: str) -> Extraction:
    plain = clean(text)
    return extract(plain, outline(plain), YEARS)


def with_table(table: str) -> Extraction:
    """A whole small plan around one indicator table."""
    return extracted(FRAME.format(table=table))
