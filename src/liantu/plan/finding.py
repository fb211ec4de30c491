"""A finding of the audit: one contradiction or gap in a plan, with its arithmetic."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["high", "medium", "low"]
FindingKind = Literal[
    "different_values",
    "parts_do_not_sum",
    "baseline_at_target",
    "gross_against_net",
    "growth_against_share",
    "growth_against_level",
    "increase_against_level",
    "completions_above_starts",
    "nesting_unsaid",
    "form_mismatch",
    "comparator_mismatch",
    "no_baseline",
    "no_unit",
    "no_owner",
    "no_data_source",
    "set_elsewhere",
    "scope_unsaid",
    "baseline_not_comparable",
    "shared_number",
    "table_numbering",
]


class Step(BaseModel):
    """One line of arithmetic, printable as ``label: expression = result``.

    ``label`` is Chinese, ``label_en`` English; expression and result are figures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    expression: str
    result: str
    label_en: str = ""


class Finding(BaseModel):
    """What the audit found; contradictions are kept and shown, never repaired."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FindingKind
    severity: Severity
    items: tuple[str, ...]
    """Ids of the targets and facts concerned."""
    message: str
    """Chinese, with the figures in it."""
    message_en: str
    arithmetic: tuple[Step, ...] = ()
    assumptions: dict[str, float] = {}
    rule: str = ""
    """Id of the message in ``catalog/rules/audit.yaml``; several may serve one kind."""
