"""Compile the first plan, then the same plan at ten times its length: time must be linear."""

from __future__ import annotations

from benchmarks.timing import Reading, time_call
from liantu.plan.compiler import compile_text

TIMES = 10


def run(plan_text: str) -> list[Reading]:
    """Median time of one compile and of one ten times as long."""
    long_text = "\n".join([plan_text] * TIMES)
    once = time_call("compile, plan as published", lambda: compile_text(plan_text), repeat=7)
    tenfold = time_call("compile, ten times as long", lambda: compile_text(long_text), repeat=3)
    ratio = tenfold.median / once.median
    note = f"{ratio:.1f}× the time for {TIMES}× the length"
    characters = f"{len(plan_text):,} characters"
    return [
        Reading(once.name, once.seconds, characters),
        Reading(tenfold.name, tenfold.seconds, note),
    ]
