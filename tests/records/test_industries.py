"""Codes of the 2011 edition in the edition of a day, from the standard's own lists and filings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from liantu.errors import NotFound
from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.industries import edition_on, editions, industries_on, industry_on

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2014, 6, 30), date(2020, 6, 30)


def file_concordance(*rows: tuple[str, str, bool | None]) -> None:
    frame = pl.DataFrame(
        [("2011", old, "2017", new, partial) for old, new, partial in rows],
        schema=["from_edition", "from_code", "to_edition", "to_code", "partial"], orient="row",
    )  # fmt: skip
    registers.upsert("industry_concordance", frame, by="统计", reason="对照表")


@pytest.fixture
def lists(shared: Path) -> None:
    """Both editions, through the door."""
    for edition in ("2011", "2017"):
        path = shared / "data" / "classification" / f"gbt4754_{edition}.csv"
        found = check(path, "industry_classes", fill={"edition": edition})
        assert not len(found.rejected)
        accept(found, by="统计")


def test_one_edition_is_in_force_on_every_day_since_the_first() -> None:
    days = [date(2011, 11, 1), date(2017, 9, 30), date(2017, 10, 1), date(2026, 1, 1)]
    assert [edition_on(day).id for day in days] == ["2011", "2011", "2017", "2017"]
    with pytest.raises(NotFound):
        edition_on(date(2011, 10, 31))
    assert all(edition.source.trust == "official" for edition in editions())


@pytest.mark.usefixtures("lists")
def test_without_a_concordance_only_code_and_name_together_lead_on() -> None:
    found = industries_on(AFTER, "2011").filter(pl.col("code").str.len_chars() == 4)
    assert found["basis"].drop_nulls().unique().to_list() == ["same_name"]
    assert found["to_code"].is_not_null().sum() == 718
    told = industry_on("3911", "2011", AFTER)
    assert [(one.code, one.basis, one.partial) for one in told.classes] == [
        ("3911", "same_name", False)
    ]
    # 3610 was the making of cars; 2017 divides it by what drives them.
    unknown = industry_on("3610", "2011", AFTER)
    assert unknown.classes == ()
    assert unknown.missing is not None
    assert "对照" in unknown.missing.zh


@pytest.mark.usefixtures("lists")
def test_a_filed_concordance_leads_on_and_back() -> None:
    file_concordance(("3610", "3611", None), ("3610", "3612", None), ("3911", "3911", False))
    forward = industry_on("C3610", "2011", AFTER)
    assert [(one.code, one.partial, one.basis) for one in forward.classes] == [
        ("3611", True, "concordance"),
        ("3612", True, "concordance"),
    ]
    assert all("汽" in one.name or "车" in one.name for one in forward.classes)
    back = industry_on("3612", "2017", BEFORE)
    assert [(one.code, one.partial) for one in back.classes] == [("3610", True)]
    assert industry_on("3911", "2011", AFTER).classes[0].basis == "concordance"


@pytest.mark.usefixtures("lists")
def test_a_code_of_the_edition_itself_stays_and_a_code_of_none_is_told() -> None:
    (same,) = industry_on("3610", "2011", BEFORE).classes
    assert (same.code, same.basis) == ("3610", "same_edition")
    with pytest.raises(NotFound):
        industry_on("9999", "2011", AFTER)


def test_a_concordance_alone_is_enough() -> None:
    file_concordance(("3610", "3611", True))
    (found,) = industry_on("3610", "2011", AFTER).classes
    assert (found.code, found.name, found.basis) == ("3611", "", "concordance")
    assert industry_on("3620", "2011", AFTER).missing is not None
    assert industry_on("3620", "2011", BEFORE).classes[0].code == "3620"


def test_what_was_filed_later_was_not_known_before() -> None:
    file_concordance(("3610", "3611", True))
    moment = registers.at("industry_concordance").get().recorded_from
    file_concordance(("3610", "3612", True))
    assert len(industry_on("3610", "2011", AFTER).classes) == 2
    assert len(industry_on("3610", "2011", AFTER, as_of=moment).classes) == 1
