"""What the doors write, they read back unchanged; rows sent back, once mended, come in."""

from __future__ import annotations

import csv
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liantu.errors import InvalidRecords, NothingToCompute, UsageError
from liantu.records.doors import (
    Correction,
    apply_corrections,
    check,
    preview,
    with_current,
    write_rejected,
    write_table,
    write_template,
)
from liantu.records.tables.declared import Column, Table, load_tables, table

from .conftest import TODAY, Check, code

A, B, C = code(1), code(2), code(3)
TABLES = load_tables()

TEXT = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf")),
        min_size=1,
        max_size=12,
    )
    .map(str.strip)
    .filter(lambda text: text and not text.startswith(("示例", "注", "说明")))
)


def values(column: Column) -> st.SearchStrategy[object]:
    """Values that the column may hold."""
    low = column.minimum if column.minimum is not None else -1e12
    high = column.maximum if column.maximum is not None else 1e12
    kinds: dict[str, st.SearchStrategy[object]] = {
        "text": st.one_of(TEXT, st.sampled_from(["=1+1", "'=x", "-甲", "+1", "@sum", "合 同"])),
        "code": st.integers(1, 10**8).map(lambda n: f"C{n}"),
        "reference": st.integers(1, 10**8).map(lambda n: f"C{n}"),
        "integer": st.integers(int(low), int(min(high, 1e9))),
        "number": st.floats(low, high).map(lambda x: x + 0.0),
        "money": st.floats(low, high).map(lambda x: x + 0.0),
        "share": st.floats(low, high).map(lambda x: x + 0.0),
        "date": st.dates(date(1900, 1, 1), date(2026, 1, 1)),
        "boolean": st.booleans(),
        "enum": st.sampled_from([choice.code for choice in column.choices] or [""]),
        "geometry": st.just('{"type":"Point","coordinates":[104.06,30.67]}'),
    }
    if column.check == "credit_code":
        found: st.SearchStrategy[object] = st.integers(1, 10**8).map(code)
    elif column.pattern:
        found = st.sampled_from(_patterned(column))
    else:
        found = kinds.get(column.type, st.just("2025"))
    return found if column.required else st.none() | found


def _patterned(column: Column) -> list[str]:
    samples = (
        "C13",
        "2017",
        "0123",
        "A",
        "510100",
        "A-12345",
        "600000",
        "https://x.cn/1",
        "c3.1.1",
    )
    return [s for s in samples if pl.Series([s]).str.contains(f"^(?:{column.pattern})$")[0]]


@st.composite
def frames(draw: st.DrawFn) -> tuple[Table, pl.DataFrame]:
    """Rows of any table, fit to be imported."""
    declared = TABLES[draw(st.sampled_from(sorted(TABLES)))]
    height = draw(st.integers(1, 4))
    data = {}
    for column in declared.columns:
        if column.type == "period":
            texts = {"month": "2025-{:02}", "quarter": "2025Q{}", "year": "201{}"}
            form = texts[declared.grain or "year"]
            data[column.name] = [form.format(n + 1) for n in range(height)]
        else:
            data[column.name] = [draw(values(column)) for _ in range(height)]
    return declared, pl.DataFrame(data, schema=declared.dtypes, strict=False)


@settings(max_examples=60, deadline=None)
@given(made=frames(), kind=st.sampled_from([".csv", ".xlsx", ".parquet"]))
def test_rows_written_come_back_unchanged(made: tuple[Table, pl.DataFrame], kind: str) -> None:
    declared, frame = made
    frame = _free_of_errors(declared, frame)
    if not frame.height:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows{kind}"
        write_table(frame, declared, path)
        found = check(path, declared.id, today=TODAY)
    assert found.frame.equals(frame), found.rejected.problems
    assert found.frame.schema == frame.schema
    assert not len(found.rejected)


