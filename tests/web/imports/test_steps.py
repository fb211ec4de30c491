"""File, table, columns, check, records: each step, and the way back."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from liantu.errors import StorageFailed
from liantu.records import intake, lake, registers
from liantu.records.models import Batch, RejectedRow
from liantu.web.pages.imports import uploads

from .conftest import HEAD, Opened, Wizard, code, csv

GOOD = csv("P1,2025Q1,100,5", "P2,2025Q1,200,6")
MIXED = csv("P1,2025Q1,100,5", "P2,2025Q1,many,6", "P3,2025Q1,-3,7")


def state() -> set[tuple[str, str, int | None]]:
    rows = lake.read("park_quarter").select("park_code", "period", "employees").collect()
    return set(rows.rows())


def test_a_file_goes_through_all_steps(wizard: Wizard) -> None:
    answer = wizard.send(GOOD, "园区季报.csv")
    token = answer["Location"].split("/")[2]
    table = wizard.page(answer["Location"])
    assert "园区季报.csv 看来是“园区季报”" in table
    assert wizard.choose(token, go="columns")["Location"] == f"/imports/{token}/columns/"
    columns = wizard.page(f"/imports/{token}/columns/")
    assert "4个表头中，4个对应到“园区季报”的列" in columns
    assert wizard.client.post(f"/imports/{token}/columns/", {})["Location"].endswith("/check/")
    check = wizard.page(f"/imports/{token}/check/")
    assert "将新增2行，更改0行，0行无变化" in check
    assert state() == set()
    done = wizard.commit(token, check, reason="一季度")
    batch = Batch.objects.get()
    assert done["Location"] == f"/imports/batch/{batch.pk}/"
    assert (batch.by, batch.reason, batch.new, batch.file_name) == (
        "administrator", "一季度", 2, "园区季报.csv",
    )  # fmt: skip
    assert state() == {("P1", "2025Q1", 100), ("P2", "2025Q1", 200)}
    receipt = wizard.page(done["Location"])
    assert "园区季报.csv 入“园区季报”2行" in receipt
    assert "P1" in receipt


def test_nothing_enters_before_the_last_step(wizard: Wizard) -> None:
    wizard.checked(MIXED)
    assert not Batch.objects.exists()
    assert not RejectedRow.objects.exists()


def test_rows_sent_back_say_row_column_found_expected_and_fix(wizard: Wizard) -> None:
    _, page = wizard.checked(MIXED)
    assert "2行退回改正" in page
    back = page.split('id="back"')[1].split("</section>")[0]
    assert "many" in back
    assert "不是数字" in back
    assert "应为数字" in back
    assert "请改为数字" in back
    assert "应为不小于 0" in back


def test_each_changed_cell_is_shown_before_and_after(wizard: Wizard) -> None:
    wizard.imported(GOOD)
    _, page = wizard.checked(csv("P1,2025Q1,110,5", "P2,2025Q1,200,6"))
    assert "将新增0行，更改1行，1行无变化" in page
    changed = page.split('id="changed"')[1].split("</section>")[0]
    assert ">100<" in changed
    assert "<ins>110</ins>" in changed
    assert "+10.0%" in changed


def test_rows_to_mend_can_be_taken_before_anything_is_imported(
    wizard: Wizard, opened: Opened
) -> None:
    token, _ = wizard.checked(MIXED, "园区.csv")
    answer = wizard.client.get(f"/imports/{token}/rejected.xlsx")
    assert "filename*=utf-8''%E5%BE%85" in answer["Content-Disposition"]
    rows = opened(answer.content)
    assert [row[0] for row in rows] == ["原行号", "3", "4"]
    assert not Batch.objects.exists()


def test_a_mended_file_imports_again(wizard: Wizard, opened: Opened) -> None:
    batch = wizard.imported(MIXED)
    head, *rows = opened(wizard.client.get(f"/imports/batch/{batch}/rejected.xlsx").content)
    at = head.index("从业人员（人）")
    rows[0][at], rows[1][at] = "60", "70"
    mended = "\n".join(",".join(f'"{cell}"' for cell in row) for row in (head, *rows))
    second = wizard.imported(mended, "改好.csv")
    assert state() == {("P1", "2025Q1", 100), ("P2", "2025Q1", 60), ("P3", "2025Q1", 70)}
    assert Batch.objects.get(pk=second).rejected == 0
    rejected = wizard.page("/imports/rejected/")
    assert "2行退回，0行待改正" in rejected
    assert f"/imports/batch/{second}/" in rejected
    assert "带来了以前退回的2行" in wizard.page(f"/imports/batch/{second}/")


def test_sending_the_last_form_twice_imports_once(wizard: Wizard) -> None:
    token, page = wizard.checked(GOOD)
    first, second = wizard.commit(token, page), wizard.commit(token, page)
    assert first["Location"] == second["Location"]
    assert Batch.objects.count() == 1
    assert wizard.client.get(f"/imports/{token}/check/")["Location"] == first["Location"]


def test_what_was_imported_meanwhile_is_compared_anew_and_said(wizard: Wizard) -> None:
    token, page = wizard.checked(csv("P1,2025Q1,110,5"))
    assert "将新增1行" in page
    other = wizard.beside()
    other.imported(csv("P1,2025Q1,100,5"), "b.csv")
    answer = wizard.commit(token, page)
    assert answer["Location"] == f"/imports/{token}/check/"
    again = wizard.page(answer["Location"])
    assert "已按现在的情况重新比对" in again
    assert "更改1行" in again
    assert state() == {("P1", "2025Q1", 100)}
    wizard.commit(token, again)
    assert state() == {("P1", "2025Q1", 110)}


def test_a_page_of_other_columns_is_not_accepted(wizard: Wizard) -> None:
    """Two windows on one file: what one of them showed before the other matched anew."""
    token, old = wizard.checked(GOOD)
    wizard.client.post(f"/imports/{token}/columns/", {"c2": "", "u2": ""})
    assert wizard.commit(token, old)["Location"].endswith("/check/")
    assert not Batch.objects.exists()


def test_the_account_signs_whatever_name_a_form_gives(wizard: Wizard) -> None:
    token, page = wizard.checked(GOOD)
    wizard.commit(token, page, by="规划处")
    assert Batch.objects.get().by == "administrator"


def test_a_reason_has_room_but_not_endlessly(wizard: Wizard) -> None:
    token, page = wizard.checked(GOOD)
    answer = wizard.commit(token, page, reason="长" * 2001)
    assert answer.status_code == 422
    assert "不能超过" in answer.content.decode()
    assert not Batch.objects.exists()


def test_cancelling_leaves_nothing(wizard: Wizard, home: Path) -> None:
    token, _ = wizard.checked(GOOD)
    assert wizard.client.post(f"/imports/{token}/cancel/")["Location"] == "/imports/"
    assert list((home / "uploads").glob("[!.]*")) == []
    assert "没有这份待导入的文件" in wizard.page(f"/imports/{token}/check/", 404)


# Columns ---------------------------------------------------------------------------------------


def test_strange_headers_are_matched_by_hand_and_remembered(wizard: Wizard) -> None:
    strange = csv("P1,2025Q1,1.5,5", head="甲,乙,丙,丁")
    token = wizard.upload(strange)
    wizard.choose(token, source="开发区月报", go="columns")
    page = wizard.page(f"/imports/{token}/columns/")
    assert "还缺必填的列：园区代码、季度" in page
    form = {"c0": "park_code", "c1": "period", "c2": "employees", "u2": "万人", "c3": ""}
    answer = wizard.client.post(f"/imports/{token}/columns/", form)
    assert answer["Location"].endswith("/check/")
    wizard.commit(token, wizard.page(f"/imports/{token}/check/"))
    assert state() == {("P1", "2025Q1", 15_000)}
    later = csv("P1,2025Q2,2,5", head="甲,乙,丙,丁")
    _, check = wizard.checked(later, "q2.csv", source="开发区月报")
    assert "将新增1行" in check
    kept = wizard.page("/imports/memory/")
    assert "开发区月报" in kept
    assert "万人" in kept


def test_a_file_without_its_period_is_given_one(wizard: Wizard) -> None:
    token = wizard.upload("园区代码,从业人员（人）,企业户数（户）\nP1,100,5\n")
    assert wizard.choose(token)["Location"].endswith("/columns/")
    page = wizard.page(f"/imports/{token}/columns/")
    assert "缺少“园区季报”必需的列：季度" in page
    assert 'name="f-period"' in page
    wizard.client.post(f"/imports/{token}/columns/", {"f-period": "2025年一季度"})
    wizard.commit(token, wizard.page(f"/imports/{token}/check/"))
    assert state() == {("P1", "2025Q1", 100)}


def test_a_unit_that_does_not_fit_is_said_beside_the_columns(wizard: Wizard) -> None:
    token = wizard.upload(GOOD)
    wizard.choose(token, go="columns")
    form = {"c2": "employees", "u2": "亩", "c0": "nothing"}
    answer = wizard.client.post(f"/imports/{token}/columns/", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "亩" in page
    assert "没有列 nothing" in page


def test_another_table_forgets_the_columns(wizard: Wizard) -> None:
    token = wizard.upload(GOOD)
    wizard.choose(token, go="columns")
    wizard.client.post(f"/imports/{token}/columns/", {"c2": ""})
    wizard.client.post(
        f"/imports/{token}/table/", {"table": "other", "other": "firm_month", "go": "columns"}
    )
    page = wizard.page(f"/imports/{token}/columns/")
    assert "本次手工选定" not in page
    assert "企业月报" in page


def test_steps_before_the_table_lead_to_it(wizard: Wizard) -> None:
    token = wizard.upload(GOOD)
    for step in ("columns", "check"):
        answer = wizard.client.get(f"/imports/{token}/{step}/")
        assert answer["Location"] == f"/imports/{token}/table/"


# What may be suspected ---------------------------------------------------------------------------


def test_suspicions_are_shown_with_their_record_and_do_not_block(wizard: Wizard) -> None:
    firms = "统一社会信用代码,企业名称\n" + "".join(f"{code(n)},企业{n}厂\n" for n in (1, 2))
    wizard.imported(firms, "名录.csv", table="firms")
    month = (
        "单位：万元\n统一社会信用代码,企业名称,月份,营业收入,从业人员（人）\n"
        f"{code(1)},另一家厂,2025-03,1000,100\n{code(2)},企业2厂,2025-03,900000000,100\n"
    )
    token, page = wizard.checked(month, "月报.csv", table="firm_month")
    look = page.split('id="look"')[1].split("</section>")[0]
    assert "疑似单位误用" in look
    assert "名称不符" in look
    assert code(2) in look
    assert wizard.commit(token, page).status_code == 302


def test_a_register_shows_its_records(wizard: Wizard) -> None:
    firms = f"统一社会信用代码,企业名称,注册资本（万元）\n{code(1)},甲厂,100\n{code(2)},乙厂,5\n"
    batch = wizard.imported(firms, "名录.csv", table="firms")
    page = wizard.page(f"/imports/batch/{batch}/")
    assert "甲厂" in page
    assert page.count("新增</td>") == 2
    assert registers.at("firms").count() == 2


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999"])
def test_pages_that_do_not_exist_are_a_400(wizard: Wizard, number: str) -> None:
    token, _ = wizard.checked(GOOD)
    assert wizard.client.get(f"/imports/{token}/check/?new={number}").status_code == 400


def test_long_parts_are_paged(wizard: Wizard) -> None:
    lines = [f"P{n},2025Q1,{n},1" for n in range(120)]
    token, page = wizard.checked(csv(*lines))
    assert "第1至50，共120" in page
    assert "P119" not in page
    assert "P119" in wizard.page(f"/imports/{token}/check/?new=3")


def test_progress_is_said_while_there_is_any(wizard: Wizard) -> None:
    from liantu.web.pages.imports import checking, uploads

    token, _ = wizard.checked(GOOD)
    address = f"/imports/{token}/progress"
    assert wizard.client.get(address).json() == {"text": ""}
    checking.note(uploads.find(token), "compare")
    assert "正在与台账比对" in wizard.client.get(address).json()["text"]


def test_every_stage_has_its_words() -> None:
    from liantu.web.pages.imports import checking
    from liantu.words import words

    assert all(words().known(f"imports.stage.{stage}") for stage in checking.stages())


def test_a_file_that_others_overruled_can_be_brought_again(wizard: Wizard) -> None:
    first = wizard.imported(GOOD)
    wizard.imported(csv("P1,2025Q1,999,5"), "b.csv")
    again = wizard.imported(GOOD, "c.csv")
    assert again > first
    assert state() == {("P1", "2025Q1", 100), ("P2", "2025Q1", 200)}


def test_the_same_file_again_leads_to_its_batch(wizard: Wizard) -> None:
    first = wizard.imported(GOOD)
    assert wizard.imported(GOOD, "renamed.csv") == first
    assert Batch.objects.count() == 1


def test_sheets_of_a_workbook_come_one_after_the_other(wizard: Wizard) -> None:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        quarter, year = book.add_worksheet("园区季报"), book.add_worksheet("企业")
        for row, cells in enumerate((HEAD.split(","), ("P1", "2025Q1", 100, 5))):
            quarter.write_row(row, 0, cells)
        for row, cells in enumerate((("统一社会信用代码", "企业名称"), (code(1), "甲厂"))):
            year.write_row(row, 0, cells)
    token = wizard.upload(memory.getvalue(), "两张.xlsx")
    table = wizard.page(f"/imports/{token}/table/")
    assert "工作表“园区季报”" in table
    assert "工作表“企业”" in table
    form = {"table": "park_quarter|园区季报", "go": "check"}
    wizard.client.post(f"/imports/{token}/table/", form)
    done = wizard.commit(token, wizard.page(f"/imports/{token}/check/"))
    assert done["Location"].endswith(f"?upload={token}")
    assert f"/imports/{token}/table/" in wizard.page(done["Location"])
    form = {"table": "firms|企业", "go": "check"}
    wizard.client.post(f"/imports/{token}/table/", form)
    done = wizard.commit(token, wizard.page(f"/imports/{token}/check/"))
    assert "?" not in done["Location"]
    assert Batch.objects.count() == 2
    assert registers.at("firms").count() == 1


def test_synthetic_files_are_labelled_on_every_page(wizard: Wizard) -> None:
    token, page = wizard.checked(csv("P1,2025Q1,100,5", "P2,2025Q1,x,5"), "模拟数据-园区.csv")
    assert 'class="ribbon"' in page
    done = wizard.commit(token, page)
    number = int(done["Location"].split("/")[3])
    assert 'class="ribbon"' in wizard.page(done["Location"])
    assert "label-synthetic" in wizard.page("/imports/")
    assert "label-synthetic" in wizard.page("/imports/rejected/")
    mend = wizard.client.get(f"/imports/batch/{number}/rejected.xlsx")
    assert "%E6%A8%A1%E6%8B%9F%E6%95%B0%E6%8D%AE" in mend["Content-Disposition"]


# Two at once -------------------------------------------------------------------------------------


def test_a_check_that_was_overtaken_by_the_import_leads_to_its_batch(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another window imports between the form being sent and its turn."""
    token, page = wizard.checked(GOOD)
    done: list[str] = []
    alone = uploads.alone

    def overtaken(upload: uploads.Upload) -> Any:
        monkeypatch.setattr(uploads, "alone", alone)
        done.append(wizard.beside().commit(token, page)["Location"])
        return alone(upload)

    monkeypatch.setattr(uploads, "alone", overtaken)
    answer = wizard.client.post(f"/imports/{token}/check/")
    assert answer["Location"] == f"/imports/{token}/table/"
    assert wizard.client.get(answer["Location"])["Location"] == done[0]


