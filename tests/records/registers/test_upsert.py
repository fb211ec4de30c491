"""Many rows at once: what is new, what differs, what stays, what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from django.utils import timezone

from liantu.errors import InvalidRecords, UsageError
from liantu.records import registers
from liantu.records.models import Batch, Firm

pytestmark = pytest.mark.django_db

A, B = "91110000802100433B", "914403001922038216"


def firm(code: str, name: str = "甲市某机械有限公司", **cells: Any) -> dict[str, Any]:
    return {"credit_code": code, "name": name, **cells}


def batch(name: str = "firms.csv") -> Batch:
    return Batch.objects.create(
        accepted_at=timezone.now(), file_name=name, sha256=name, accepted=1, duplicates=0,
        rejected=0,
    )  # fmt: skip


def test_every_type_comes_back_as_it_went_in() -> None:
    row = firm(
        A,
        established_on=date(1999, 2, 28),
        capital_cny=1.25e9,
        above_scale=True,
        longitude=104.0667,
        former_names="甲；乙|丙\n“丁”\t\\",
    )

    registers.upsert("firms", [row], by="张")

    read = registers.read("firms")
    assert read.schema == pl.Schema(
        {c.name: c.dtype for c in registers.register_of("firms").table.columns}
    )
    back = read.row(0, named=True)
    assert {name: back[name] for name in row} == row
    assert back["closed_on"] is None
    record = registers.find("firms", A)
    assert (record.established_on, record.above_scale) == (date(1999, 2, 28), True)
    assert (record.version, record.by, record.action) == (1, "张", "add")
    moments = registers.read("firms", columns=["key", "recorded_from", "recorded_to"])
    assert moments.row(0) == (A, record.recorded_from, None)


def test_rows_are_told_new_changed_and_unchanged() -> None:
    first = batch("one")
    registers.upsert("firms", [firm(A), firm(B, size="small")], batch=first, by="张")

    second = batch("two")
    rows = [firm(A), firm(B, "乙公司"), firm("91330000142914395L")]
    expected = registers.compare("firms", rows)
    done = registers.upsert("firms", rows, batch=second, by="李", reason="年报")

    assert (done.new, done.changed, done.unchanged, done.moment) == (1, 1, 1, second.accepted_at)
    assert expected.differences.rows() == [(B, "name", "甲市某机械有限公司", "乙公司")]
    assert expected.new["key"].to_list() == ["91330000142914395L"]
    assert expected.unchanged == 1
    change = registers.history("firms", B)[-1]
    assert change.changes == {"name": ("甲市某机械有限公司", "乙公司")}
    assert (change.by, change.reason, change.batch, change.version) == ("李", "年报", second.pk, 2)
    # The file has no column size: it stays; and the batches are vintages of the register.
    assert registers.find("firms", B).size == "small"
    assert registers.find("firms", B, as_of=str(first.pk)).name == "甲市某机械有限公司"
    assert registers.read("firms", as_of=str(first.pk)).height == 2


def test_an_empty_cell_empties_and_a_missing_column_keeps() -> None:
    registers.upsert("firms", [firm(A, size="small", address="一路")], by="张")

    registers.upsert("firms", [firm(A, address=None)], by="张")

    record = registers.find("firms", A)
    assert (record.size, record.address) == ("small", None)


def test_the_same_rows_again_change_nothing() -> None:
    rows = [firm(A, capital_cny=0.1 + 0.2), firm(B, capital_cny=None)]
    registers.upsert("firms", rows, by="张")

    again = registers.upsert("firms", registers.read("firms"), by="李")

    assert (again.new, again.changed, again.unchanged, again.moment) == (0, 0, 2, None)
    assert Firm.versions.count() == 2


def test_a_key_of_several_columns_cannot_be_mistaken() -> None:
    rows = [
        {"supplier_code": "a|b", "buyer_code": "c", "product": "轴"},
        {"supplier_code": "a", "buyer_code": "b|c", "product": "轴"},
    ]

    registers.upsert("supply_links", rows, by="张")

    found = registers.find("supply_links", ("a|b", "c", "轴"))
    assert (found.supplier_code, found.buyer_code) == ("a|b", "c")
    assert registers.read("supply_links").height == 2


def test_versions_of_a_park_system_stand_beside_one_another() -> None:
    rows = [{"park_code": "P1", "system_version": v, "name": f"园区{v}"} for v in ("2017", "2021")]

    registers.upsert("parks", rows, by="张")

    assert registers.find("parks", ("P1", "2021")).name == "园区2021"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([firm(A), firm(A, "乙")], A),
        ([{"credit_code": A, "name": None}], "name"),
        ([{"credit_code": None, "name": "甲"}], "credit_code"),
        ([firm(A, capital_cny=float("nan"))], "capital_cny"),
        ([firm(A, capital_cny=float("inf"))], "capital_cny"),
        ([firm(A, address="一\x00路")], "address"),
        ([firm(A, capital_cny="很多")], "firms"),
    ],
)
def test_rows_that_do_not_fit_are_refused_whole(rows: list[dict[str, Any]], says: str) -> None:
    good = firm(B, "丙公司", **dict.fromkeys(set(rows[0]) - {"credit_code", "name"}))

    with pytest.raises(InvalidRecords, match=says):
        registers.upsert("firms", [good, *rows], by="张")

    assert not Firm.versions.exists()


def test_columns_that_do_not_fit_are_named() -> None:
    with pytest.raises(UsageError, match="shoe_size"):
        registers.upsert("firms", [firm(A, shoe_size=42)], by="张")
    with pytest.raises(UsageError, match="credit_code"):
        registers.upsert("firms", [{"name": "甲"}], by="张")
    with pytest.raises(UsageError, match="firm_month"):
        registers.read("firm_month")


def test_a_new_row_needs_the_columns_that_are_required() -> None:
    with pytest.raises(InvalidRecords, match="name"):
        registers.upsert("firms", [{"credit_code": A, "address": "一路"}], by="张")
    registers.upsert("firms", [firm(A)], by="张")

    registers.upsert("firms", [{"credit_code": A, "address": "一路"}], by="张")

    assert registers.find("firms", A).address == "一路"


def test_it_is_part_of_the_callers_transaction() -> None:
    class Stopped(Exception):
        pass

    def accept() -> None:
        with transaction.atomic():
            registers.upsert("firms", [firm(A)], by="张")
            raise Stopped

    with pytest.raises(Stopped):
        accept()

    assert not Firm.versions.exists()


def test_a_clock_that_runs_back_leaves_the_order_of_versions() -> None:
    late, early = batch("late"), batch("early")
    Batch.objects.filter(pk=late.pk).update(accepted_at=timezone.now() + timedelta(days=1))
    late.refresh_from_db()

    registers.upsert("firms", [firm(A)], batch=late, by="张")
    registers.upsert("firms", [firm(A, "乙")], batch=early, by="张")

    one, two = registers.history("firms", A)
    assert one.until == two.at
    assert one.at < two.at


def test_a_deleted_record_filed_again_is_back_and_told() -> None:
    registers.upsert("firms", [firm(A), firm(B)], by="张")
    registers.delete("firms", A, by="李", reason="注销")

    done = registers.upsert("firms", [firm(A), firm(B)], by="王")

    assert (done.restored, done.unchanged, done.new) == (1, 1, 0)
    assert registers.history("firms", A)[-1].action == "restore"


def test_rows_under_a_merged_key_are_left_out_and_told() -> None:
    registers.upsert("firms", [firm(A), firm(B)], by="张")
    registers.merge("firms", keep=A, drop=B, by="李", reason="重复")

    done = registers.upsert("firms", [firm(A), firm(B, "丁公司")], by="王")

    assert done.merged == ((B, A),)
    assert (done.new, done.changed, done.restored) == (0, 0, 0)
    assert registers.find("firms", B).name == "甲市某机械有限公司"


def test_more_rows_than_one_statement_takes() -> None:
    rows = pl.DataFrame({"credit_code": [f"C{i:05}" for i in range(5000)], "name": "甲"})
    registers.upsert("firms", rows, by="张")

    changed = registers.upsert(
        "firms", rows.with_columns(name=pl.when(pl.int_range(pl.len()) % 2 == 0)
        .then(pl.lit("乙")).otherwise("name")), by="张"
    )  # fmt: skip
    few = registers.upsert("firms", rows.head(3), by="张")

    assert (changed.changed, changed.unchanged) == (2500, 2500)
    assert (few.changed, few.unchanged) == (2, 1)
    assert registers.at("firms").count() == 5000
    assert Firm.versions.count() == 7502
