"""Every declared table leaves the records as a file and comes back unchanged."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from liantu.errors import InvalidRecords, NotFound, UsageError
from liantu.records import intake
from liantu.records.doors import write_table
from liantu.records.tables.declared import Column, Table, load_tables, table

from .conftest import TODAY, Bring, code

pytestmark = pytest.mark.django_db

TEXTS = (
    *("甲公司", "=1+1", "'=x", "-甲", "+1", "@sum", "＝A1", "3.10", "2025-03", "-", "０１２"),
    *("合 同", '他说"好"', "a,b;c", "第一行\n第二行", "中间  空格"),
)
CODES = ("C13", "2017", "0123", "A", "510100", "A-12345", "600000", "https://x.cn/1", "c3.1.1")
PERIODS = {"month": "2025-{:02}", "quarter": "201{}Q3", "year": "200{}"}


def cell(column: Column, dice: random.Random, number: int) -> Any:
    """A value that the column may hold, often an awkward one."""
    if not column.required and dice.random() < 0.3:
        return None
    low = column.minimum if column.minimum is not None else -1e9
    high = min(column.maximum if column.maximum is not None else 1e12, 1e12)
    if column.check == "credit_code":
        return code(number * 7 + dice.randrange(5))
    if column.pattern:
        fits = [s for s in CODES if pl.Series([s]).str.contains(f"^(?:{column.pattern})$")[0]]
        return dice.choice(fits) if fits else None
    kinds: dict[str, Any] = {
        "text": lambda: dice.choice(TEXTS),
        "integer": lambda: dice.randint(int(max(low, -1e6)), int(min(high, 1e9))),
        "date": lambda: date(1990, 1, 1) + timedelta(days=dice.randrange(12_000)),
        "boolean": lambda: dice.random() < 0.5,
        "enum": lambda: dice.choice([choice.code for choice in column.choices]),
        "geometry": lambda: '{"type":"Point","coordinates":[104.06,30.67]}',
    }
    if column.numeric and column.type != "integer":
        return dice.choice([low, dice.uniform(low, high), 0.1 + 0.2, 1 / 3, 12345.678])
    return kinds.get(column.type, lambda: f"K{number}-{dice.randrange(9)}")()


def some_rows(declared: Table, seed: int, height: int = 6) -> pl.DataFrame:
    """Rows fit to be imported: in range, of different keys, breaking no cross-check."""
    dice = random.Random(f"{declared.id} {seed}")
    rows = []
    for number in range(1, height + 1):
        row = {column.name: cell(column, dice, number) for column in declared.columns}
        for column in declared.columns:
            if column.type == "period" and declared.grain:
                row[column.name] = PERIODS[declared.grain].format(number)
            elif column.numeric and row[column.name] is not None:
                low, high = column.minimum, column.maximum
                row[column.name] = max(row[column.name], low if low is not None else -1e12)
                row[column.name] = min(row[column.name], high if high is not None else 1e12)
        rows.append(row)
    rows.append({n: v if declared[n].required else None for n, v in rows[0].items()})
    frame = pl.DataFrame(rows, schema=declared.dtypes, strict=False, orient="row")
    for check in declared.checks:
        if check.severity == "error":
            frame = frame.filter(pl.sql_expr(check.expression).fill_null(value=True))
    return frame.unique(declared.key, keep="last", maintain_order=True).drop_nulls(declared.key)


@pytest.mark.parametrize("table_id", load_tables())
def test_every_table_leaves_and_comes_back(table_id: str, tmp_path: Path) -> None:
    declared = table(table_id)
    rows = some_rows(declared, 1)
    write_table(rows, declared, tmp_path / "in.parquet")
    first = intake.prepare(tmp_path / "in.parquet", table_id, today=TODAY)
    assert not len(first.checked.rejected), first.checked.rejected[0].message.zh
    intake.commit(first, by="甲")
    for kind in (".csv", ".xlsx", ".parquet"):
        path, again = tmp_path / f"out{kind}", tmp_path / f"again{kind}"
        assert intake.export(table_id, path) == rows.height > 0
        back = intake.prepare(path, today=TODAY)
        assert back.table.id == table_id
        assert back.preview.counts == {
            "new": 0, "changed": 0, "unchanged": rows.height, "rejected": 0,
        }, back.preview.differences  # fmt: skip
        receipt = intake.commit(back, by="乙")
        assert (receipt.new, receipt.changed) == (0, 0)
        intake.export(table_id, again)
        if kind != ".xlsx":  # which holds the time it was made
            assert again.read_bytes() == path.read_bytes()


def test_text_that_a_spreadsheet_could_run_is_marked(bring: Bring, tmp_path: Path) -> None:
    bring('产业链代码,产业链名称,备注\nc1,"\'=HYPERLINK(""x"")",\n', "chains")
    intake.export("chains", tmp_path / "out.csv")
    assert ",'=HYPERLINK" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig").replace('"', "")
    assert intake.prepare(tmp_path / "out.csv", today=TODAY).preview.counts["unchanged"] == 1


def test_the_past_and_a_part_are_exported_on_request(bring: Bring, tmp_path: Path) -> None:
    head = "统一社会信用代码,月份,营业收入（元）\n"
    first = bring(f"{head}{code(1)},2025-03,1\n{code(2)},2025-04,2\n")
    bring(f"{head}{code(1)},2025-03,9\n")
    out = tmp_path / "out.parquet"
    intake.export("firm_month", out, as_of=first.vintage, where={"月份": "2025-03"})
    assert pl.read_parquet(out)["revenue_cny"].to_list() == [1]
    assert intake.export("firm_month", out, where={"revenue_cny": "9"}) == 1
    assert intake.export("firm_month", out, where={"tax_cny": ""}) == 2
    assert intake.count_of("firm_month", as_of=first.vintage) == 2
    with pytest.raises(NotFound, match="没有列"):
        intake.export("firm_month", out, where={"股价": "1"})
    with pytest.raises(InvalidRecords):
        intake.export("firm_month", out, where={"月份": "某月"})
    with pytest.raises(UsageError):
        intake.export("firm_month", tmp_path / "out.pdf")


def test_a_table_without_rows_is_exported_as_its_header(tmp_path: Path) -> None:
    assert intake.export("firms", tmp_path / "out.csv") == 0
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert text.startswith("统一社会信用代码,企业名称")


def test_exports_with_corrections_come_back_and_say_so(bring: Bring, tmp_path: Path) -> None:
    head = "统一社会信用代码,年份,用地面积（亩）\n"
    kept = intake.add_correction(
        intake.Correction("firm_year", (code(1), "2024"), "land_mu", "400", "40", "小数点"),
        by="甲",
    )
    bring(f"{head}{code(1)},2024,400\n{code(2)},2024,4\n")
    for kind in (".csv", ".xlsx", ".parquet"):
        path = tmp_path / f"out{kind}"
        intake.export("firm_year", path)
        back = intake.prepare(path, today=TODAY)
        assert back.preview.counts["unchanged"] == 2
        assert not back.corrections
    said = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert f"#{kept.id} 用地面积" in said
    text = said.replace(",40,", ",41,")
    (tmp_path / "out.csv").write_text(text, encoding="utf-8-sig")
    with pytest.raises(InvalidRecords, match=f"#{kept.id}"):
        intake.prepare(tmp_path / "out.csv", today=TODAY)


def test_synthetic_data_leave_as_such(bring: Bring, tmp_path: Path) -> None:
    bring("模拟数据,\n产业链代码,产业链名称\nc1,集成电路\n", "chains")
    for kind in (".csv", ".xlsx", ".parquet"):
        path = tmp_path / f"out{kind}"
        intake.export("chains", path)
        back = intake.prepare(path, "chains", today=TODAY)
        assert back.synthetic
        assert back.preview.counts["unchanged"] == 1
