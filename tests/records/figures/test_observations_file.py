"""The door for figures: what it takes, what it sends back and why."""

from __future__ import annotations

import csv
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from liantu.declarations import CATALOG
from liantu.errors import (
    LiantuError,
    NotFound,
    NothingToCompute,
    StorageFailed,
    UnreadableInput,
    UsageError,
)
from liantu.records.figures.cells import neutral, plain
from liantu.records.figures.interpret import COLUMNS
from liantu.records.figures.observations_file import (
    Import,
    read_observations,
    write_observations,
    write_rejected_rows,
)

HEAD = ",".join(COLUMNS)
GOOD = "工业投资增速,甲市,2024,7.5,%,甲报(2025-01-20),https://example.org/a,,press"
FIGURES = sorted((CATALOG / "observations").glob("*.csv"))


def read(tmp_path: Path, *lines: str, head: str = HEAD, encoding: str = "utf-8") -> Import:
    path = tmp_path / "figures.csv"
    path.write_bytes("\n".join([head, *lines]).encode(encoding))
    return read_observations(path)


def row(**said: str) -> str:
    cells = dict(zip(COLUMNS, GOOD.split(","), strict=True)) | said
    return ",".join(f'"{text}"' if "," in text or "\n" in text else text for text in cells.values())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, GOOD, encoding=encoding)
    assert [o.name for o in found.observations] == ["工业投资增速"]
    assert found.rejected == ()


def test_columns_in_any_order_and_by_chinese_names(tmp_path: Path) -> None:
    swapped = read(
        tmp_path,
        "甲市,工业投资增速,2024,%,7.5,甲报,,,转载",
        head="地区,指标,期间,单位,数值,来源标题,来源网址,备注,可信度",
    )
    assert swapped.observations[0].value == 7.5
    assert swapped.observations[0].source.trust == "repost"


def test_semicolons_and_tabs_separate_too(tmp_path: Path) -> None:
    for separator in ";\t":
        found = read(tmp_path, GOOD.replace(",", separator), head=HEAD.replace(",", separator))
        assert len(found.observations) == 1


BAD_ROWS = {
    "unit": (row(unit="光年每斗"), "unit"),
    "unit of another dimension": (row(unit="亿元"), "unit"),
    "no unit": (row(unit=""), "unit"),
    "bare magnitude": (row(indicator="工业投资额", unit="亿"), "unit"),
    "date": (row(period="2024年13月"), "period"),
    "no date": (row(period="去年"), "period"),
    "spreadsheet date": (row(period="2025-06-01 00:00:00"), "period"),
    "nan": (row(value="NaN"), "value"),
    "inf": (row(value="inf"), "value"),
    "exponent": (row(value="1e400"), "value"),
    "percent in value": (row(value="7%"), "value"),
    "word in value": (row(value="约7"), "value"),
    "mark of a footnote": (row(value="5²"), "value"),
    "fraction": (row(value="7½"), "value"),
    "digits of another script": (row(value="٥"), "value"),
    "wrong grouping": (row(value="12,34"), "value"),
    "empty value": (row(value=""), "value"),
    "very long value": (row(value="9" * 60), "value"),
    "negative count": (row(indicator="规上工业企业数量", value="-5", unit="家"), "value"),
    "share above 100": (row(indicator="工业占GDP比重", value="120"), "value"),
    "formula": (row(indicator="=cmd|' /C calc'!A0"), "indicator"),
    "at formula": (row(area="@SUM(A1)"), "area"),
    "plus formula": (row(period="+1+1"), "period"),
    "formula in note": (row(note="=cmd|' /C calc'!A0"), "note"),
    "link in note": (row(note='=HYPERLINK(""http://x"",""点我"")'.replace('""', "'")), "note"),
    "formula in value": (row(value="=1+1"), "value"),
    "formula in title": (row(source_title="-2+3"), "source_title"),
    "no indicator": (row(indicator=""), "indicator"),
    "no area": (row(area=" "), "area"),
    "no source": (row(source_title=""), "source_title"),
    "script address": (row(source_url="javascript:alert(1)"), "source_url"),
    "trust": (row(trust="hearsay"), "trust"),
    "shifted": (GOOD.replace("甲市,", "甲市,乙,"), ""),
    "too short": ("工业投资增速,甲市,2024,7.5", ""),
    "line break in name": (row(indicator="工业投资\n增速"), "indicator"),
    "control character": (row(note="a\x07b"), "note"),
}


@pytest.mark.parametrize(("line", "column"), BAD_ROWS.values(), ids=list(BAD_ROWS))
def test_bad_row_comes_back_with_line_column_and_reason(
    tmp_path: Path, line: str, column: str
) -> None:
    found = read(tmp_path, GOOD, line, row(period="2023"))
    assert [o.row for o in found.observations] == [2, 4]
    (bad,) = found.rejected
    assert bad.row == 3
    assert column in [problem.column for problem in bad.problems]
    assert bad.message.zh.startswith("第 3 行")
    assert bad.message.en.startswith("Row 3")


