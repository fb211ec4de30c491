"""Data quality: what is missing, late, empty, implausible, by table, district and period.

``report`` looks at the registers and the lake as they were at a moment; who files what and what
counts as wrong is declared by the tables and by ``catalog/rules/quality.yaml``.
"""

from __future__ import annotations

from liantu.records.quality.report import QualityReport, TableQuality, report
from liantu.records.quality.rules import QualityRules, quality_rules

__all__ = ["QualityReport", "QualityRules", "TableQuality", "quality_rules", "report"]
