"""A limited office brings a file: its rows enter, others' are sent back, nothing is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from liantu.errors import NotFound, Refused
from liantu.records import access, intake, lake, ledger, quarantine, registers
from liantu.records.accept import accept
from liantu.records.access import Actor, Grant, Scope, acting
from liantu.records.doors import check
from liantu.records.doors.mapping import Mapping, Match
from liantu.records.identity import review
from liantu.records.models import Batch, CaseState, Correction, ReviewCase

from .city import City, code, firm, settle

pytestmark = pytest.mark.django_db

EAST = Actor("east", (Grant("district", Scope("district", "990101")),))
WEST = Actor("west", (Grant("district", Scope("district", "990102")),))
DESK = Actor("desk", (Grant("desk"),))


@pytest.fixture
def city(tmp_path: Path) -> City:
    made = City(
        firms={code(n): firm(n, place, None)
               for n, place in ((1, "990101"), (2, "990102"), (3, "990103"))},
        rows={"products": [], "firm_month": [
            {"credit_code": code(n), "period": "2025-01", "revenue_cny": 1000.0} for n in (1, 2)
        ]},
    )  # fmt: skip
    settle(made, tmp_path)
    return made


def months(tmp_path: Path, *rows: str, name: str = "m.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(("信用代码,月份,营业收入（元）", *rows)), encoding="utf-8")
    return path


def test_rows_of_others_are_sent_back_as_those_of_nobody(city: City, tmp_path: Path) -> None:
    """A firm of another district and one that no register knows are told in the same words."""
    rows = [f"{code(n)},2025-02,500" for n in (1, 2, 99)]
    with acting(EAST):
        prepared = intake.prepare(months(tmp_path, *rows), "firm_month")
        receipt = intake.commit(prepared, by="甲")
    assert (receipt.new, receipt.rejected) == (1, 2)
    other, nobody = (
        [(p.column, p.code, p.expected, p.fix) for p in row.problems]
        for row in prepared.checked.rejected
    )
    assert other == nobody
    assert "out_of_scope" in {problem[1] for problem in other}
    state = lake.read("firm_month").collect()
    assert set(state.select("credit_code", "period").rows()) == {
        (code(1), "2025-01"), (code(2), "2025-01"), (code(1), "2025-02"),
    }  # fmt: skip


def test_a_register_is_filed_for_ones_own_only(city: City, tmp_path: Path) -> None:
    """New firms, changed ones, one of another district, one that would leave it, one from it."""
    path = tmp_path / "f.csv"
    rows = [(1, "990101"), (4, "990101"), (5, "990102"), (2, "990101"), (3, "990101")]
    lines = [f"{code(n)},新{n}厂,{place}" for n, place in rows]
    path.write_text("\n".join(("统一社会信用代码,企业名称,所在地区代码", *lines)), encoding="utf-8")
    with acting(EAST):
        receipt = intake.commit(intake.prepare(path, "firms"), by="甲")
        assert (receipt.new, receipt.changed, receipt.rejected) == (0, 1, 1)
        assert receipt.waiting == 3  # whoever holds them: see test_additions
    names = dict(registers.read("firms", columns=["credit_code", "name"]).rows())
    assert names == {code(1): "新1厂", code(2): "第2厂", code(3): "第3厂"}


def test_columns_left_out_stay_and_decide(city: City, tmp_path: Path) -> None:
    """A file without the area: whose the firm is, the register says."""
    path = tmp_path / "f.csv"
    lines = [f"{code(n)},新{n}厂" for n in (1, 2, 9)]
    path.write_text("\n".join(("统一社会信用代码,企业名称", *lines)), encoding="utf-8")
    with acting(EAST):
        receipt = intake.commit(intake.prepare(path, "firms"), by="甲")
    assert (receipt.new, receipt.changed, receipt.rejected) == (0, 1, 2)


def test_what_passed_no_door_is_refused_whole(city: City, tmp_path: Path) -> None:
    checked = check(months(tmp_path, *(f"{code(n)},2025-03,5" for n in (1, 2))), "firm_month")
    with acting(EAST), pytest.raises(Refused):
        accept(checked, by="甲")
    with acting(Actor("r", (Grant("reader"),))), pytest.raises(Refused):
        accept(checked, by="甲")
    with acting(EAST), pytest.raises(Refused):
        intake.prepare(months(tmp_path, "x", name="a.csv"), "area_changes")
    assert "2025-03" not in set(lake.read("firm_month").collect()["period"])


def test_a_withdrawal_reaches_ones_own_only(city: City) -> None:
    keys = [[code(2), "2025-01"]]
    declared = lake.reading.table("firm_month")
    with acting(EAST), pytest.raises(Refused):
        intake.withdraw("firm_month", intake.keys_frame(declared, keys), by="x", reason="x")
    assert lake.read("firm_month").collect().height == 2


def test_offices_see_their_own_uploads(city: City, tmp_path: Path) -> None:
    """The same rows brought by two are two files; neither is told of the other's."""
    file = months(tmp_path, f"{code(1)},2025-02,500", f"{code(2)},2025-02,700")
    taken = {}
    for who in (EAST, WEST):
        with acting(who):
            taken[who.name] = intake.commit(intake.prepare(file, "firm_month"), by=who.name)
    assert not any(receipt.already for receipt in taken.values())
    with acting(EAST):
        assert [str(batch.pk) for batch in Batch.objects.all()] == [taken["east"].vintage]
        assert {v.id for v in ledger.vintages()} == {taken["east"].vintage}
        assert {r.batch_id for r in quarantine.wanted_rows(quarantine.Wanted())} == {
            int(taken["east"].vintage)
        }
        with pytest.raises(NotFound):
            lake.read("firm_month", taken["west"].vintage)
    assert Batch.objects.count() == 3


