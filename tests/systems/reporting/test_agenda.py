"""Periods, due days, and the calendar that lists them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from liantu.cli.main import cli
from liantu.declarations import Source, declared
from liantu.errors import InvalidDeclaration, InvalidPeriod, UsageError
from liantu.records.tables.declared import load_tables
from liantu.systems.reporting.agenda import agenda
from liantu.systems.reporting.due import DueRule, due_on
from liantu.systems.reporting.periods import RHYTHMS, period_at, period_of
from liantu.systems.reporting.rules import cycle_rules

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
SOURCE = Source(title="here", trust="editorial")


@given(DAYS, st.sampled_from(RHYTHMS), st.integers(-30, 30))
def test_periods_follow_one_another(day: date, rhythm: str, by: int) -> None:
    period = period_at(day, rhythm)  # type: ignore[arg-type]
    assert period.start <= day <= period.end
    assert period_of(period.code) == period
    assert period.shifted(by).shifted(-by) == period
    assert period.shifted(1).start == period.end + timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_codes(code: str, start: date, end: date) -> None:
    found = period_of(code)
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize(
    "code", ["2026-W54", "2021-W53", "2026-13", "2026Q5", "", "十一月", "0001"]
)
def test_codes_of_no_period(code: str) -> None:
    with pytest.raises(InvalidPeriod, match="无法识别"):
        period_of(code)


@pytest.mark.parametrize(
    ("rule", "code", "expected", "announced"),
    [
        ({"working_day": 8}, "2026-09", date(2026, 10, 16), True),
        ({"working_day": 4}, "2026-01", date(2026, 2, 5), True),
        ({"day": 31}, "2025", date(2026, 2, 2), True),
        ({"day": 31, "moved": "previous"}, "2025", date(2026, 1, 30), True),
        ({"day": 31, "moved": "none"}, "2026-01", date(2026, 2, 28), True),
        ({"days": 5}, "2026-09", date(2026, 10, 8), True),
        ({"working_day": 4}, "2026-12", date(2027, 1, 6), False),
    ],
)
def test_due_days(rule: dict[str, object], code: str, expected: date, announced: bool) -> None:
    found = due_on(DueRule.model_validate({**rule, "source": SOURCE}), period_of(code))
    assert (found.day, found.announced) == (expected, announced)


@pytest.mark.parametrize("rule", [{}, {"day": 1, "days": 2}, {"working_day": 0}])
def test_a_rule_says_one_thing(rule: dict[str, object]) -> None:
    with pytest.raises(InvalidDeclaration):
        declared(DueRule, {**rule, "source": SOURCE.model_dump()}, where="here")


def test_every_cycle_is_of_a_declared_series_and_ends_with_the_city() -> None:
    for cycle in cycle_rules().cycles:
        assert load_tables()[cycle.table].grain == cycle.rhythm
        assert cycle.levels[-1] == "city"


def test_the_agenda_misses_nothing_and_nothing_twice() -> None:
    found = agenda(date(2025, 1, 1), date(2025, 12, 31))
    count = {cycle.id: sum(each.cycle is cycle for each in found) for cycle in cycle_rules().cycles}
    assert count == {"firm_month": 12, "project_month": 12, "firm_quarter": 4, "park_quarter": 4,
                     "firm_year": 1, "area_year": 1}  # fmt: skip
    assert len({(each.cycle.id, each.period.code) for each in found}) == len(found)
    assert [each.due for each in found] == sorted(each.due for each in found)


def test_a_calendar_that_runs_backwards_is_refused() -> None:
    with pytest.raises(UsageError, match="颠倒"):
        agenda(date(2026, 2, 1), date(2026, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_rests_on() -> None:
    said = CliRunner().invoke(
        cli, ["cycles", "calendar", "--from", "2026-12-25", "--to", "2027-01-31", "--format", "csv"]
    )
    assert said.exit_code == 0, said.output
    assert "2027-01-07,project_month" in said.output or "2027-01-06,project_month" in said.output
    assert "待核实" in said.output
    off = CliRunner().invoke(
        cli, ["cycles", "calendar", "--from", "2026-10-01", "--to", "2026-10-10", "--days",
              "--format", "csv"],
    )  # fmt: skip
    assert "2026-10-10,True,worked_weekend" in off.output
