"""What imports kept, as of a moment: rows sent back, mappings, corrections, who is who."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from liantu.records import intake, registers
from liantu.records.doors.mapping import Mapping, Match
from liantu.records.identity import review
from liantu.records.identity.queue import find_duplicates
from liantu.records.models import ReviewCase

from .conftest import Wizard, code, csv
from .test_memory import correction
from .test_rejected import BAD, rows_of

PAST = "不含其后的变更"
BEFORE = "2001-01-01"


def now() -> str:
    """A moment as addresses carry it."""
    return timezone.now().isoformat().replace("+", "%2B")


def test_rows_wait_until_the_moment_that_settled_them(wizard: Wizard) -> None:
    first = wizard.imported(BAD)
    sent_back = now()
    second = wizard.imported(csv("P2,2025Q1,20,6", "P3,2025Q1,30,x"), "later.csv")
    settled = now()
    assert "3行退回，2行待改正" in wizard.page("/imports/rejected/")

    page = wizard.page(f"/imports/rejected/?as_of={sent_back}")
    assert "2行退回，2行待改正" in page
    assert PAST in page
    assert "待改正" in page
    assert f"/imports/batch/{second}/" not in page
    assert rows_of(wizard.page(f"/imports/rejected/?as_of={sent_back}&state=open")) == 2
    assert rows_of(wizard.page(f"/imports/rejected/?as_of={sent_back}&state=mended")) == 0
    assert rows_of(wizard.page(f"/imports/rejected/?as_of={settled}&state=mended")) == 1
    assert "没有退回的行" in wizard.page(f"/imports/rejected/?as_of={BEFORE}")
    assert "尚未入库" in wizard.page(f"/imports/rejected/?as_of={sent_back}&batch={second}", 404)
    assert "2行退回，待改正" in wizard.page(f"/imports/batch/{first}/?as_of={sent_back}")
    assert "尚未入库" in wizard.page(f"/imports/batch/{second}/?as_of={sent_back}", 404)
    page = wizard.page(f"/imports/?as_of={sent_back}")
    assert "已导入1批文件" in page
    assert "later.csv" not in page
    assert "imports/new" not in page.split("<main")[1]


def test_a_row_that_came_back_mended_waited_before(wizard: Wizard, tmp_path: object) -> None:
    batch = wizard.imported(csv("P2,2025Q1,many,6"))
    waits = now()
    mended = f"退回行号,园区代码,季度,从业人员（人）,企业户数（户）\n{batch}#2,P2,2025Q1,20,6\n"
    wizard.imported(mended, "mended.csv")
    assert "0行待改正" in wizard.page("/imports/rejected/")
    page = wizard.page(f"/imports/rejected/?as_of={waits}")
    assert "1行退回，1行待改正" in page
    assert "已改正" not in page.split("<tbody>")[1]


def test_corrections_and_mappings_of_a_moment(wizard: Wizard) -> None:
    before = now()
    wizard.client.post("/imports/memory/correct/", correction())
    intake.remember("园区办", Mapping("park_quarter", (Match("人数", "employees"),)), "甲")
    kept = now()
    intake.remember("园区办", Mapping("park_quarter", (Match("户数", "firms"),)), "乙")
    (standing,) = intake.corrections()
    intake.retire_correction(standing.id, by="统计科", reason="来源已改")
    intake.forget("园区办", "park_quarter", "丙")

    assert "0条更正有效" in wizard.page("/imports/memory/")
    page = wizard.page(f"/imports/memory/?as_of={kept}&retired=1")
    assert "1条更正有效" in page
    assert "小数点错位" in page
    assert "来源已改" not in page
    assert "人数" in page
    assert "户数" not in page.split('id="mappings"')[1].split("</section>")[0]
    assert PAST in page
    for form in ("imports-forget", "imports-correct", "imports-retire"):
        assert f'action="/imports/memory/{form.removeprefix("imports-")}/"' not in page
    page = wizard.page(f"/imports/memory/?as_of={before}")
    assert "小数点错位" not in page
    assert "人数" not in page.split("<main")[1]


@pytest.fixture
def pair(wizard: Wizard) -> ReviewCase:
    """Two registered records that may be one firm."""
    rows = [
        {"credit_code": code(n), "name": "云溪华川精密机械有限公司", "capital_cny": 100.0 * n}
        for n in (1, 2)
    ]
    registers.upsert("firms", rows, by="企业处")
    find_duplicates("firms", "企业处")
    return ReviewCase.objects.get()


def test_the_queue_of_a_moment(wizard: Wizard, pair: ReviewCase) -> None:
    asked = now()
    registers.edit("firms", code(1), {"name": "云溪华川机器有限公司"}, 1, by="李")
    review.decide(pair.pk, "different", "企业处", "两张执照")
    decided = now()

    page = wizard.page(f"/imports/review/?as_of={asked}")
    assert "1项待定" in page
    assert "两张执照" not in page
    assert "云溪华川机器有限公司" not in page
    assert "分值和依据只保留最近一次" in page
    assert f"{pair.score:.3f}" not in page
    assert pair.reason not in page
    page = wizard.page(f"/imports/review/{pair.pk}/?as_of={asked}")
    beside = page.split('class="beside"')[1].split("</table>")[0]
    assert "云溪华川机器有限公司" not in beside
    assert "当时的没有留存" in page
    assert "两张执照" not in page
    assert 'class="decide' not in page
    assert "两张执照" in wizard.page(f"/imports/review/{pair.pk}/?as_of={decided}")
    assert "云溪华川机器有限公司" in wizard.page(f"/imports/review/?state=all&as_of={decided}")
    assert "尚未提出" in wizard.page(f"/imports/review/{pair.pk}/?as_of={BEFORE}", 404)
    assert "没有待定项" in wizard.page(f"/imports/review/?as_of={BEFORE}")


def test_a_name_of_a_file_keeps_its_score_until_it_comes_again(wizard: Wizard) -> None:
    registers.upsert(
        "firms", [{"credit_code": code(1), "name": "云溪华川精密机械有限公司"}], by="企业处"
    )
    head = "统一社会信用代码,企业名称,月份,营业收入（万元）"
    row = ",云溪华川精密机械公司,2025-01,5"
    wizard.imported(csv(row, head=head), "a.csv", table="firm_month")
    case = ReviewCase.objects.get()
    first = now()
    assert f"{case.score:.3f}" in wizard.page(f"/imports/review/?as_of={first}")
    wizard.imported(csv(row.replace("-01", "-02"), head=head), "b.csv", table="firm_month")
    assert f"{case.score:.3f}" not in wizard.page(f"/imports/review/?as_of={first}")
    assert f"{case.score:.3f}" in wizard.page("/imports/review/")


@pytest.mark.parametrize("page", ["", "rejected/", "review/", "memory/"])
def test_a_moment_that_cannot_be_read_is_told(wizard: Wizard, page: str) -> None:
    assert "无法识别" in wizard.page(f"/imports/{page}?as_of=someday", 400)
    day = f"{timezone.localdate():%Y-%m-%d}"
    shown = wizard.page(f"/imports/{page}?as_of={day}")
    assert re.search(rf'id="recorded" name="as_of" value="{day}"', shown)
