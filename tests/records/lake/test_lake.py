"""Files in, states out: the latest row of a key, as of a vintage."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from liantu.errors import (
    InvalidDeclaration,
    InvalidRecords,
    LiantuError,
    NotFound,
    StorageFailed,
    UsageError,
)
from liantu.records import lake
from liantu.records.lake.merging import merge
from liantu.records.lake.reading import read_until
from liantu.records.models import LakeFile
from liantu.records.tables.declared import Column, Table, table

from .conftest import FIRM_MONTH, Bring, rows

A, B = "91510100000000000A", "91510100000000000B"
JAN, FEB = "2025-01", "2025-02"


def state(vintage: str | None = None, column: str = "revenue_cny") -> dict[tuple[str, str], float]:
    found = lake.read("firm_month", vintage).select("credit_code", "period", column).collect()
    return {(firm, period): value for firm, period, value in found.iter_rows()}


def test_a_staged_file_is_whole_and_not_visible(db: None, home: Path) -> None:
    staged = lake.stage(FIRM_MONTH, rows((B, FEB, 2), (A, JAN, 1)))
    assert staged.path.parent == home / "lake" / "firm_month"
    assert pl.read_parquet(staged.path)["period"].to_list() == [JAN, FEB]
    assert (staged.rows, staged.withdrawn, staged.periods) == (2, 0, (JAN, FEB))
    assert list(pl.read_parquet_schema(staged.path)) == list(FIRM_MONTH.by_name)
    assert lake.read("firm_month").collect().is_empty()
    assert [path.name for path in staged.path.parent.iterdir()] == [staged.path.name]


def test_a_file_is_published_in_a_transaction_and_only_if_it_is_there(
    transactional_db: None,
) -> None:
    staged = lake.stage(FIRM_MONTH, rows((A, JAN, 1)))
    with pytest.raises(LiantuError, match="transaction"):
        lake.publish([staged], None)  # type: ignore[arg-type]
    staged.discard()
    assert not staged.path.exists()


@pytest.mark.parametrize(
    ("frame", "error", "says"),
    [
        (rows((A, JAN, 1), (A, JAN, 2)), InvalidRecords, "1 行主键重复"),
        (rows((A, None, 1)), InvalidRecords, "1 行缺少主键"),  # type: ignore[arg-type]
        (rows((A, JAN, 1), column="colour"), UsageError, "colour"),
        (rows((A, JAN, 1)).with_columns(employees=pl.lit("many")), InvalidRecords, "类型"),
    ],
)
def test_rows_that_are_none_of_the_table_are_not_staged(
    home: Path, frame: pl.DataFrame, error: type[LiantuError], says: str
) -> None:
    with pytest.raises(error, match=says):
        lake.stage(FIRM_MONTH, frame)
    assert not (home / "lake").exists()


def test_a_register_is_not_kept_in_the_lake() -> None:
    with pytest.raises(UsageError):
        lake.stage(table("firms"), pl.DataFrame({"credit_code": [A]}))


def test_the_latest_row_of_a_key_is_its_state_and_the_past_stays(bring: Bring) -> None:
    first = bring(rows((A, JAN, 1), (B, JAN, 2)))
    second = bring(rows((A, JAN, 10), (A, FEB, 3)))
    assert state() == {(A, JAN): 10, (B, JAN): 2, (A, FEB): 3}
    assert state(second) == state()
    assert state(first) == {(A, JAN): 1, (B, JAN): 2}
    assert state("2001-01-01") == {}
    with pytest.raises(NotFound):
        state("99999")


def test_offices_fill_columns_of_one_row(bring: Bring) -> None:
    bring(rows((A, JAN, 5)))
    bring(rows((A, JAN, 70), column="electricity_kwh"))
    assert state() == {(A, JAN): 5}
    assert state(column="electricity_kwh") == {(A, JAN): 70}


def test_known_rows_are_not_stored_again(bring: Bring) -> None:
    bring(rows((A, JAN, 5), (B, JAN, None)))
    merged = merge(FIRM_MONTH, rows((A, JAN, 5), (B, JAN, 6), (B, FEB, 7)))
    assert (merged.new, merged.changed, merged.unchanged) == (1, 1, 1)
    assert merged.frame.height == 2
    assert merge(FIRM_MONTH, rows((A, JAN, None)), given=["credit_code"]).frame.is_empty()


def test_an_empty_cell_takes_a_figure_back_and_leaves_columns_not_given(bring: Bring) -> None:
    bring(rows((A, JAN, 5)))
    bring(rows((A, JAN, 70), column="electricity_kwh"))
    bring(rows((A, JAN, None)))
    assert state() == {(A, JAN): None}
    assert state(column="electricity_kwh") == {(A, JAN): 70}


def test_a_withdrawn_row_is_gone_and_can_come_again(bring: Bring) -> None:
    first = bring(rows((A, JAN, 5), (B, JAN, 6)))
    bring(rows((A, JAN, None)), mode="withdraw")
    assert state() == {(B, JAN): 6}
    assert state(first) == {(A, JAN): 5, (B, JAN): 6}
    bring(rows((A, JAN, 8)))
    assert state() == {(A, JAN): 8, (B, JAN): 6}
    with pytest.raises(InvalidRecords, match="2 条"):
        merge(FIRM_MONTH, rows((A, FEB, None), (B, FEB, None), (B, JAN, None)), "withdraw")


def test_history_tells_every_row_with_its_batch(bring: Bring) -> None:
    assert lake.history("firm_month").collect().is_empty()
    first = bring(rows((A, JAN, 5)))
    second = bring(rows((A, JAN, 6)))
    third = bring(rows((A, JAN, None)), mode="withdraw")
    told = lake.history("firm_month").select("batch", "revenue_cny", "withdrawn").collect()
    assert told.rows() == [
        (int(first), 5, False), (int(second), 6, False), (int(third), None, True),
    ]  # fmt: skip
    assert lake.history("firm_month", first).collect().height == 1


def test_filters_and_columns_reach_the_files(bring: Bring) -> None:
    bring(rows((A, JAN, 1), (A, FEB, 1)))
    bring(rows((A, JAN, 2)))
    plan = lake.read("firm_month").filter(pl.col("revenue_cny") > 1).select("revenue_cny").explain()
    assert plan.count('SELECTION: (col("revenue_cny")) > (1.0)') == 2 or (
        plan.count('SELECTION: col("revenue_cny") > 1.0') == 2
    ), plan
    assert f"PROJECT */{len(FIRM_MONTH.columns)}" not in plan


def altered(**changes: Column | None) -> Table:
    """firm_month as declared later: columns added, changed, or gone (None)."""
    kept = {**FIRM_MONTH.by_name, **changes}
    columns = tuple(column for column in kept.values() if column is not None)
    return FIRM_MONTH.model_copy(update={"columns": columns})


def test_a_column_declared_later_is_null_and_says_why(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bring(rows((A, JAN, 1), (B, JAN, 2)))
    later = altered(
        water_m3=Column(name="water_m3", zh="用水", en="Water", type="number", unit="立方米")
    )
    bring(pl.DataFrame({"credit_code": [A], "period": [JAN], "water_m3": [9.0]}), declared=later)
    found = lake.read(later).select("credit_code", "revenue_cny", "water_m3").collect()
    assert set(found.rows()) == {(A, 1, 9), (B, 2, None)}
    why = lake.absences(later).select("credit_code", "revenue_cny", "tax_cny", "water_m3")
    assert set(why.collect().rows()) == {
        (A, None, "not_reported", None), (B, None, "not_reported", "not_due"),
    }  # fmt: skip
    before = lake.read(later, first).collect()
    assert before["water_m3"].null_count() == 2


def test_units_and_types_as_declared_now(bring: Bring) -> None:
    bring(rows((A, JAN, 20_000)))
    revenue = FIRM_MONTH["revenue_cny"].model_copy(update={"unit": "万元"})
    people = FIRM_MONTH["employees"].model_copy(update={"type": "number"})
    later = altered(revenue_cny=revenue, employees=people, tax_cny=None)
    found = read_until(later, None).collect()
    assert found["revenue_cny"].to_list() == [2]
    assert found.schema["employees"] == pl.Float64
    assert "tax_cny" not in found.columns
    wrong = altered(revenue_cny=Column(name="revenue_cny", zh="营收", en="Revenue", type="text"))
    with pytest.raises(InvalidDeclaration, match="revenue_cny"):
        read_until(wrong, None)


def test_a_missing_file_is_told_and_not_left_out(bring: Bring, home: Path) -> None:
    bring(rows((A, JAN, 1)))
    (home / "lake" / LakeFile.objects.get().name).unlink()
    with pytest.raises(StorageFailed, match="备份"):
        lake.read("firm_month")
    with pytest.raises(StorageFailed, match="check"):
        lake.sql("SELECT 1 FROM firm_month")
