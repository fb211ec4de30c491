"""Every declared measure has a case, worked out by hand, and comes to it."""

from __future__ import annotations

import pytest
from tests.indicators.case_files import cases, differences

from liantu.indicators.loading import FOLDER, load

CATALOGUE = load((FOLDER,))
CASES = cases()


def test_every_measure_has_a_case() -> None:
    missing = sorted(set(CATALOGUE.compiled) - set(CASES))
    assert not missing, f"write cases for {', '.join(missing)} (tests/indicators/cases)"
    unknown = sorted(set(CASES) - set(CATALOGUE.compiled))
    assert not unknown, f"cases of no measure: {', '.join(unknown)}"


@pytest.mark.parametrize("measure", sorted(set(CASES) & set(CATALOGUE.compiled)))
def test_a_measure_comes_to_its_case(measure: str) -> None:
    case = CASES[measure]
    wrong = differences(case, case.computed(CATALOGUE))
    assert not wrong, f"{case.file}: " + "; ".join(wrong)
