"""The review queue as pages: side by side, decided in a name, kept, taken back, merged."""

from __future__ import annotations

import pytest

from liantu.records import lake, registers
from liantu.records.identity.queue import find_duplicates
from liantu.records.models import ReviewCase

from .conftest import Wizard, code


@pytest.fixture
def pair(wizard: Wizard) -> ReviewCase:
    """Two registered records that may be one firm."""
    registers.upsert(
        "firms",
        [
            {"credit_code": code(n), "name": "云溪华川精密机械有限公司", "capital_cny": 100.0 * n}
            for n in (1, 2)
        ],
        by="企业处",
    )
    find_duplicates("firms", "企业处")
    return ReviewCase.objects.get()


def decide(wizard: Wizard, case: ReviewCase, **changes: str) -> int:
    form = {"version": str(case.version), "verdict": "same", "reason": "已电话核实"}
    answer = wizard.client.post(f"/imports/review/{case.pk}/", form | changes)
    return answer.status_code


def test_the_queue_shows_what_waits_with_score_and_reason(wizard: Wizard, pair: ReviewCase) -> None:
    page = wizard.page("/imports/review/")
    assert "1项待定" in page
    assert pair.left_name in page
    assert pair.reason in page
    assert f"/imports/review/{pair.pk}/" in page
    assert pair.left_name not in wizard.page("/imports/review/?state=same")
    assert pair.left_name in wizard.page("/imports/review/?state=all&kind=pair&q=华川")
    assert pair.left_name not in wizard.page("/imports/review/?kind=alias")


def test_both_sides_stand_beside_each_other(wizard: Wizard, pair: ReviewCase) -> None:
    page = wizard.page(f"/imports/review/{pair.pk}/")
    table = page.split('class="beside"')[1].split("</table>")[0]
    assert code(1) in table
    assert code(2) in table
    assert 'class="differs"' in table
    assert 'class="agrees"' in table


@pytest.mark.parametrize("verdict", ["same", "different", "unsure"])
def test_a_verdict_is_kept_with_name_and_reason_and_can_be_taken_back(
    wizard: Wizard, pair: ReviewCase, verdict: str
) -> None:
    assert decide(wizard, pair, verdict=verdict) == 302
    pair.refresh_from_db()
    assert (pair.state, pair.by, pair.because) == (verdict, "administrator", "已电话核实")
    assert "没有待定项" in wizard.page("/imports/review/")
    assert "已电话核实" in wizard.page(f"/imports/review/{pair.pk}/")
    find_duplicates("firms", "企业处")
    pair.refresh_from_db()
    assert pair.state == verdict
    assert decide(wizard, pair, verdict="waiting") == 302
    assert "1项待定" in wizard.page("/imports/review/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "长" * 2001},
        {"reason": " "},
        {"verdict": "maybe"},
        {"version": "x"},
        {"keep": "other"},
    ],
)
def test_what_is_missing_is_said_and_nothing_decided(
    wizard: Wizard, pair: ReviewCase, wrong: dict[str, str]
) -> None:
    assert decide(wizard, pair, **wrong) == 422
    pair.refresh_from_db()
    assert pair.state == "waiting"


def test_who_decides_second_is_told(wizard: Wizard, pair: ReviewCase) -> None:
    assert decide(wizard, pair, verdict="different") == 302
    stale = {"version": "0", "verdict": "same", "reason": "看着像"}
    answer = wizard.client.post(f"/imports/review/{pair.pk}/", stale)
    assert answer.status_code == 422
    assert "administrator" in answer.content.decode()
    pair.refresh_from_db()
    assert (pair.state, pair.by) == ("different", "administrator")


def test_a_pair_is_merged_only_when_asked_and_parted_again(
    wizard: Wizard, pair: ReviewCase
) -> None:
    assert decide(wizard, pair, keep=pair.left_key) == 302
    assert registers.at("firms").count() == 1
    pair.refresh_from_db()
    assert "已并入" in wizard.page(f"/imports/review/{pair.pk}/")
    assert decide(wizard, pair, verdict="waiting") == 302
    assert registers.at("firms").count() == 2


def test_a_case_that_is_not_there(wizard: Wizard) -> None:
    wizard.page("/imports/review/999/", 404)
    wizard.page(f"/imports/review/{10**30}/", 404)
    assert wizard.client.get("/imports/review/?state=lost").status_code == 400


def test_rows_held_at_the_door_lead_to_their_case(wizard: Wizard) -> None:
    registers.upsert(
        "firms", [{"credit_code": code(1), "name": "长沙宏远达机械有限公司"}], by="企业处"
    )
    month = "纳税人名称,税款所属期,入库税收（万元）\n长沙宏运达机械有限公司,2025-03,12\n"
    token = wizard.upload(month, "税务.csv")
    wizard.choose(token, table="firm_month", go="columns")
    columns = wizard.page(f"/imports/{token}/columns/")
    assert "还缺必填的列" not in columns
    wizard.client.post(f"/imports/{token}/columns/", {})
    check = wizard.page(f"/imports/{token}/check/")
    assert "名称待核对" in check
    wizard.commit(token, check)
    assert "/imports/review/?q=" in wizard.page("/imports/rejected/")
    case = ReviewCase.objects.get()
    assert "1行等候结论" in wizard.page(f"/imports/review/{case.pk}/")
    assert decide(wizard, case) == 302
    assert wizard.imported(month, "税务.csv", table="firm_month")
    found = lake.read("firm_month").select("credit_code", "tax_cny").collect()
    assert found.rows() == [(code(1), 120_000.0)]


@pytest.mark.parametrize("version", ["", "x", "²", "٣", "9" * 30])
def test_a_version_that_is_none_decides_nothing(
    wizard: Wizard, pair: ReviewCase, version: str
) -> None:
    assert decide(wizard, pair, version=version) == 422
    pair.refresh_from_db()
    assert pair.state == "waiting"
