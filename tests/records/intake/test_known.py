"""What is known is read as far as a file needs it, and says the same as if all were read."""

from __future__ import annotations

import polars as pl
import pytest

from liantu.records import intake
from liantu.records.intake import known
from liantu.records.tables.declared import table

from .conftest import TODAY, Bring, Write, code

pytestmark = pytest.mark.django_db

HEAD = "统一社会信用代码,企业名称,月份,营业收入（元）\n"


def register(bring: Bring, firms: int = 60) -> None:
    rows = "".join(f"{code(n)},企业{n},{f'旧名{n}' if n % 7 == 0 else ''}\n" for n in range(firms))
    bring(f"统一社会信用代码,企业名称,曾用名\n{rows}", "firms")


@pytest.mark.parametrize("worth", [10, 10**9])
def test_looking_up_says_what_reading_all_says(
    worth: int, bring: Bring, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(bring)
    monkeypatch.setattr(known, "_WORTH", worth)
    lines = (
        f"{code(1)},企业1,2025-03,1\n"
        f"{code(7)},旧名7,2025-03,1\n"  # its former name
        f"{code(2)},企业3,2025-03,1\n"  # the name of another
        f"{code(4)},旧名14,2025-03,1\n"  # the former name of another
        f"{code(5)},新名,2025-03,1\n"
        f"{code(99)},谁,2025-03,1\n"
    )
    prepared = intake.prepare(write(HEAD + lines), today=TODAY)
    assert {row.row: row.problems[0].code for row in prepared.checked.rejected} == {
        4: "swapped", 5: "swapped", 7: "unknown_code",
    }  # fmt: skip
    assert prepared.checked.warnings["row"].to_list() == [6]


def test_a_large_register_is_not_read_whole(bring: Bring) -> None:
    register(bring)
    rows = pl.DataFrame({"credit_code": [code(3)], "firm_name": ["企业3"]})
    found = known.Names(table("firm_month"), rows)["firms"]
    assert 1 <= found["code"].n_unique() < 20
    assert known.Names()["firms"]["code"].n_unique() == 60


def test_a_register_that_knows_none_of_the_codes_is_not_an_empty_one(
    bring: Bring, write: Write
) -> None:
    line = f"{code(99)},谁,2025-03,1\n"
    assert not len(intake.prepare(write(HEAD + line), today=TODAY).checked.rejected)
    register(bring, 30)
    assert len(intake.prepare(write(HEAD + line), today=TODAY).checked.rejected) == 1


def test_the_past_is_read_around_the_periods_of_a_file(bring: Bring, write: Write) -> None:
    head = "统一社会信用代码,月份,营业收入（元）\n"
    months = [f"{year}-{month:02}" for year in range(2021, 2025) for month in range(1, 13)]
    bring(head + "".join(f"{code(1)},{month},1000000\n" for month in months))
    bring(head + f"{code(2)},2024-12,1000000\n")
    read = known.past_of(table("firm_month"))
    assert read is not None
    rows = pl.DataFrame({"credit_code": [code(1)], "period": ["2024-06"]})
    past = read(rows)
    assert past is not None
    assert sorted(past["period"]) == months[29:43]  # twelve before, its own, one after
    assert set(past["credit_code"]) == {code(1)}
    assert known.past_of(table("firms")) is None
    prepared = intake.prepare(write(f"{head}{code(1)},2025-01,100000000\n"), today=TODAY)
    assert "jump" in prepared.checked.warnings["code"].to_list()
