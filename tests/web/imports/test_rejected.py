"""Rows sent back, over all batches: filters, states, files to mend."""

from __future__ import annotations

import pytest
from django.test import Client

from liantu.plan.package import PlanPackage
from liantu.records.models import RejectedRow

from .conftest import Opened, Wizard, code, csv

BAD = csv("P1,2025Q1,100,5", "P2,2025Q1,many,6", "P3,2025Q1,-3,7")
OTHER = csv("P4,2025年九季度,1,1")


def rows_of(page: str) -> int:
    return (
        page.split("<tbody>")[-1].count('<th scope="row" class="num"') if "<tbody>" in page else 0
    )


def test_rows_with_cells_as_found_what_is_wrong_and_how_to_mend(wizard: Wizard) -> None:
    batch = wizard.imported(BAD, "园区.csv")
    page = wizard.page("/imports/rejected/")
    assert "2行退回，2行待改正" in page
    assert rows_of(page) == 2
    assert '<span class="cell wrong"><span class="muted">从业人员（人）</span> many' in page
    assert "应为数字" in page
    assert "请改为数字" in page
    assert f"/imports/batch/{batch}/rejected.xlsx" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=not_number", 1),
        ("kind=below", 1),
        ("kind=not_period", 1),
        ("kind=jump", 0),
        ("table=park_quarter", 3),
        ("table=firm_month", 0),
        ("table=figures", 0),
        ("state=open", 3),
        ("state=mended", 0),
        ("table=park_quarter&kind=below&state=open", 1),
    ],
)
def test_filters_stand_in_the_address(wizard: Wizard, query: str, count: int) -> None:
    wizard.imported(BAD)
    wizard.imported(OTHER, "b.csv")
    page = wizard.page(f"/imports/rejected/?{query}")
    assert rows_of(page) == count


def test_kinds_are_counted_and_named(wizard: Wizard) -> None:
    first = wizard.imported(BAD)
    wizard.imported(OTHER, "b.csv")
    page = wizard.page("/imports/rejected/")
    assert "不是数字 (1)" in page
    assert "期间不合 (1)" in page
    page = wizard.page(f"/imports/rejected/?batch={first}")
    assert "期间不合" not in page
    assert rows_of(page) == 2


def test_a_text_of_a_cell_is_no_kind(wizard: Wizard) -> None:
    wizard.imported(csv('P2,2025Q1,"""code"": ""below""",6'))
    assert RejectedRow.objects.count() == 1
    assert rows_of(wizard.page("/imports/rejected/?kind=below")) == 0


@pytest.mark.parametrize(
    "query", ["table=nothing", "batch=x", "batch=99999999999", 'kind="', "state=lost", "page=0"]
)
def test_an_unknown_parameter_is_a_400(client: Client, query: str) -> None:
    assert client.get(f"/imports/rejected/?{query}").status_code == 400


def test_the_file_of_a_batch(wizard: Wizard, opened: Opened) -> None:
    batch = wizard.imported(BAD, "园区.csv")
    answer = wizard.client.get(f"/imports/batch/{batch}/rejected.xlsx")
    head, *rows = opened(answer.content)
    assert len(rows) == 2
    assert "从业人员（人）" in head
    good = wizard.imported(csv("P7,2025Q1,1,1"), "c.csv")
    assert wizard.client.get(f"/imports/batch/{good}/rejected.xlsx").status_code == 404
    assert wizard.client.get("/imports/batch/999/rejected.xlsx").status_code == 404


@pytest.mark.usefixtures("rejected_row")
def test_published_figures_stand_with_the_others(
    client: Client, city: PlanPackage, opened: Opened
) -> None:
    page = client.get("/imports/rejected/?table=figures").content.decode()
    assert rows_of(page) == 1
    assert "not a number" in page
    batch = RejectedRow.objects.get().batch_id
    assert opened(client.get(f"/imports/batch/{batch}/rejected.xlsx").content)[1:]


def test_rows_are_settled_when_the_whole_file_comes_again(wizard: Wizard) -> None:
    """State is computed: no file of rows to mend need come back."""
    first = wizard.imported(BAD)
    other = wizard.imported(OTHER, "b.csv")
    second = wizard.imported(csv("P1,2025Q1,100,5", "P2,2025Q1,60,6", "P3,2025Q1,-3,7"), "改.csv")
    page = wizard.page("/imports/rejected/?state=mended")
    assert rows_of(page) == 1
    assert f'/imports/batch/{second}/">{second}</a></span>' in page
    waiting = wizard.page("/imports/rejected/?state=open")
    assert rows_of(waiting) == 3
    assert "4行退回，3行待改正" in wizard.page("/imports/rejected/")
    assert "1行退回，待改正" in wizard.page(f"/imports/batch/{first}/")
    assert "1行退回，待改正" in wizard.page(f"/imports/batch/{other}/")


def test_rows_of_a_register_are_settled_by_their_key(wizard: Wizard) -> None:
    head = "统一社会信用代码,企业名称,注册资本（万元）\n"
    batch = wizard.imported(f"{head}{code(1)},甲厂,很多\n{code(2)[:-1]}?,乙厂,5\n", table="firms")
    assert rows_of(wizard.page("/imports/rejected/?state=open")) == 2
    wizard.imported(f"{head}{code(1)},甲厂,8\n", "b.csv", table="firms")
    assert rows_of(wizard.page(f"/imports/rejected/?state=mended&batch={batch}")) == 1
    assert rows_of(wizard.page(f"/imports/rejected/?state=open&batch={batch}")) == 1
