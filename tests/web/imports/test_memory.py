"""Mappings and corrections as pages: seen, ended, added, never lost."""

from __future__ import annotations

from liantu.records import intake, lake

from .conftest import Wizard, csv


def correction(**changes: str) -> dict[str, str]:
    form = {
        "table": "park_quarter", "key-park_code": "P1", "key-period": "2025Q1",
        "column": "employees", "expect": "1000", "value": "100", "reason": "小数点错位",
        "by": "统计科",
    }  # fmt: skip
    return form | changes


def test_a_correction_is_made_at_the_next_import(wizard: Wizard) -> None:
    answer = wizard.client.post("/imports/memory/correct/", correction())
    assert answer["Location"] == "/imports/memory/#corrections"
    page = wizard.page("/imports/memory/")
    assert "1条更正有效" in page
    assert "小数点错位" in page
    token, check = wizard.checked(csv("P1,2025Q1,1000,5"))
    assert "套用了1条更正" in check
    assert "小数点错位" in check
    done = wizard.commit(token, check)
    assert lake.read("park_quarter").select("employees").collect().item() == 100
    assert "套用了1条更正" in wizard.page(done["Location"])


def test_a_source_that_mended_itself_is_said_beside_the_columns(wizard: Wizard) -> None:
    wizard.client.post("/imports/memory/correct/", correction())
    token = wizard.upload(csv("P1,2025Q1,100,5"))
    assert wizard.choose(token)["Location"].endswith("/columns/")
    assert "来源已自行改正" in wizard.page(f"/imports/{token}/columns/")


def test_a_correction_is_retired_with_a_reason_and_stays_to_be_seen(wizard: Wizard) -> None:
    wizard.client.post("/imports/memory/correct/", correction())
    (kept,) = intake.corrections()
    form = {"number": str(kept.id), "by": "统计科", "reason": ""}
    assert wizard.client.post("/imports/memory/retire/", form).status_code == 422
    assert intake.corrections()
    form["reason"] = "来源已改"
    assert wizard.client.post("/imports/memory/retire/", form).status_code == 302
    assert not intake.corrections()
    assert "来源已改" not in wizard.page("/imports/memory/")
    assert "来源已改" in wizard.page("/imports/memory/?retired=1")


def test_what_is_wrong_with_a_correction_is_said_beside_its_form(wizard: Wizard) -> None:
    for wrong, said in (
        ({"reason": "长" * 2001}, "不能超过"),
        ({"reason": ""}, "理由"),
        ({"value": "many"}, "不能用于"),
        ({"column": "park_code"}, "主键"),
        ({"column": "nothing"}, "没有列"),
    ):
        answer = wizard.client.post("/imports/memory/correct/", correction(**wrong))
        assert answer.status_code == 422, wrong
        page = answer.content.decode()
        assert said in page.split('class="note trouble"')[1].split("</div>")[0], wrong
        assert 'value="P1"' in page
    assert wizard.client.post("/imports/memory/correct/", correction(table="no")).status_code == 422
    assert not intake.corrections(retired=True)


def test_numbers_that_are_none_retire_nothing(wizard: Wizard) -> None:
    for number in ("", "x", "-1", "9" * 30, "1"):
        form = {"number": number, "by": "甲", "reason": "乙"}
        assert wizard.client.post("/imports/memory/retire/", form).status_code == 422


def test_a_mapping_is_ended_and_its_versions_stay(wizard: Wizard) -> None:
    token = wizard.upload(csv("P1,2025Q1,1,5", head="甲,季度,丙,丁"))
    wizard.choose(token, source="月报", go="columns")
    form = {"c0": "park_code", "c2": "employees"}
    wizard.client.post(f"/imports/{token}/columns/", form)
    wizard.commit(token, wizard.page(f"/imports/{token}/check/"))
    assert "甲 → 园区代码" in wizard.page("/imports/memory/")
    end = {"source": "月报", "table": "park_quarter", "by": "统计科"}
    assert wizard.client.post("/imports/memory/forget/", end).status_code == 302
    assert intake.mappings() == []
    assert len(intake.history_of("月报", "park_quarter")) == 2
    assert wizard.client.post("/imports/memory/forget/", end).status_code == 422
