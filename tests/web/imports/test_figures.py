"""Published figures in the browser: their own door, one step."""

from __future__ import annotations

from pathlib import Path

from liantu.records import ledger
from liantu.records.models import Batch

from .conftest import Wizard, csv

DATA = Path(__file__).parents[1] / "data"


def test_a_file_of_figures_is_known_as_such_and_taken_in(wizard: Wizard) -> None:
    content = (DATA / "figures.csv").read_bytes()
    token = wizard.upload(content, "公报.csv")
    assert "公报.csv 看来是公布数据" in wizard.page(f"/imports/{token}/table/")
    chosen = wizard.client.post(f"/imports/{token}/table/", {"table": "observations"})
    assert chosen["Location"] == f"/imports/{token}/figures/"
    page = wizard.page(chosen["Location"])
    assert "条公布数据，0条台账已有" in page
    assert ledger.observations() == ()
    done = wizard.client.post(chosen["Location"], {"by": "规划处"})
    batch = Batch.objects.get()
    assert done["Location"] == f"/imports/batch/{batch.pk}/"
    assert len(ledger.observations()) == batch.accepted > 0
    assert "公布数据" in wizard.page(done["Location"])
    assert wizard.client.post(chosen["Location"], {"by": "规划处"})["Location"] == done["Location"]
    again = wizard.upload(content, "公报.csv")
    assert "将收入0条公布数据" in wizard.page(f"/imports/{again}/figures/")


def test_rows_of_figures_sent_back_are_shown_before_and_kept_after(wizard: Wizard) -> None:
    token = wizard.upload((DATA / "rejected.csv").read_bytes(), "坏.csv")
    page = wizard.page(f"/imports/{token}/figures/")
    assert "1行退回改正" in page
    assert "not a number" in page
    wizard.client.post(f"/imports/{token}/figures/", {"by": "规划处"})
    assert "not a number" in wizard.page("/imports/rejected/?table=figures")


def test_a_table_is_no_file_of_figures(wizard: Wizard) -> None:
    token = wizard.upload(csv("P1,2025Q1,100,5"))
    page = wizard.page(f"/imports/{token}/figures/", 422)
    assert "不能作为公布数据读取" in page


def test_a_file_of_corrections_is_told_where_it_belongs(wizard: Wizard) -> None:
    text = "table,key,column,expect,value,reason\nfirms,x,name,a,b,c\n"
    token = wizard.upload(text, "更正.csv")
    assert "像是更正记录" in wizard.page(f"/imports/{token}/table/")
