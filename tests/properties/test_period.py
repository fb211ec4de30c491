"""Periods hold together: every way to write one reads back, order and containment are sound."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from liantu.errors import InvalidPeriod
from liantu.quantity.period import Period, moment, months, parse_period

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31))


def _between(a: date, b: date) -> Period:
    first, last = min(a, b), max(a, b)
    return months(first.year, first.month, last.year, last.month)


SAME_YEAR = st.builds(
    lambda y, a, b: months(y, min(a, b), y, max(a, b)),
    st.integers(1950, 2099),
    st.integers(1, 12),
    st.integers(1, 12),
)
PERIODS = st.one_of(st.builds(moment, DAYS), st.builds(_between, DAYS, DAYS), SAME_YEAR)


@given(PERIODS)
def test_label_and_code_read_back(period: Period) -> None:
    assert parse_period(period.label) == period
    assert parse_period(period.code) == period


@given(PERIODS)
def test_remark_and_full_width_change_nothing(period: Period) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in period.label)
    read = parse_period(f" {wide}（第七批）")
    assert read == period
    assert read.remark == "第七批"


@given(PERIODS, PERIODS)
def test_order_follows_the_last_day_and_agrees_with_equality(a: Period, b: Period) -> None:
    assert (a == b) == (a.code == b.code)
    assert (a < b) + (b < a) + (a == b) == 1
    if a.end < b.end:
        assert a < b


@given(PERIODS, PERIODS, PERIODS)
def test_containment_is_a_partial_order(a: Period, b: Period, c: Period) -> None:
    assert a.contains(a)
    if a.contains(b) and b.contains(a):
        assert (a.start, a.end) == (b.start, b.end)
    if a.contains(b) and b.contains(c):
        assert a.contains(c)


@given(PERIODS, st.integers(1949, 2100))
def test_a_year_covered_is_contained(period: Period, y: int) -> None:
    whole = months(y, 1, y, 12)
    if period.kind == "moment":
        assert period.covers_year(y) == (period.end == date(y, 12, 31))
    else:
        assert period.covers_year(y) == period.contains(whole)


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_a_typed_error(text: str) -> None:
    try:
        period = parse_period(text)
    except InvalidPeriod:
        return
    assert period.start <= period.end
    assert parse_period(period.code) == period


@given(st.text(alphabet="20159年月日末底前上下半季度第一三五十-—至Q()（）截止", max_size=16))
def test_nearly_a_period_is_a_period_or_a_typed_error(text: str) -> None:
    try:
        period = parse_period(text)
    except InvalidPeriod:
        return
    assert parse_period(period.label) == period
