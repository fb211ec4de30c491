"""Corrections after publication: asked for, decided, an erratum that stays, locks as before."""

from __future__ import annotations

from typing import Any

import pytest

from liantu.errors import Locked, NotFound, Refused, UsageError
from liantu.records import lake
from liantu.records.access import Actor, Grant, Scope, acting
from liantu.records.models import RecordLock
from liantu.systems.reporting.correcting import ask, decide, errata
from liantu.systems.reporting.models import Passage, Sheet
from liantu.systems.reporting.opening import open_cycle
from liantu.systems.reporting.steps import cycle_named, sheet_named, take

from .conftest import DISTRICTS, FIRMS, Bring

pytestmark = pytest.mark.django_db

MONTH = "2026-10"
FIRM = next(iter(FIRMS))


def sheet(unit: str) -> Sheet:
    return sheet_named(cycle_named("firm_month", MONTH), unit)


@pytest.fixture
def published(bring: Bring) -> Bring:
    """A month that went all the way."""
    for district in DISTRICTS:
        bring(district, MONTH)
    open_cycle("firm_month", MONTH, by="规划处")
    for district in DISTRICTS:
        take(sheet(district), "file", by=district)
        take(sheet(district), "accept", by="市局")
    for step in ("file", "accept", "evaluate", "publish"):
        take(sheet("city"), step, by="市局")
    return bring


def revenue(vintage: str | None = None) -> Any:
    rows = lake.read("firm_month", vintage).collect()
    return rows.filter(credit_code=FIRM, period=MONTH)["revenue_cny"][0]


def test_a_correction_makes_an_erratum_and_the_locks_stand(published: Bring) -> None:
    before = cycle_named("firm_month", MONTH).vintage
    standing = {(lock.by, lock.unit) for lock in RecordLock.objects.filter(lifted_at=None)}
    request = ask(sheet("A1"), FIRM, "营业收入", "5200", reason="漏计一条产线", by="东区")
    assert (request.state, request.before, request.after, request.unit) == (
        "asked", "5000", "5200", "万元",
    )  # fmt: skip
    assert revenue() == 50_000_000
    made = decide(request, grant=True, by="市局")
    assert (made.state, made.number, revenue()) == ("made", 1, 52_000_000)
    assert revenue(before) == 50_000_000
    assert cycle_named("firm_month", MONTH).vintage == made.vintage != before
    assert {(lock.by, lock.unit) for lock in RecordLock.objects.filter(lifted_at=None)} == standing
    with pytest.raises(Locked):
        published("A1", MONTH, revenue=5300)
    assert [e.reason for e in errata(cycle_named("firm_month", MONTH))] == ["漏计一条产线"]
    assert Passage.objects.filter(step="correct").count() == 1


def test_a_correction_that_was_refused_changes_nothing(published: Bring) -> None:
    request = ask(sheet("A1"), FIRM, "revenue_cny", "1", reason="试", by="东区")
    with pytest.raises(UsageError, match="须写明理由"):
        decide(request, grant=False, by="市局")
    assert decide(request, grant=False, reason="无依据", by="市局").state == "refused"
    assert revenue() == 50_000_000
    assert errata(cycle_named("firm_month", MONTH)) == []
    with pytest.raises(UsageError, match="已由 市局 处理"):
        decide(request, grant=True, by="市局")


def test_what_cannot_be_asked_for(published: Bring, bring: Bring) -> None:
    with pytest.raises(UsageError, match="理由"):
        ask(sheet("A1"), FIRM, "营业收入", "1", reason=" ")
    with pytest.raises(UsageError, match="已是"):
        ask(sheet("A1"), FIRM, "营业收入", "5000", reason="试")
    with pytest.raises(UsageError, match="主键"):
        ask(sheet("A1"), FIRM, "period", "2026-09", reason="试")
    with pytest.raises(NotFound):
        ask(sheet("A1"), "91510100999999999X", "营业收入", "1", reason="试")
    bring("A1", "2026-09")
    open_cycle("firm_month", "2026-09", by="x")
    other = sheet_named(cycle_named("firm_month", "2026-09"), "A1")
    with pytest.raises(UsageError, match="尚未发布"):
        ask(other, FIRM, "营业收入", "1", reason="试")


def test_who_may_ask_and_who_decides(published: Bring) -> None:
    east = Actor("东区", (Grant("district", Scope("district", "A1")),))
    west = Actor("西区", (Grant("district", Scope("district", "A2")),))
    with acting(west), pytest.raises(Refused):
        ask(sheet("A1"), FIRM, "营业收入", "5200", reason="试")
    with acting(east):
        request = ask(sheet("A1"), FIRM, "营业收入", "5200", reason="漏计")
        with pytest.raises(Refused):
            decide(request, grant=True)
    with acting(Actor("规划处", (Grant("planner"),))):
        assert decide(request, grant=True).decided_by == "规划处"


def test_a_correction_that_fails_leaves_locks_and_records(
    published: Bring, monkeypatch: Any
) -> None:
    request = ask(sheet("A1"), FIRM, "营业收入", "5200", reason="漏计")
    locked = set(RecordLock.objects.filter(lifted_at=None).values_list("pk", flat=True))

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("liantu.systems.reporting.correcting.settled_vintage", broken)
    with pytest.raises(RuntimeError):
        decide(request, grant=True)
    assert set(RecordLock.objects.filter(lifted_at=None).values_list("pk", flat=True)) == locked
    assert revenue() == 50_000_000