def test_all_problems_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    (bad,) = read(tmp_path, row(value="x", period="去年", unit="斗米", trust="?")).rejected
    assert {p.column for p in bad.problems} == {"value", "period", "unit", "trust"}


def test_identical_rows_are_one_and_other_sources_are_kept(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD, GOOD, row(source_title="乙报"), row(value="7.6"))
    assert [o.row for o in found.observations] == [2, 4, 5]
    (bad,) = found.rejected
    assert "第 2 行" in bad.message.zh


def test_rows_and_lines_are_counted_apart(tmp_path: Path) -> None:
    found = read(tmp_path, row(note="一\n二\n三"), row(value="x"))
    assert found.observations[0].note == "一\n二\n三"
    (bad,) = found.rejected
    assert (bad.row, bad.line) == (3, 5)
    assert "文本第 5 行" in bad.message.zh


def test_grouping_and_full_width_are_read_with_a_remark(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        row(indicator="工业投资额", value="1,234.50", unit="亿元"),
        row(indicator="工业投资额", value="１２３", unit="亿元"),
        row(indicator="工业投资增速", value="−2.5"),
    )
    assert [o.written for o in found.observations] == ["1234.50", "123", "-2.5"]
    assert [w.row for w in found.warnings if w.column == "value"] == [2, 3, 4]


def test_likely_slips_are_imported_with_a_remark(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        row(indicator="工业占GDP比重", value="0.26"),
        row(value="0.07"),
        row(period="2026", source_title="甲报(2025-03-01)"),
        row(note="限定词:似乎"),
        row(indicator="快乐指数", unit="分"),
    )
    assert len(found.observations) == 5
    assert [(w.row, w.column) for w in found.warnings] == [
        (2, "value"),
        (3, "value"),
        (4, "period"),
        (5, "note"),
        (6, "indicator"),
    ]
    assert found.observations[4].indicator == ""
    assert found.observations[4].unmapped


def test_text_that_starts_like_a_formula_is_kept_and_comes_back(tmp_path: Path) -> None:
    found = read(tmp_path, row(note="=两年之差,名义增量"), row(note="'=A1", period="2023"))
    assert [o.note for o in found.observations] == ["=两年之差,名义增量", "=A1"]
    assert [w.column for w in found.warnings] == ["note"]
    for kind in (".csv", ".xlsx"):
        path = tmp_path / f"out{kind}"
        write_observations(found.observations, path)
        assert [o.note for o in read_observations(path).observations] == [
            "=两年之差,名义增量",
            "=A1",
        ]
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as handle:
        cells = [cell for line in csv.reader(handle) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@x", "\tx", "'", "'=", "''", "＝1", "x", ""])
def test_neutral_is_undone(text: str) -> None:
    assert plain(neutral(text)) == text
    assert neutral(text)[:1] not in set("=+-@\t＝")


def test_neutral_leaves_figures() -> None:
    assert neutral("-7.8") == "-7.8"
    assert neutral(-7.8) == -7.8
    assert neutral(None) is None
    assert neutral("-7.8+1") == "'-7.8+1"


UNREADABLE = {
    "empty": (b"", UnreadableInput),
    "blank": (b" \n\r\n ", UnreadableInput),
    "header only": (HEAD.encode(), NothingToCompute),
    "missing column": (GOOD.encode(), UnreadableInput),
    "extra column": (f"{HEAD},surprise\n{GOOD},1".encode(), UnreadableInput),
    "column twice": (f"{HEAD},unit\n{GOOD},%".encode(), UnreadableInput),
    "binary": (bytes(range(256)) * 4, UnreadableInput),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, UnreadableInput),
    "broken zip": (b"PK\x03\x04" + b"\0" * 600, UnreadableInput),
    "open quote": (f'{HEAD}\n"工业投资增速,甲市'.encode(), UnreadableInput),
    "nul": (f"{HEAD}\n{GOOD}\0".encode(), UnreadableInput),
}


@pytest.mark.parametrize(("data", "error"), UNREADABLE.values(), ids=list(UNREADABLE))
def test_a_file_that_is_none(tmp_path: Path, data: bytes, error: type[LiantuError]) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(data)
    with pytest.raises(error) as caught:
        read_observations(path)
    assert "figures.csv" in caught.value.message.zh
    assert "figures.csv" in caught.value.message.en
    assert str(tmp_path) not in str(caught.value)


