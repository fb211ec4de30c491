"""Evaluate every target of the first plan on the published figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from benchmarks.timing import Reading, time_call
from liantu.plan.compiler import compile_text
from liantu.records.figures.observations_file import read_observations
from liantu.systems.targets.evaluate import evaluate

AS_OF = date(2025, 12, 31)


def run(plan_text: str, figures: Path) -> list[Reading]:
    """Median time to read the figures, and to evaluate all targets on them."""
    package = compile_text(plan_text)
    observations = read_observations(figures).observations
    return [
        time_call(
            "read and check the figures",
            lambda: read_observations(figures),
            repeat=5,
            note=f"{len(observations)} figures",
        ),
        time_call(
            "evaluate all targets",
            lambda: evaluate(package, observations, AS_OF),
            note=f"{len(package.targets)} targets",
        ),
    ]
