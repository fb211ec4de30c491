"""One whole city for all tests that only look at it, and a small one to be loaded."""

from __future__ import annotations

import pytest

from liantu.records.sample.calibration import Calibration, calibration
from liantu.records.sample.city import City, make_city
from liantu.records.sample.population import whole_city


@pytest.fixture(scope="session")
def given() -> Calibration:
    return calibration()


@pytest.fixture(scope="session")
def whole(given: Calibration) -> City:
    """The city at full size: its totals are the published ones."""
    return make_city(whole_city(given), seed=11)


@pytest.fixture(scope="session")
def small() -> City:
    return make_city(300, seed=3)
