"""One record, one person: edit, delete, restore, merge; the second of two is told."""

from __future__ import annotations

import threading
from contextvars import copy_context
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, connections

from liantu.errors import InvalidRecords, NotFound, StaleEdit, UsageError
from liantu.records import registers
from liantu.records.models import Firm

A, B, C = "91110000802100433B", "914403001922038216", "91330000142914395L"


IN_MEMORY = "SQLite in memory is one connection for all threads; test_processes.py uses a file"


@pytest.fixture
def several_connections() -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip(IN_MEMORY)


def filed(**cells: Any) -> None:
    rows = [{"credit_code": A, "name": "甲公司", **cells}, {"credit_code": B, "name": "乙公司"}]
    registers.upsert("firms", rows, by="张")


@pytest.mark.django_db
def test_an_edit_says_who_when_before_and_after() -> None:
    filed()

    version = registers.edit("firms", A, {"address": "一路", "name": "甲公司"}, 1, "李", "来函")

    added, changed = registers.history("firms", A)
    assert version == changed.version == 2
    assert changed.changes == {"address": (None, "一路")}
    assert (changed.by, changed.reason, changed.action) == ("李", "来函", "change")
    assert added.until == changed.at
    assert changed.until is None


@pytest.mark.django_db
def test_values_already_there_make_no_version() -> None:
    filed(address="一路")

    assert registers.edit("firms", A, {"address": "一路"}, 1, "李") == 1
    assert len(registers.history("firms", A)) == 1


@pytest.mark.django_db
def test_the_second_of_two_is_told_who_changed_what() -> None:
    filed(address="一路")
    registers.edit("firms", A, {"address": "二路"}, 1, "李")
    registers.edit("firms", A, {"size": "small"}, 2, "王")

    with pytest.raises(StaleEdit) as told:
        registers.edit("firms", A, {"address": "三路"}, 1, "赵")

    assert (told.value.expected, told.value.found) == (1, 3)
    for word in ("李", "地址 一路 → 二路", "王", "small", A):
        assert word in told.value.message.zh
    assert "address 一路 → 二路" in told.value.message.en
    assert registers.find("firms", A).address == "二路"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"credit_code": B}, UsageError),
        ({"shoe_size": 42}, UsageError),
        ({"name": None}, InvalidRecords),
        ({"capital_cny": "很多"}, InvalidRecords),
        ({"capital_cny": float("nan")}, InvalidRecords),
        ({"capital_cny": -4.0}, InvalidRecords),
        ({"size": "huge"}, InvalidRecords),
        ({"established_on": date(2999, 1, 1)}, InvalidRecords),
        ({"established_on": date(2020, 1, 1), "closed_on": date(2019, 1, 1)}, InvalidRecords),
    ],
)
def test_wrong_edits_change_nothing(changes: dict[str, Any], error: type[Exception]) -> None:
    filed()

    with pytest.raises(error):
        registers.edit("firms", A, changes, 1, "李")

    assert len(registers.history("firms", A)) == 1


@pytest.mark.django_db
def test_what_is_deleted_is_gone_and_comes_back() -> None:
    filed(address="一路")
    before = registers.history("firms", A)[-1].at

    registers.delete("firms", A, by="李", reason="注销", expected_version=1)

    assert registers.read("firms")["credit_code"].to_list() == [B]
    assert registers.find("firms", A, as_of=before).name == "甲公司"
    with pytest.raises(NotFound):
        registers.find("firms", A)
    with pytest.raises(NotFound):
        registers.edit("firms", A, {"address": "二路"}, 2, "王")
    assert registers.restore("firms", A, by="王", reason="误删") == 3
    assert registers.find("firms", A).address == "一路"
    assert [c.action for c in registers.history("firms", A)] == ["add", "delete", "restore"]


@pytest.mark.django_db
def test_an_earlier_version_can_be_taken_back() -> None:
    filed(address="一路")
    registers.edit("firms", A, {"address": "二路", "size": "small"}, 1, "李")

    registers.restore("firms", A, by="王", version=1)

    record = registers.find("firms", A)
    assert (record.address, record.size, record.version) == ("一路", None, 3)
    with pytest.raises(UsageError):
        registers.restore("firms", A, by="王", version=1)
    with pytest.raises(NotFound):
        registers.restore("firms", A, by="王", version=9)
    with pytest.raises(StaleEdit):
        registers.restore("firms", A, by="王", version=2, expected_version=2)


@pytest.mark.django_db
def test_a_merger_keeps_both_keys_and_can_be_taken_back() -> None:
    filed()
    registers.edit("firms", B, {"address": "乙路", "name": "甲有限公司"}, 1, "李")
    before = registers.history("firms", B)[-1].at

    registers.merge("firms", keep=A, drop=B, by="王", reason="同一企业")

    record = registers.find("firms", B)
    assert (record.key, record.name, record.address) == (A, "甲公司", "乙路")
    assert registers.keys_of("firms", A) == registers.keys_of("firms", B) == (A, B)
    assert registers.at("firms").count() == 1
    assert registers.merged("firms", as_of=before) == {}
    assert registers.history("firms", B)[-1].merged_into == A
    with pytest.raises(UsageError, match=A):
        registers.edit("firms", B, {"address": "丙路"}, 3, "赵")

    registers.restore("firms", B, by="赵", reason="不是同一企业")

    assert registers.find("firms", B).name == "甲有限公司"
    assert registers.merged("firms") == {}