def test_header_names_every_fault(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read(tmp_path, GOOD, head=HEAD.replace("note", "remark").replace("area", "value"))
    for name in ("note", "remark", "area", "value"):
        assert name in caught.value.message.zh


def test_a_header_of_thousands_of_columns_makes_no_message_of_thousands(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="等 5000 列") as caught:
        read(tmp_path, GOOD, head=HEAD + "," + ",".join(f"c{n}" for n in range(5000)))
    assert len(str(caught.value)) < 1000


def test_no_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_observations(tmp_path / "none.csv")
    with pytest.raises(UnreadableInput):
        read_observations(tmp_path)


def _book(path: Path, rows: list[list[object]], *, second: bool = False) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("数据")
        for at, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(at, column, cell)
        if second:
            book.add_worksheet("另一页").write(0, 0, "x")


def test_xlsx_with_numbers_formulas_and_blank_rows(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    text = ["甲报", "", "", "press"]
    _book(
        path,
        [
            [],
            list(COLUMNS),
            ["工业投资增速", "甲市", 2024, 7.5, "%", *text],
            [],
            ["工业投资增速", "甲市", "2023", "=3+4", "%", *text],
            ["地区生产总值", "甲市", "2024", 22074.72, "亿元", *text],
        ],
        second=True,
    )
    found = read_observations(path)
    assert [(o.row, o.written) for o in found.observations] == [(3, "7.5"), (6, "22074.72")]
    (bad,) = found.rejected
    assert bad.row == 5
    assert "公式" in bad.message.zh
    assert found.warnings[0].row == 0


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_rejected_rows_are_mended_and_import_again(tmp_path: Path, kind: str) -> None:
    found = read(tmp_path, row(value="七点五"), row(period="去年", note="=甲与乙"))
    path = tmp_path / f"mend{kind}"
    write_rejected_rows(found.rejected, path)
    again = read_observations(path)
    plainly = [{c: plain(text) for c, text in r.cells.items()} for r in again.rejected]
    assert plainly == [r.cells for r in found.rejected]
    mended = tmp_path / "mended.csv"
    write_rejected_rows(
        [replace(r, cells={**r.cells, "value": "7.5", "period": "2024"}) for r in found.rejected],
        mended,
    )
    assert [o.value for o in read_observations(mended).observations] == [7.5, 7.5]


def test_only_known_kinds_are_written_and_nothing_half(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    with pytest.raises(UsageError):
        write_observations(found.observations, tmp_path / "x.ods")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageFailed):
        write_observations(found.observations, tmp_path / "file" / "x.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["figures.csv", "file"]


@pytest.mark.slow
def test_a_hundred_thousand_rows_in_reasonable_time(tmp_path: Path) -> None:
    lines = [row(period=str(1950 + n % 76), value=f"{n / 100:.2f}") for n in range(100_000)]
    started = time.perf_counter()
    found = read(tmp_path, *lines)
    assert len(found.observations) == 100_000
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize("path", FIGURES, ids=lambda p: p.stem)
def test_the_catalogue_s_own_figures_are_clean(path: Path) -> None:
    found = read_observations(path)
    assert found.rejected == ()
    assert found.observations
    assert {w.column for w in found.warnings} <= {"indicator", "period", "value"}


def test_the_catalogue_holds_the_real_figures(shared: Path) -> None:
    folder = shared / "data" / "observations"
    real = [
        o
        for name in ("observations.csv", "other_targets.csv")
        for o in read_observations(folder / name).observations
    ]
    (path,) = FIGURES
    kept = read_observations(path).observations
    assert len(real) == len(kept) == 351 + 6

    def figure(o: object) -> tuple[object, ...]:
        fields = (
            "name", "indicator", "scope", "area", "period", "written", "value", "unit",
            "measured", "qualifier", "status", "definition",
        )  # fmt: skip
        return tuple(getattr(o, field) for field in fields)

    for mine, theirs in zip(kept, real, strict=True):
        assert figure(mine) == figure(theirs)
        assert bool(mine.not_comparable) == bool(theirs.not_comparable)
        assert bool(mine.break_before) == bool(theirs.break_before)
        assert mine.source.trust == theirs.source.trust
        assert mine.source.url == theirs.source.url


def test_the_real_figures(shared: Path) -> None:
    found = read_observations(shared / "data" / "observations" / "observations.csv")
    assert len(found.observations) == 351
    assert found.rejected == ()
    assert Counter(o.status for o in found.observations) == {
        "final": 310,
        "plan": 20,
        "forecast": 12,
        "preliminary": 9,
    }
    assert Counter(o.qualifier for o in found.observations) == {
        "exact": 328,
        "at_least": 14,
        "about": 9,
    }
    unmapped = {o.name for o in found.observations if not o.indicator}
    assert unmapped == {
        "三大优势产业总产值",
        "千亿企业数量",
        "国家先进制造业集群(四川入围、均涉成都)",
        "工业无人机整机营业收入(9户重点企业)",
        "规上工业增加值增速(两年平均)",
    }
    by_name = {o.name: o.indicator for o in found.observations}
    assert by_name["第二产业占GDP比重"] != by_name["工业增加值占GDP比重"]
    assert by_name["100强企业平均研发强度"] != by_name["规上工业企业R&D经费投入强度"]
    assert by_name["五大先进制造业增加值占工业增加值比重"] != by_name["五大先进制造业营业收入占比"]


def test_targets_are_never_figures(shared: Path) -> None:
    found = read_observations(shared / "data" / "observations" / "other_targets.csv")
    assert {o.status for o in found.observations} == {"target"}
