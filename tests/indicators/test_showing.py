"""Limited offices see their own groups and of the whole city what tells of nobody."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from liantu.indicators.loading import FOLDER, load
from liantu.indicators.showing import shown
from liantu.indicators.values import Absence, Values, schema
from liantu.records.access import Actor, Grant, Scope, acting

CATALOGUE = load((FOLDER,))
EAST = Actor("east", (Grant("district", Scope("district", "D1")),))
READER = Actor("reader", (Grant("reader"),))


@pytest.fixture(autouse=True)
def nobody_else() -> Iterator[None]:
    with acting(EAST):
        yield


def values(*rows: tuple[str | None, float | None, int, float, float]) -> Values:
    """One measure and period: district, value, units, shares of the two leading units."""
    shape = schema(["district"])
    frame = pl.DataFrame(
        [
            {"measure": "employees_total", "period": "2024", "district": district, "value": value,
             "units": units, "top1": one, "top2": two, "coverage": 1.0,
             "absence": None if value is not None else "not_reported"}
            for district, value, units, one, two in rows
        ],
        schema=shape,
    )  # fmt: skip
    return Values(frame, ("district",))


def test_small_numbers_of_a_public_register_are_shown() -> None:
    given = values((None, 2.0, 2, 0.0, 0.0))
    parks = given.frame.with_columns(measure=pl.lit("parks_in_force"))
    assert told(shown(Values(parks, ("district",)), CATALOGUE)) == {None: (2.0, None)}


def told(frame: Values) -> dict[str | None, tuple[float | None, str | None]]:
    return {row["district"]: (row["value"], row["absence"]) for row in frame.frame.to_dicts()}


HIDDEN = (None, Absence.SUPPRESSED.value)


def test_own_groups_and_the_whole_city_are_shown() -> None:
    given = values((None, 100.0, 12, 0.2, 0.1), ("D1", 40.0, 2, 0.9, 0.1), ("D2", 60.0, 10, 0.2, 0))
    found = shown(given, CATALOGUE)
    assert told(found) == {None: (100.0, None), "D1": (40.0, None), "D2": HIDDEN}
    with acting(READER):
        assert shown(given, CATALOGUE).frame.equals(given.frame)


def test_shares_of_leading_units_are_of_ones_own_groups_only() -> None:
    found = shown(values((None, 100.0, 12, 0.2, 0.1), ("D1", 40.0, 2, 0.9, 0.1)), CATALOGUE).frame
    assert found["top1"].to_list() == [None, 0.9]
    assert found["top2"].to_list() == [None, 0.1]


@pytest.mark.parametrize(
    ("whole", "own"),
    [
        ((100.0, 2, 0.6, 0.4), (0.0, 0, 0.0, 0.0)),  # two units in the whole city
        ((100.0, 9, 0.7, 0.2), (5.0, 3, 0.4, 0.3)),  # two hold nine tenths
        ((100.0, 9, 0.2, 0.1), (40.0, 7, 0.3, 0.2)),  # two are left besides one's own
    ],
)
def test_a_whole_that_tells_of_single_units_is_withheld(
    whole: tuple[float, int, float, float], own: tuple[float, int, float, float]
) -> None:
    found = told(shown(values((None, *whole), ("D1", *own)), CATALOGUE))
    assert found[None] == HIDDEN
    assert found["D1"] == (own[0], None)


def test_what_is_absent_keeps_its_reason() -> None:
    found = told(shown(values((None, None, 0, 0.0, 0.0), ("D2", None, 0, 0.0, 0.0)), CATALOGUE))
    assert found == {None: (None, "not_reported"), "D2": (None, "not_reported")}