@pytest.mark.django_db(transaction=True)
def test_cancelling_waits_for_who_is_at_work(wizard: Wizard) -> None:
    token, _ = wizard.checked(GOOD)
    with ThreadPoolExecutor(1) as pool:
        with uploads.alone(uploads.find(token)) as upload:
            cancelled = pool.submit(wizard.beside().client.post, f"/imports/{token}/cancel/")
            with pytest.raises(TimeoutError):
                cancelled.result(timeout=0.3)
            assert upload.path.is_file()
        assert cancelled.result(timeout=60).status_code == 302
    assert not upload.folder.exists()


@pytest.mark.parametrize("broken", ["guess", "settle"])
def test_what_fails_after_the_batch_is_not_said_of_it(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    token, page = wizard.checked(GOOD)

    def fail(*_: Any, **__: Any) -> Any:
        raise StorageFailed("磁盘已满。", "The disk is full.")

    monkeypatch.setattr(intake if broken == "guess" else uploads, broken, fail)
    answer = wizard.commit(token, page)
    assert answer.status_code == 302
    assert f"/imports/batch/{Batch.objects.get().pk}/" in answer["Location"]


def test_records_changed_while_it_is_accepted_are_said(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, page = wizard.checked(csv("P1,2025Q1,110,5"))
    commit = intake.commit

    def overtaken(found: intake.Prepared, **more: Any) -> Any:
        monkeypatch.setattr(intake, "commit", commit)
        wizard.beside().imported(csv("P1,2025Q1,100,5"), "b.csv")
        return commit(found, **more)

    monkeypatch.setattr(intake, "commit", overtaken)
    answer = wizard.commit(token, page)
    assert answer.status_code == 422
    assert "请重新检查" in answer.content.decode()
    assert state() == {("P1", "2025Q1", 100)}


def test_the_same_rows_brought_by_two_at_once_come_once(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, page = wizard.checked(GOOD)
    commit = intake.commit

    def overtaken(found: intake.Prepared, **more: Any) -> Any:
        monkeypatch.setattr(intake, "commit", commit)
        wizard.beside().imported(GOOD, "b.csv")
        return commit(found, **more)

    monkeypatch.setattr(intake, "commit", overtaken)
    answer = wizard.commit(token, page)
    assert answer["Location"].endswith("/check/")
    again = wizard.page(answer["Location"])
    assert "已按现在的情况重新比对" in again
    assert wizard.commit(token, again)["Location"] == f"/imports/batch/{Batch.objects.get().pk}/"
