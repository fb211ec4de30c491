"""The audit of a plan: its own contradictions and gaps, each with the arithmetic that shows it."""

from liantu.plan.audit.run import audit

__all__ = ["audit"]
