"""New records of a limited office: one answer whoever holds the key, and the city decides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from liantu.errors import LiantuError, NotFound, Refused, StaleEdit, UsageError
from liantu.records import access, audit, intake, quarantine, registers
from liantu.records.access import CITY, Actor, Grant, Scope, acting
from liantu.records.models import Addition, AdditionState, AuditEntry, Batch
from liantu.records.registers import admission
from liantu.records.settled import settled
from liantu.records.tables.declared import load_tables

from .city import City, code, firm, settle

pytestmark = pytest.mark.django_db

EAST = Actor("east", (Grant("district", Scope("district", "990101")),))
WEST = Actor("west", (Grant("district", Scope("district", "990102")),))
DESK = Actor("desk", (Grant("desk", CITY),))
HEAD = "统一社会信用代码,企业名称,所在地区代码,地址"
HELD = {"others'": 2, "nobody's area": 3, "merged away": 4, "deleted": 5, "unknown": 9}
"""What stands behind a code that the east brings as new."""


@pytest.fixture
def city(tmp_path: Path) -> City:
    places = {1: "990101", 2: "990102", 3: None, 4: "990103", 5: "990103", 6: "990102"}
    made = City(
        firms={code(n): firm(n, place, None) for n, place in places.items()},
        merged={code(4): code(6)},
        gone={code(5)},
        rows={"projects": [{"project_code": "PRJ2", "name": "二", "area_code": "990102",
                            "stage": "lead"}]},
    )  # fmt: skip
    settle(made, tmp_path)
    return made


def file_of(folder: Path, *numbers: int, head: str = HEAD) -> Path:
    path = folder / f"new{'-'.join(map(str, numbers))}.csv"
    lines = [f"{code(n)},来文{n}厂,990101,一路{n}号" for n in numbers]
    path.write_text("\n".join((head, *lines)), encoding="utf-8")
    return path


def told(number: int, folder: Path) -> list[Any]:
    """All that an import says of a firm, but for its own number."""
    before = Batch.objects.count()
    prepared = intake.prepare(file_of(folder, number), "firms")
    receipt = intake.commit(prepared, by="甲")
    batch = Batch.objects.get(pk=receipt.vintage)
    (asked,) = Addition.objects.filter(batch=batch)
    said = [
        prepared.remarks, prepared.preview.counts, prepared.checked.rejected.cells.rows(),
        prepared.checked.warnings.rows(), receipt.summary_zh, receipt.summary_en,
        Batch.objects.count() - before, batch.accepted, batch.new, batch.rejected, batch.warnings,
        asked.values, asked.state, asked.version, admission.standing(asked),
        [row.cells for row in quarantine.wanted_rows(quarantine.Wanted())],
        registers.read("firms").height,
    ]  # fmt: skip
    own = rf"{code(number)}|批次 \d+|batch \d+|来文\d|一路\d|new\d"
    return [re.sub(own, "…", repr(one)) for one in said]


def test_a_file_is_told_the_same_whoever_holds_the_code(city: City, tmp_path: Path) -> None:
    with acting(EAST):
        answers = {what: told(number, tmp_path) for what, number in HELD.items()}
        for what, answer in answers.items():
            assert answer == answers["unknown"], what
    assert registers.find("firms", code(2)).name == "第2厂"
    with acting(WEST):
        assert not Addition.objects.exists()


def test_one_record_is_told_the_same_whoever_holds_the_code(city: City) -> None:
    with acting(EAST):
        assert registers.waits("firms")
        for number in HELD.values():
            assert registers.ask("firms", firm(number, "990101", None), by="x") == code(number)
            assert Addition.objects.get(key=code(number)).state == "waiting"
            for door in (
                lambda n=number: registers.add("firms", firm(n, "990101", None), by="x"),
                lambda n=number: registers.upsert("firms", [firm(n, "990101", None)], by="x"),
            ):
                with pytest.raises(Refused, match="不在账号"):
                    door()
        for number in (2, 9):
            with pytest.raises(Refused):
                registers.ask("firms", firm(number, "990102", None), by="x")
        with pytest.raises(UsageError, match="已有记录"):
            registers.ask("firms", firm(1, "990101", None), by="x")
        for project in ("PRJ2", "PRJ9"):
            values = {"project_code": project, "name": "x", "area_code": "990101", "stage": "lead"}
            assert registers.ask("projects", values, by="x") == project
    assert registers.find("projects", "PRJ2").area_code == "990102"


def test_every_register_whose_keys_do_not_say_whose_they_are_waits() -> None:
    """Whoever is limited writes it, and the key holds no column that its rows belong by."""
    roles = access.load_roles().roles.values()
    known = {("products", "chain"), ("supply_links", "chain")}
    """A chain's office that adds what its own firm has already under another chain is told so."""
    for table in load_tables().values():
        if table.kind != "register" or isinstance(table.scope, str) or table.scope.reads == "open":
            continue
        kinds = {
            kind
            for role in roles if table.id in role.writes or "*" in role.writes
            for kind in role.scopes if kind != "city"
        }  # fmt: skip
        blind = {kind for kind in kinds if not set(table.scope.by(kind)) & set(table.key)}
        blind -= {kind for name, kind in known if name == table.id}
        assert bool(blind) == (table.scope.new == "city"), (table.id, blind)