def _free_of_errors(declared: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows that break no cross-check and share no key."""
    for each in declared.checks:
        if each.severity == "error":
            frame = frame.filter(pl.sql_expr(each.expression).fill_null(value=True))
    return frame.unique(list(declared.key), keep="first", maintain_order=True)


@pytest.mark.parametrize("declared", TABLES.values(), ids=TABLES)
def test_templates_are_read_by_the_door(declared: Table, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(declared, path)
    assert fastexcel.read_excel(path).sheet_names[0] == declared.zh
    with pytest.raises(NothingToCompute):
        check(path, declared.id, today=TODAY)


@pytest.mark.parametrize("declared", TABLES.values(), ids=list(TABLES))
def test_templates_say_units_examples_and_choices(declared: Table, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(declared, path)
    first = fastexcel.read_excel(path).load_sheet(0, header_row=None).to_polars()
    assert list(first.row(0)) == [column.header for column in declared.columns]
    assert all(f"（{c.written_unit}）" in c.header for c in declared.columns
               if c.numeric and c.written_unit)  # fmt: skip
    assert str(first.row(1)[0]).startswith("示例")
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    lists = sum(bool(column.choices) or column.type == "boolean" for column in declared.columns)
    assert sheet.count('type="list"') == lists


def test_rows_sent_back_come_in_once_mended(checked: Check, tmp_path: Path) -> None:
    found = checked(
        "纳税人识别号,税款所属期,入库税收（元）,备注栏\n"
        f"{A},2025-03,12,x\n{B},2025-13,7,=cmd\n{C},2025-03,一百,y\n"
    )
    assert len(found.rejected) == 2
    for kind in (".csv", ".xlsx"):
        path = tmp_path / f"mend{kind}"
        write_rejected(found.rejected, path)
        again = check(path, "firm_month", today=TODAY)
        assert len(again.rejected) == 2
    text = (tmp_path / "mend.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd" in text
    mended = text.replace("\r\n", "\n").replace("2025-13", "2025-12").replace("一百", "100")
    after = checked(mended)
    assert not len(after.rejected)
    assert after.frame["tax_cny"].to_list() == [7, 100]


def test_headers_sent_back_cannot_run_and_import_again(checked: Check, tmp_path: Path) -> None:
    runs = '=HYPERLINK("http://x")'
    header = (
        f'统一社会信用代码,月份,税收（元）,"{runs.replace(chr(34), chr(34) * 2)}",+说明,\'=a,=a'
    )
    found = checked(f"{header}\n{A},2025-13,7,x,y,z,w\n")
    assert runs in found.rejected.cells.columns
    for kind in (".csv", ".xlsx"):
        path = tmp_path / f"mend{kind}"
        write_rejected(found.rejected, path)
        again = check(path, "firm_month", today=TODAY)
        assert again.rejected.cells.columns == found.rejected.cells.columns
    with (tmp_path / "mend.csv").open(encoding="utf-8-sig", newline="") as file:
        written = next(csv.reader(file))
    assert {f"'{runs}", "'+说明"} <= set(written)
    assert not [name for name in written if name.startswith(tuple("=+-@"))]


def test_unit_of_a_line_above_is_written_into_the_file_to_mend(
    checked: Check, tmp_path: Path
) -> None:
    found = checked(f"单位：元\n统一社会信用代码,月份,税收\n{A},2025-13,7\n", fill={})
    write_rejected(found.rejected, tmp_path / "mend.csv")
    text = (tmp_path / "mend.csv").read_text(encoding="utf-8-sig").replace("-13", "-12")
    assert checked(text).frame["tax_cny"].to_list() == [7]


def test_preview_tells_new_changed_and_unchanged(checked: Check) -> None:
    header = "统一社会信用代码,月份,营业收入（万元）,用电量（千瓦时）\n"
    current = checked(header + f"{A},2025-03,1,5\n{B},2025-03,1,5\n").frame
    found = checked(
        "统一社会信用代码,月份,营业收入（万元）\n"
        f"{A},2025-03,1\n{B},2025-03,2\n{C},2025-03,3\n,2025-03,3\n"
    )
    shown = preview(found, current)
    assert shown.counts == {"new": 1, "changed": 1, "unchanged": 1, "rejected": 1}
    assert shown.differences.rows() == [(B, "2025-03", "revenue_cny", "10000.0", "20000.0")]
    assert with_current(found, current)["electricity_kwh"].to_list() == [5, 5, None]


def test_a_correction_fails_once_the_source_has_mended_itself(tmp_path: Path) -> None:
    declared = table("firm_year")
    frame = pl.DataFrame(
        {"credit_code": [A, B], "period": ["2025", "2025"], "land_mu": [400.0, 4.0]},
        schema_overrides={"land_mu": pl.Float64},
    )
    wrong = Correction("firm_year", (A, "2025"), "land_mu", "400", "40", "小数点错位，见宗地台账")
    assert apply_corrections(frame, declared, [wrong])["land_mu"].to_list() == [40.0, 4.0]
    mended = frame.with_columns(land_mu=pl.lit(40.0))
    with pytest.raises(InvalidRecords, match="来源已自行改正"):
        apply_corrections(mended, declared, [wrong])
    with pytest.raises(InvalidRecords, match="没有理由"):
        apply_corrections(frame, declared, [Correction("firm_year", (A, "2025"), "land_mu",
                                                       "400", "40", "")])  # fmt: skip


def test_other_kinds_of_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv"):
        write_table(pl.DataFrame(), table("firms"), tmp_path / "x.pdf")
