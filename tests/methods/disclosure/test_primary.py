"""Rules of single cells: their examples and their edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.disclosure.firms import RULES

from liantu.methods.disclosure import Rules, sensitivity


def judged(*parts: float, rules: Rules = RULES) -> tuple[bool, bool, float]:
    """Few, dominated and blur of one cell with these contributions."""
    held = [*sorted((abs(part) for part in parts), reverse=True), 0.0, 0.0]
    size = sum(held)
    share = [part / size if size else 0.0 for part in held]
    found = sensitivity([size], [len(parts)], share[:1], share[1:2], rules)
    return bool(found.few[0]), bool(found.dominated[0]), float(found.blur[0])


def test_the_rules_by_hand() -> None:
    only_percent = Rules(least_units=3, percent=0.1, dominance=None, protection=0.05)
    assert judged(60, 40)[:2] == (True, True)  # two firms
    assert judged(100, 50, 11, rules=only_percent)[:2] == (False, False)
    # rest 9 is less than 10% of 100: the runner-up estimates the largest within 9%
    few, dominated, blur = judged(100, 50, 9, rules=only_percent)
    assert (few, dominated) == (False, True)
    assert blur == pytest.approx(max(0.05 * 159, 0.1 * 100 - 9))
    # (2, 85%): 60 + 26 of 100
    only_two = Rules(least_units=3, percent=None, dominance=0.85, protection=0.001)
    assert judged(60, 25, 15, rules=only_two)[1] is False
    few, dominated, blur = judged(60, 26, 14, rules=only_two)
    assert dominated
    assert blur == pytest.approx(86 / 0.85 - 100)


def test_empty_cells_are_not_sensitive_and_zeros_of_few_are() -> None:
    found = sensitivity([0, 0, 50], [0, 2, 5], [np.nan, 0, 0.3], [np.nan, 0, 0.2], RULES)
    assert found.sensitive.tolist() == [False, True, False]
    assert found.blur.tolist() == [0, pytest.approx(5.0), 0]


def test_without_shares_only_the_number_is_judged() -> None:
    found = sensitivity([10, 10], [2, 9], [np.nan] * 2, [np.nan] * 2, RULES)
    assert found.few.tolist() == [True, False]
    assert not found.dominated.any()


@given(st.lists(st.floats(1, 1e6), min_size=3, max_size=12), st.floats(1e-3, 1e6))
def test_the_unit_of_the_values_changes_nothing(parts: list[float], factor: float) -> None:
    few, dominated, blur = judged(*parts)
    again = judged(*(part * factor for part in parts))
    if abs(sum(parts) - 1.1 * max(parts) - sorted(parts)[-2]) > 1e-6 * sum(parts):
        assert (
            again[:2] == (few, dominated) or abs(sum(sorted(parts)[-2:]) / sum(parts) - 0.85) < 1e-9
        )
        if again[:2] == (few, dominated):
            assert again[2] == pytest.approx(blur * factor)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"least_units": 0}, "least_units"),
        ({"percent": -0.1}, "percent"),
        ({"dominance": 1.2}, "dominance"),
        ({"protection": 0.0}, "protection"),
    ],
)
def test_parameters_outside_their_range_are_named(changed: dict[str, float], what: str) -> None:
    given = {"least_units": 3, "percent": 0.1, "dominance": 0.85, "protection": 0.1} | changed
    with pytest.raises(ValueError, match=what):
        sensitivity([1], [1], [1], [0], Rules(**given))  # type: ignore[arg-type]


def test_lists_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="same length"):
        sensitivity([1, 2], [1], [1], [0], RULES)
    with pytest.raises(ValueError, match="cell 1"):
        sensitivity([1, -2], [1, 1], [1, 1], [0, 0], RULES)