def asked(folder: Path, *numbers: int) -> dict[int, int]:
    """Additions of the east by the numbers of their firms."""
    with acting(EAST):
        intake.commit(intake.prepare(file_of(folder, *numbers), "firms"), by="甲")
        return {n: Addition.objects.get(key=code(n)).pk for n in numbers}


def test_the_city_takes_in_moves_and_brings_back(city: City, tmp_path: Path) -> None:
    cases = asked(tmp_path, *HELD.values())
    for number in cases:
        with acting(EAST), pytest.raises(Refused):
            admission.decide(cases[number], admit=True, by="x", reason="")
        with acting(WEST), pytest.raises(NotFound):
            admission.find(cases[number])
    with acting(DESK):
        with pytest.raises(UsageError, match="已并入"):
            admission.decide(cases[4], admit=True, by="企业处", reason="")
        for number in (2, 5, 9):
            done = admission.decide(cases[number], admit=True, by="企业处", reason="已核实")
            assert (done.state, done.decided_by) == (AdditionState.ADMITTED, "企业处")
        with pytest.raises(UsageError, match="已由"):
            admission.decide(cases[9], admit=False, by="x", reason="x")
        with pytest.raises(UsageError, match="理由"):
            admission.decide(cases[3], admit=False, by="x", reason=" ")
        admission.decide(cases[3], admit=False, by="企业处", reason="属西区")
        names = dict(registers.read("firms", columns=["credit_code", "name"]).rows())
        change = registers.history("firms", code(2))[-1]
    assert {names[code(n)] for n in (2, 5, 9)} == {"来文2厂", "来文5厂", "来文9厂"}
    assert change.by == "企业处"
    assert "甲" in change.reason
    with acting(EAST):
        assert {"来文2厂", "来文5厂", "来文9厂"} <= set(registers.read("firms")["name"])
        assert admission.find(cases[3]).because == "属西区"
    with acting(WEST):
        assert code(2) not in set(registers.read("firms")["credit_code"])
    acts = list(AuditEntry.objects.values_list("action", flat=True))
    assert acts.count(audit.Act.ADDITION_ASKED) == len(HELD)
    assert acts.count(audit.Act.ADDITION_DECIDED) == 4


def test_those_that_nobody_has_are_admitted_at_once(city: City, tmp_path: Path) -> None:
    cases = asked(tmp_path, 2, 9, 10, 11)
    with acting(EAST), pytest.raises(Refused):
        admission.admit_new(list(cases.values()), by="x")
    with acting(DESK):
        assert admission.admit_new(list(cases.values()), by="企业处") == 3
        assert admission.find(cases[2]).state == "waiting"


def test_what_is_filed_anew_is_one_addition(city: City, tmp_path: Path) -> None:
    cases = asked(tmp_path, 9)
    with acting(EAST):
        registers.ask("firms", {**firm(9, "990101", None), "address": "二路"}, by="x")
        assert Addition.objects.count() == 1
    with acting(DESK):
        with pytest.raises(StaleEdit):
            admission.decide(cases[9], admit=True, by="x", reason="", seen=1)
        admission.decide(cases[9], admit=True, by="x", reason="", seen=2)
        assert registers.find("firms", code(9)).address == "二路"


def test_cells_are_judged_when_they_are_admitted_too(city: City, tmp_path: Path) -> None:
    cases = asked(tmp_path, 9)
    one = Addition.objects.get(pk=cases[9])
    Addition.objects.filter(pk=one.pk).update(values={**one.values, "name": None})
    with acting(DESK), pytest.raises(LiantuError):
        admission.decide(cases[9], admit=True, by="x", reason="")
    assert admission.find(cases[9]).state == "waiting"


def test_others_settle_no_row_of_ours(city: City, tmp_path: Path) -> None:
    """A row sent back waits on when another district brings the firm: that it did is not told."""
    for who, place in ((EAST, "990103"), (DESK, "990102")):
        path = tmp_path / f"{who.name}.csv"
        path.write_text(f"{HEAD}\n{code(20)},二十厂,{place},一路", encoding="utf-8")
        with acting(who):
            receipt = intake.commit(intake.prepare(path, "firms"), by="x")
            if who is EAST:
                first = int(receipt.vintage)
    assert settled([first])
    with acting(EAST):
        assert settled([first]) == {}


def test_corrections_of_others_cells_are_not_made_nor_told(city: City, tmp_path: Path) -> None:
    kept = intake.Correction("firms", (code(2),), "address", "猜到的地址", "西路", "门牌有误")
    version = registers.find("firms", code(2)).version
    registers.edit("firms", code(2), {"address": "西路"}, version, by="x")
    intake.add_correction(kept, by="x")
    path = tmp_path / "f.csv"
    path.write_text(f"{HEAD}\n{code(2)},第2厂,990101,猜到的地址", encoding="utf-8")
    with acting(EAST):
        prepared = intake.prepare(path, "firms")
        assert prepared.corrections == ()
        assert not any("西路" in one.zh for one in prepared.remarks)
        path.write_text(f"{HEAD}\n{code(2)},第2厂,990101,别的", encoding="utf-8")
        assert intake.prepare(path, "firms").checked.additions.height == 1  # and no complaint
