"""``python -m benchmarks``: every workload in one run, medians with their range.

The workloads of the records run as programs of their own, since each fills a ledger of its own
and is measured with its own memory; they take minutes and run where they are named::

    python -m benchmarks records registers identity
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks import compiling, evaluating, serving

OWN = (
    "records",
    "registers",
    "series",
    "intake",
    "figures",
    "quality",
    "identity",
    "systemic_risk",
    "crowd",
    "disclosure",
    "scoping",
    "hour",
    "indicators",
)
"""Workloads that are programs of their own."""
SHARED = Path(__file__).resolve().parents[2] / "shared"


def main() -> None:
    """Run the chosen workloads and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", choices=["compile", "evaluate", "serve", *OWN, []])
    only = set(parser.parse_args().only) or {"compile", "evaluate", "serve"}
    for name in (name for name in OWN if name in only):
        print(f"— {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
    if not only.difference(OWN):
        return
    if not SHARED.is_dir():
        sys.exit("the folder shared/ with the plan text and real data is not beside this checkout")
    text = (SHARED / "plan" / "chengdu_manufacturing_14fyp.txt").read_text(encoding="utf-8")
    figures = SHARED / "data" / "observations" / "observations.csv"
    readings = []
    if "compile" in only:
        readings += compiling.run(text)
    if "evaluate" in only:
        readings += evaluating.run(text, figures)
    if "serve" in only:
        readings += serving.run()
    for reading in readings:
        print(reading.line())


if __name__ == "__main__":
    main()
