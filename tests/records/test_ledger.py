"""The ledger on a real database: plans, batches, vintages, rows sent back."""

from __future__ import annotations

import hashlib
import threading
from contextvars import copy_context
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection, connections, transaction

from liantu.declarations import CATALOG
from liantu.errors import LiantuError, NotFound, NothingToCompute, UnreadableInput, UsageError
from liantu.plan.package import Measured, Meta, PlanPackage, Target
from liantu.records import lake, ledger
from liantu.records.figures.interpret import COLUMNS
from liantu.records.figures.observations_file import read_observations, write_observations
from liantu.records.models import Batch, LakeFile, PlanEdition, RejectedRow
from liantu.records.tables.declared import figures_table

pytestmark = pytest.mark.django_db

HEAD = ",".join(COLUMNS)
ONE = "工业投资增速,甲市,2023,7.5,%,甲报(2024-01-20),https://example.org/a,,press"
TWO = "工业投资增速,甲市,2024,8.1,%,甲报(2025-01-20),https://example.org/b,限定词:突破,press"
BAD = "工业投资增速,甲市,去年,多,%,甲报,,,press"
TEXT = "某市规划：到2025年，工业投资年均增长7%。\n"


def file(tmp_path: Path, name: str, *lines: str) -> Path:
    path = tmp_path / name
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return path


def kept() -> int:
    """Figures in the lake."""
    return lake.read("observations").collect().height


def package(title: str = "某市规划", text: str = TEXT) -> PlanPackage:
    target = Target(
        id="c1-1",
        clause="一",
        start=10,
        end=20,
        subject="全市",
        indicator="工业投资增速",
        form="annual_average",
        comparator="=",
        low=7,
        high=7,
        unit="%",
        year=2025,
        measured=Measured(unit="%", low=7, high=7),
    )
    meta = Meta(
        title=title,
        area="某市",
        start_year=2021,
        end_year=2025,
        horizon_year=None,
        source_sha256=hashlib.sha256(text.encode()).hexdigest(),
        source_chars=len(text),
        compiler="test",
    )
    return PlanPackage(meta=meta, clauses=(), targets=(target,))