@pytest.mark.django_db
def test_mergers_upon_mergers_end_at_the_last() -> None:
    filed()
    registers.upsert("firms", [{"credit_code": C, "name": "丙公司"}], by="张")
    registers.merge("firms", keep=B, drop=A, by="王", reason="同一企业")
    registers.merge("firms", keep=C, drop=B, by="王", reason="同一企业")

    assert registers.merged("firms") == {A: C, B: C}
    assert registers.find("firms", A).key == C
    assert registers.keys_of("firms", B) == (C, B, A) or registers.keys_of("firms", B) == (C, A, B)
    with pytest.raises(UsageError):
        registers.merge("firms", keep=A, drop=C, by="王", reason="回头")


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [A, B])
def test_what_changed_since_it_was_compared_is_not_merged(changed: str) -> None:
    filed()
    registers.edit("firms", changed, {"address": "新址"}, 1, by="李")
    with pytest.raises(StaleEdit):
        registers.merge("firms", A, B, by="王", reason="同一企业", versions=(1, 1))
    assert registers.merged("firms") == {}
    current = (2, 1) if changed == A else (1, 2)
    registers.merge("firms", A, B, by="王", reason="同一企业", versions=current)
    assert registers.merged("firms") == {B: A}


@pytest.mark.django_db
def test_deleting_and_merging_need_a_reason_and_two_records() -> None:
    filed()
    with pytest.raises(UsageError):
        registers.delete("firms", A, by="李", reason=" ")
    with pytest.raises(UsageError):
        registers.merge("firms", keep=A, drop=B, by="李", reason="")
    with pytest.raises(UsageError):
        registers.merge("firms", keep=A, drop=A, by="李", reason="同一企业")
    with pytest.raises(NotFound):
        registers.merge("firms", keep=A, drop=C, by="李", reason="同一企业")
    assert Firm.versions.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("several_connections")
def test_of_people_editing_at_once_exactly_one_wins() -> None:
    filed(address="一路")
    start = threading.Barrier(6)
    outcomes: list[str] = []

    def work(number: int) -> None:
        try:
            start.wait()
            registers.edit("firms", A, {"address": f"{number}路"}, 1, f"甲{number}")
            outcomes.append("saved")
        except StaleEdit:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=(work, n)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["saved"] + ["told"] * 5
    assert len(registers.history("firms", A)) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("several_connections")
def test_imports_and_edits_at_once_lose_nothing() -> None:
    filed()
    errors: list[BaseException] = []

    def add(column: str) -> None:
        try:
            for number in range(5):
                while True:
                    version = registers.find("firms", A).version
                    try:
                        registers.edit("firms", A, {column: f"{number}"}, version, column)
                        break
                    except StaleEdit:
                        continue
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    def bring() -> None:
        try:
            for number in range(5):
                row = {"credit_code": A, "name": f"甲公司{number}"}
                registers.upsert("firms", [row], by="入库")
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=copy_context().run, args=(add, column))
        for column in ("address", "main_product")
    ]
    threads.append(threading.Thread(target=copy_context().run, args=(bring,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    record = registers.find("firms", A)
    assert (record.name, record.address, record.main_product) == ("甲公司4", "4", "4")
    versions = registers.history("firms", A)
    assert [v.version for v in versions] == list(range(1, 17))
    assert all(one.until == two.at for one, two in pairwise(versions))
    assert all(len(version.changes) == 1 for version in versions[1:])


@pytest.mark.django_db
def test_an_edit_is_held_against_the_records_that_it_names() -> None:
    registers.upsert("chains", [{"chain_id": c, "name": c} for c in ("c1", "c2")], by="张")
    node = {"node_id": "n1", "chain_id": "c1", "name": "芯片", "kind": "part"}
    registers.upsert("chain_nodes", [node, {**node, "node_id": "n2", "chain_id": "c2"}], by="张")
    filed()
    product = {"credit_code": A, "product": "芯片", "year": 2025, "chain_id": "c1"}

    with pytest.raises(
        InvalidRecords, match="环节不属于所填的产业链（产业链 c1；环节代码 n2（产业链 c2））"
    ):
        registers.add("products", {**product, "node_id": "n2"}, "李")
    key = registers.add("products", {**product, "node_id": "n1"}, "李")
    with pytest.raises(InvalidRecords, match="环节不属于所填的产业链"):
        registers.edit("products", key, {"chain_id": "c2"}, 1, "李")
    assert registers.edit("products", key, {"chain_id": "c2", "node_id": "n2"}, 1, "李") == 2
    with pytest.raises(InvalidRecords, match="先登记"):
        registers.add("products", {**product, "credit_code": C}, "李")


@pytest.mark.django_db
def test_what_was_wrong_before_does_not_stand_in_the_way_of_another_cell() -> None:
    registers.upsert("chains", [{"chain_id": c, "name": c} for c in ("c1", "c2")], by="张")
    node = {"node_id": "n1", "chain_id": "c1", "name": "芯片", "kind": "part"}
    registers.upsert("chain_nodes", [node], by="张")
    filed()
    product = {"credit_code": A, "product": "芯片", "year": 2025, "chain_id": "c2", "node_id": "n1"}
    registers.upsert("products", [product], by="张")
    (key,) = registers.at("products").values_list("key", flat=True)

    assert registers.edit("products", key, {"capacity": "一万片"}, 1, "李") == 2
