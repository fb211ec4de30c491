"""Steps from opening to publication, and what the data layer refuses meanwhile."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from liantu.errors import Locked, NotFound, NothingToCompute, StaleEdit, UsageError
from liantu.records import lake, registers
from liantu.records.accept import accept
from liantu.records.doors.check import Checked, check
from liantu.records.doors.corrections import Correction
from liantu.records.intake import add_correction, withdraw
from liantu.records.models import RecordLock
from liantu.systems.reporting.models import Cycle, Passage, Sheet
from liantu.systems.reporting.opening import open_cycle, open_due
from liantu.systems.reporting.rows import filed
from liantu.systems.reporting.standing import board
from liantu.systems.reporting.steps import cycle_named, sheet_named, take

from .conftest import DISTRICTS, FIRMS, HEAD, Bring, brought, code_of

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
MONTH = "2026-10"


def sheet(unit: str, rule: str = "firm_month", period: str = MONTH) -> Sheet:
    return sheet_named(cycle_named(rule, period), unit)


def open_month(bring: Bring, *districts: str) -> Cycle:
    for district in DISTRICTS:
        bring(district, "2026-09", revenue=4800)
    cycle = open_cycle("firm_month", MONTH, by="规划处")
    for district in districts:
        bring(district, MONTH)
        take(sheet(district), "file", by=district)
    return cycle


def one_firm(folder: Path, area: str | None) -> Checked:
    """A firm new to the register, and its return."""
    firm = code_of(999)
    registers.upsert("firms", [{"credit_code": firm, "name": "新企业", "area_code": area}], by="x")
    path = folder / "new.csv"
    path.write_text(f"{HEAD}\n{firm},{MONTH},1,1", encoding="utf-8")
    checked = check(path, "firm_month")
    assert checked.frame.height == 1
    return checked


def evaluated_month(bring: Bring) -> None:
    open_month(bring, *DISTRICTS)
    for district in DISTRICTS:
        take(sheet(district), "accept", by="市局")
    for step in ("file", "accept", "evaluate"):
        take(sheet("city"), step, by="市局")


def test_opening_plants_a_sheet_for_every_unit_and_those_above(bring: Bring) -> None:
    cycle = open_month(bring)
    assert (cycle.due_on, cycle.due_announced) == (date(2026, 11, 11), True)
    lines = [(s.level, s.unit, s.unit_name, s.leaf, len(s.expected)) for s in cycle.sheets.all()]
    assert sorted(lines) == [
        ("city", "", "全市", False, 0),
        *(("district", code, name, True, 4) for code, name in DISTRICTS.items()),
    ]
    assert open_cycle("firm_month", MONTH, by="另一人") == cycle
    assert Cycle.objects.count() == 1


def test_parks_file_to_their_district_and_districts_to_the_city(city: None) -> None:
    open_cycle("park_quarter", "2026Q3", by="规划处")
    above = {s.unit: s.above.unit if s.above else None for s in Sheet.objects.all()}
    assert above == {"": None, "A1": "", "A2": "", "P1": "A1", "P2": "A1", "P3": "A2"}


def test_what_cannot_be_opened(city: None) -> None:
    with pytest.raises(UsageError, match="还不能开期"):
        open_cycle("firm_month", "2030-01", by="x")
    with pytest.raises(NotFound, match="没有报送任务"):
        open_cycle("weather", "2026-10", by="x")
    with pytest.raises(NothingToCompute, match="项目"):
        open_cycle("project_month", "2026-10", by="x")


def test_all_that_is_due_opens_by_itself(city: None) -> None:
    opened = open_due(date(2026, 11, 2), by="定时")
    assert {(c.rule, c.period) for c in opened} == {
        ("firm_month", "2026-10"), ("firm_quarter", "2026Q3"), ("park_quarter", "2026Q3"),
        ("firm_year", "2025"), ("area_year", "2025"),
    }  # fmt: skip
    assert open_due(date(2026, 11, 2), by="定时") == []


def test_a_whole_month(bring: Bring) -> None:
    open_month(bring, *DISTRICTS)
    for district in DISTRICTS:
        taken = take(sheet(district), "accept", by="市局")
        assert taken.figures["rows"] == 4
    take(sheet("city"), "file", by="市局")
    take(sheet("city"), "accept", by="市局")
    done = take(sheet("city"), "evaluate", by="市局")
    assert cycle_named("firm_month", MONTH).vintage == done.figures["vintage"]
    take(sheet("city"), "publish", by="市局")
    assert board(cycle_named("firm_month", MONTH)).counts["accepted"] == 3
    steps = list(Passage.objects.filter(sheet__level="city").values_list("step", "before", "after"))
    assert steps == [
        ("file", "open", "filed"), ("accept", "filed", "accepted"),
        ("evaluate", "accepted", "evaluated"), ("publish", "evaluated", "published"),
    ]  # fmt: skip


def test_steps_are_never_changed_or_deleted(bring: Bring) -> None:
    open_month(bring, "A1")
    passage = Passage.objects.get()
    for attempt in (passage.save, passage.delete, Passage.objects.all().delete):
        with pytest.raises(UsageError, match="只增不改"):
            attempt()
    with pytest.raises(UsageError):
        Passage.objects.update(by="别人")


def test_approval_goes_bottom_up(bring: Bring) -> None:
    open_month(bring, "A1", "A2")
    take(sheet("A1"), "accept", by="市局")
    with pytest.raises(UsageError, match="还有 2 个单位未接收"):
        take(sheet("city"), "file", by="市局")
    take(sheet("A2"), "accept", by="市局")
    with pytest.raises(UsageError, match="须写明理由"):
        take(sheet("A3"), "waive", by="市局")
    take(sheet("A3"), "waive", by="市局", reason="系统故障，下月补报")
    take(sheet("city"), "file", by="市局")


def test_unacceptance_goes_top_down(bring: Bring) -> None:
    evaluated_month(bring)
    with pytest.raises(UsageError, match="自上而下"):
        take(sheet("A1"), "reopen", by="市局", reason="有误")
    with pytest.raises(UsageError, match="当前状态是“已评价”"):
        take(sheet("city"), "reopen", by="市局", reason="有误")
    take(sheet("city"), "retract", by="市局", reason="有误")
    with pytest.raises(UsageError, match="自上而下"):
        take(sheet("A1"), "reopen", by="市局", reason="有误")
    take(sheet("city"), "reopen", by="市局", reason="有误")
    take(sheet("A1"), "reopen", by="市局", reason="有误")
    assert bring("A1", MONTH, revenue=5100).changed == 4


def test_acceptance_locks_the_unit_and_nothing_else(bring: Bring, tmp_path: Path) -> None:
    open_month(bring, *DISTRICTS)
    take(sheet("A1"), "accept", by="市局")
    with pytest.raises(Locked, match="东区") as refused:
        bring("A1", MONTH, revenue=5100)
    assert "2026-10" in refused.value.message.zh
    assert bring("A2", MONTH, revenue=5100).changed == 4
    assert bring("A1", "2026-09", revenue=4900).changed == 4
    # The same file again changes nothing, and passes.
    lines = [f"{code},{MONTH},5000,100" for code, area in FIRMS.items() if area == "A1"]
    path = tmp_path / "same.csv"
    path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    assert accept(check(path, "firm_month"), by="x", again=True).unchanged == 4


def test_every_way_into_a_locked_return_is_refused(bring: Bring, tmp_path: Path) -> None:
    open_month(bring, "A1")
    take(sheet("A1"), "accept", by="市局")
    before = lake.read("firm_month").sort("credit_code", "period").collect()
    firm = next(iter(FIRMS))
    keys = before.filter(period=MONTH, credit_code=firm)
    with pytest.raises(Locked):
        withdraw("firm_month", keys, by="x", reason="试")
    with pytest.raises(Locked):
        add_correction(
            Correction("firm_month", (firm, MONTH), "employees", "100", "90", "核实"), by="x"
        )
    # A firm that nobody had counted is not slipped in either.
    with pytest.raises(Locked):
        accept(one_firm(tmp_path, "A1"), by="x")
    after = lake.read("firm_month").sort("credit_code", "period").collect()
    assert after.equals(before)


def test_a_firm_that_moved_stays_locked_where_it_was_counted(bring: Bring, tmp_path: Path) -> None:
    open_month(bring, "A1", "A2")
    take(sheet("A1"), "accept", by="市局")
    firm = next(iter(FIRMS))
    version = registers.find("firms", (firm,)).version
    registers.edit("firms", (firm,), {"area_code": "A3"}, version, "x", "搬迁")
    path = tmp_path / "moved.csv"
    path.write_text(f"{HEAD}\n{firm},{MONTH},7000,100", encoding="utf-8")
    with pytest.raises(Locked, match="东区"):
        accept(check(path, "firm_month"), by="x")


def test_the_accepted_city_takes_nothing_new(bring: Bring, tmp_path: Path) -> None:
    evaluated_month(bring)
    with pytest.raises(Locked, match="全市"):
        accept(one_firm(tmp_path, None), by="x")


def test_reopening_lifts_the_lock_and_keeps_who_did(bring: Bring) -> None:
    open_month(bring, "A1")
    take(sheet("A1"), "accept", by="市局")
    take(sheet("A1"), "reopen", by="市长", reason="漏报一户")
    lock = RecordLock.objects.get()
    assert (lock.set_by, lock.lifted_by, lock.lifted_reason) == ("市局", "市长", "漏报一户")
    bring("A1", MONTH, revenue=5200)
    take(sheet("A1"), "file", by="A1")
    take(sheet("A1"), "accept", by="市局")
    assert RecordLock.objects.filter(lifted_at__isnull=True).count() == 1


def test_what_is_accepted_is_what_was_filed(bring: Bring) -> None:
    open_month(bring, "A1")
    bring("A1", MONTH, revenue=5300)
    with pytest.raises(UsageError, match="报送之后数据又有变动"):
        take(sheet("A1"), "accept", by="市局")
    take(sheet("A1"), "send_back", by="市局", reason="请核对后重报")
    take(sheet("A1"), "file", by="A1")
    take(sheet("A1"), "accept", by="市局")


def test_nothing_filed_needs_a_reason(bring: Bring) -> None:
    open_month(bring)
    with pytest.raises(UsageError, match="本期没有任何数据"):
        take(sheet("A1"), "file", by="A1")
    take(sheet("A1"), "file", by="A1", reason="全部停产检修")


def test_two_people_are_told_of_each_other(bring: Bring) -> None:
    open_month(bring, "A1")
    seen = sheet("A1").version
    take(sheet("A1"), "recall", by="A1", reason="改一个数", seen=seen)
    with pytest.raises(StaleEdit, match="已由A1"):
        take(sheet("A1"), "accept", by="市局", seen=seen)


def test_jumps_are_told_beside_the_past(bring: Bring) -> None:
    open_month(bring)
    bring("A1", MONTH, revenue=480_000)
    content = filed(sheet("A1"))
    codes = set(content.findings["code"])
    assert {"jump"} <= codes
    assert take(sheet("A1"), "file", by="A1").sheet.warnings == content.warnings > 0


def test_lights_and_lateness(bring: Bring) -> None:
    open_month(bring)
    late = datetime(2026, 11, 13, 17, tzinfo=ZONE)
    bring("A1", MONTH)
    bring("A2", MONTH)
    take(sheet("A1"), "file", by="A1", now=datetime(2026, 11, 10, 9, tzinfo=ZONE))
    take(sheet("A2"), "file", by="A2", now=late)
    found = {line.sheet.unit: line for line in board(
        cycle_named("firm_month", MONTH), date(2026, 11, 16)).lines}  # fmt: skip
    told = {unit: (line.light, line.late) for unit, line in found.items() if unit}
    assert told == {"A1": ("normal", 0), "A2": ("watch", 2), "A3": ("behind", 3)}
    early = board(cycle_named("firm_month", MONTH), date(2026, 11, 2)).lines[-1]
    assert (early.light, early.left) == ("normal", 7)
    soon = board(cycle_named("firm_month", MONTH), date(2026, 11, 9)).lines[-1]
    assert (soon.light, soon.left) == ("watch", 2)


def test_a_step_that_fails_leaves_nothing(bring: Bring, monkeypatch: Any) -> None:
    open_month(bring, "A1")

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk went away")

    monkeypatch.setattr("liantu.systems.reporting.steps.Passage.objects.create", broken)
    with pytest.raises(RuntimeError):
        take(sheet("A1"), "accept", by="市局")
    assert sheet("A1").state == "filed"
    assert not RecordLock.objects.exists()


def test_brought_helper_is_of_the_district(tmp_path: Path, city: None) -> None:
    assert brought(tmp_path, "A1", "2026-08").accepted == 4