def test_a_file_is_accepted_and_comes_out_as_it_went_in(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", ONE, TWO)
    receipt = ledger.import_observations(path, by="规划处")
    assert (receipt.accepted, receipt.duplicates, receipt.rejected) == (2, 0, 0)
    assert ledger.observations() == read_observations(path).observations
    (vintage,) = ledger.vintages()
    assert (vintage.id, vintage.by, vintage.file_name) == (receipt.vintage, "规划处", "a.csv")
    write_observations(ledger.observations(), tmp_path / "out.csv")
    assert read_observations(tmp_path / "out.csv").observations == ledger.observations()


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", ONE, BAD)
    first = ledger.import_observations(path, by="甲")
    second = ledger.import_observations(path, by="乙")
    assert second.already
    assert second.vintage == first.vintage
    assert "此前已导入" in second.summary_zh
    assert "imported before" in second.summary_en
    assert (Batch.objects.count(), kept()) == (1, 1)


def test_the_same_file_again_says_where_its_bad_rows_are(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", ONE, BAD)
    first = ledger.import_observations(path, by="")
    ledger.import_observations(file(tmp_path, "b.csv", TWO, BAD), by="")
    again = ledger.import_observations(path, by="")
    assert f"rejected --batch {first.vintage} " in again.summary_zh
    assert f"rejected --batch {first.vintage} " in again.summary_en
    assert [r.row for r in ledger.rejected(first.vintage)] == [3]


def test_known_rows_are_counted_and_not_doubled(tmp_path: Path) -> None:
    ledger.import_observations(file(tmp_path, "a.csv", ONE), by="")
    receipt = ledger.import_observations(file(tmp_path, "b.csv", ONE, TWO), by="")
    assert (receipt.accepted, receipt.duplicates) == (1, 1)
    assert len(ledger.observations()) == 2
    same = ledger.import_observations(file(tmp_path, "c.csv", TWO, ONE), by="")
    assert (same.accepted, same.duplicates) == (0, 2)
    assert len(ledger.vintages()) == 2


def test_another_remark_makes_no_new_figure_but_another_meaning_does(tmp_path: Path) -> None:
    ledger.import_observations(file(tmp_path, "a.csv", ONE), by="")
    reworded = ONE.replace(",,press", ",二次印证,press")
    assert ledger.import_observations(file(tmp_path, "b.csv", reworded), by="").duplicates == 1
    changed = [
        ONE.replace(",,press", ",限定词:超,press"),
        ONE.replace(",,press", ",预计数,press"),
        ONE.replace(",,press", ",,official"),
        ONE.replace("甲报", "乙报"),
        ONE.replace("7.5", "7.50"),
    ]
    receipt = ledger.import_observations(file(tmp_path, "c.csv", *changed), by="")
    assert receipt.accepted == len(changed)


def test_the_real_file_adds_little_to_the_catalogue_s(tmp_path: Path, shared: Path) -> None:
    (catalogue,) = (CATALOG / "observations").glob("*.csv")
    ledger.import_observations(catalogue, by="")
    real = shared / "data" / "observations" / "observations.csv"
    receipt = ledger.import_observations(real, by="")
    # Two titles are worded anew in the catalogue; all else is known.
    assert (receipt.accepted, receipt.duplicates, receipt.rejected) == (2, 349, 0)


def test_good_rows_go_in_and_bad_rows_wait_to_be_mended(tmp_path: Path) -> None:
    receipt = ledger.import_observations(file(tmp_path, "a.csv", ONE, BAD, TWO), by="")
    assert (receipt.accepted, receipt.rejected) == (2, 1)
    (problem,) = receipt.problems
    assert problem.zh.startswith("第 3 行")
    (row,) = ledger.rejected()
    assert row.cells["period"] == "去年"
    assert {p.column for p in row.problems} == {"period", "value"}
    mend = tmp_path / "mend.csv"
    assert ledger.write_rejected(mend) == 1
    mend.write_text(
        mend.read_text(encoding="utf-8-sig").replace("去年,多", "2022,6.5"), encoding="utf-8"
    )
    assert ledger.import_observations(mend, by="").accepted == 1
    assert len(ledger.observations()) == 3
    assert len(ledger.rejected(receipt.vintage)) == 1


def test_only_bad_rows_make_no_vintage(tmp_path: Path) -> None:
    receipt = ledger.import_observations(file(tmp_path, "a.csv", BAD), by="")
    assert (receipt.accepted, receipt.rejected) == (0, 1)
    assert ledger.vintages() == []
    assert ledger.observations() == ()
    assert len(ledger.rejected()) == 1


@pytest.mark.parametrize("content", ["", HEAD, "指标,数值\n甲,1", f'{HEAD}\n"open'])
def test_an_unreadable_file_writes_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises((UnreadableInput, NothingToCompute)):
        ledger.import_observations(path, by="")
    assert not Batch.objects.exists()


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(RejectedRow.objects, "bulk_create", fail)
    with pytest.raises(OSError, match="disk full"):
        ledger.import_observations(file(tmp_path, "a.csv", ONE, BAD), by="")
    assert not Batch.objects.exists()
    assert kept() == 0
    assert lake.check().defects == ()


def test_a_vintage_is_what_had_been_accepted_by_then(tmp_path: Path) -> None:
    first = ledger.import_observations(file(tmp_path, "a.csv", ONE), by="")
    second = ledger.import_observations(file(tmp_path, "b.csv", TWO), by="")
    assert len(ledger.observations(first.vintage)) == 1
    assert len(ledger.observations(second.vintage)) == 2
    early, late = ledger.vintages()
    assert early.accepted_at < late.accepted_at
    assert len(ledger.observations(early.accepted_at.isoformat())) == 1
    assert len(ledger.observations(late.accepted_at.date().isoformat())) == 2
    assert ledger.observations("2001-01-01") == ()
    with pytest.raises(NotFound):
        ledger.observations("999999")
    with pytest.raises(UsageError):
        ledger.observations("latest, please")


def test_breaks_are_seen_across_batches(tmp_path: Path) -> None:
    old = "地区生产总值,甲市,2017,100,亿元,甲报,,四经普前口径,press"
    new = "地区生产总值,甲市,2019,120,亿元,甲报,,,press"
    ledger.import_observations(file(tmp_path, "a.csv", old), by="")
    ledger.import_observations(file(tmp_path, "b.csv", new), by="")
    assert [bool(o.break_before) for o in ledger.observations()] == [False, True]


def test_text_that_looks_like_a_formula_survives(tmp_path: Path) -> None:
    line = "'=甲,'@乙市,2023,7.5,%,'=题,,'=cmd|x!A1,press"
    ledger.import_observations(file(tmp_path, "a.csv", line), by="")
    (found,) = ledger.observations()
    assert (found.name, found.area, found.source.title, found.note) == (
        "=甲", "@乙市", "=题", "=cmd|x!A1",
    )  # fmt: skip


def test_nothing_sent_back(tmp_path: Path) -> None:
    with pytest.raises(NothingToCompute):
        ledger.write_rejected(tmp_path / "mend.csv")


def test_no_plan() -> None:
    assert not ledger.has_plan()
    with pytest.raises(NothingToCompute):
        ledger.current_plan()


def test_a_plan_is_loaded_once_and_the_last_one_is_in_force() -> None:
    first, other = package(), package("另一规划")
    one = ledger.load_plan(first)
    assert not one.already
    assert ledger.load_plan(first).already
    assert PlanEdition.objects.count() == 1
    ledger.load_plan(other, slug="other")
    assert ledger.current_plan() == other
    again = ledger.load_plan(first)
    assert again.already
    assert again.slug == one.slug
    assert ledger.current_plan() == first
    assert one.slug.isascii()


def test_the_text_is_kept_only_if_it_is_the_plan_s_own() -> None:
    plan = package()
    ledger.load_plan(plan)
    assert ledger.source_text(plan) == ""
    ledger.load_plan(plan, source_text=TEXT)
    assert ledger.source_text(plan) == TEXT
    with pytest.raises(UsageError):
        ledger.load_plan(plan, source_text=TEXT + "另加一句。")


def test_a_slug_names_one_package() -> None:
    ledger.load_plan(package(), slug="甲")
    with pytest.raises(UsageError):
        ledger.load_plan(package("另一规划"), slug="甲")


def test_a_row_the_catalogue_no_longer_reads_is_told(tmp_path: Path) -> None:
    receipt = ledger.import_observations(file(tmp_path, "a.csv", ONE), by="")
    written = lake.read("observations").collect()
    staged = lake.stage(figures_table(), written.with_columns(unit=pl.lit("光年每斗")))
    LakeFile.objects.filter(batch_id=receipt.vintage).delete()
    with transaction.atomic():
        lake.publish([staged], Batch.objects.get())
    with pytest.raises(LiantuError) as caught:
        ledger.observations()
    assert "catalog" in caught.value.message.zh


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_double_nothing(tmp_path: Path) -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        # One connection, shared by all threads: here the second import simply comes after.
        for name in ("a.csv", "b.csv"):
            ledger.import_observations(file(tmp_path, name, ONE, TWO, "\n" * len(name)), by="")
    else:
        _import_at_once(tmp_path)
    assert kept() == 2
    assert len(ledger.observations()) == 2


def _import_at_once(tmp_path: Path) -> None:
    paths = [file(tmp_path, f"{n}.csv", ONE, TWO, "\n" * n) for n in range(4)]
    start, failures = threading.Barrier(len(paths)), []

    def run(path: Path) -> None:
        try:
            start.wait()
            ledger.import_observations(path, by=path.name)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=(run, path)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