def test_mappings_of_one_office_serve_that_office(city: City) -> None:
    match = Match("户名", "firm_name", None, "mapping")
    said = Mapping("firm_month", (match,), "月报")
    for who in (EAST, DESK):
        with acting(who):
            assert intake.mapping_of("月报", "firm_month") is None
            intake.remember("月报", said, by="x")
            assert "月报" in [kept.mapping.source for kept in intake.mappings()]
    with acting(WEST):
        assert intake.mappings() == []
        with pytest.raises(NotFound):
            intake.forget("月报", "firm_month", by="x")


def test_corrections_are_kept_by_the_city_and_made_for_all(city: City, tmp_path: Path) -> None:
    made = intake.add_correction(
        intake.Correction("firm_month", (code(1), "2025-04"), "revenue_cny", "5", "6", "错行"),
        by="x",
    )
    file = months(tmp_path, f"{code(1)},2025-04,5")
    with acting(EAST):
        assert intake.corrections() == []
        assert not Correction.objects.exists()
        with pytest.raises(Refused):
            intake.retire_correction(made.id, by="x", reason="x")
        prepared = intake.prepare(file, "firm_month")
        assert [kept.id for kept in prepared.corrections] == [made.id]
        intake.commit(prepared, by="x")
    state = lake.read("firm_month").collect()
    assert state.filter(period="2025-04")["revenue_cny"].to_list() == [6.0]


def test_cases_of_identity_are_seen_by_whose_firms_they_are(city: City) -> None:
    for number in (1, 2):
        review.declare(f"某{number}厂", code(number), by="x", reason="x")
    with acting(EAST):
        assert {case.right_key for case in ReviewCase.objects.all()} == {code(1)}
        other = ReviewCase.objects.order_by("id").first()
        with pytest.raises(Refused):
            review.decide(other.pk, CaseState.DIFFERENT, by="x", reason="x")
        with pytest.raises(NotFound):
            review.find(other.pk + 1)
    assert ReviewCase.objects.count() == 2


def test_an_export_holds_what_is_seen_and_needs_the_right(city: City, tmp_path: Path) -> None:
    with acting(EAST):
        assert intake.export("firms", tmp_path / "f.csv") == 1
    with acting(Actor("r", (Grant("reader"),))), pytest.raises(Refused):
        intake.export("firms", tmp_path / "r.csv")
    assert not (tmp_path / "r.csv").exists()


def test_a_firm_files_its_own_returns_and_nothing_else(city: City, tmp_path: Path) -> None:
    with acting(Actor("f", (Grant("firm", Scope("firm", code(1))),))):
        file = months(tmp_path, f"{code(1)},2025-05,5", f"{code(2)},2025-05,5")
        receipt = intake.commit(intake.prepare(file, "firm_month"), by="x")
        assert (receipt.new, receipt.rejected) == (1, 1)
        with pytest.raises(Refused):
            intake.prepare(file, "titles")
        with pytest.raises(Refused):
            registers.upsert(
                "titles",
                [{"credit_code": code(1), "title": "x", "granted_on": date(2020, 1, 1)}],
                by="x",
            )
        assert access.reach() == (Scope("firm", code(1)),)


def test_an_owner_files_the_months_of_its_projects(city: City, tmp_path: Path) -> None:
    """Its own alone; the district it lies in sees them, and files its return with them."""
    projects = [
        {"project_code": f"PRJ{n}", "name": f"项目{n}", "area_code": "990101",
         "owner_code": code(n), "stage": "building", "started_on": date(2025, 1, 1)}
        for n in (1, 2)
    ]  # fmt: skip
    registers.upsert("projects", projects, by="x")
    file = tmp_path / "p.csv"
    lines = [f"PRJ{n},2025-02,500" for n in (1, 2)]
    file.write_text("\n".join(("项目代码,月份,当月完成投资（万元）", *lines)), encoding="utf-8")
    with acting(Actor("owner", (Grant("firm", Scope("firm", code(1))),))):
        receipt = intake.commit(intake.prepare(file, "project_month"), by="x")
        assert (receipt.new, receipt.rejected) == (1, 1)
        assert set(lake.read("project_month").collect()["project_code"]) == {"PRJ1"}
    with acting(EAST):
        rows = lake.read("project_month").collect()
        assert rows.select("project_code", "invested_cny").rows() == [("PRJ1", 5_000_000.0)]
    with acting(WEST):
        assert not lake.read("project_month").collect().height
