"""``liantu data``: what the commands say, how they end, what they refuse."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.utils import timezone

from liantu.cli.main import main
from liantu.records.models import Batch, Correction

pytestmark = pytest.mark.django_db

A, B = "91000100000000001U", "91000100000000002Y"
HEAD = "统一社会信用代码,月份,营业收入（万元）\n"
Run = Callable[..., tuple[str, str]]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path / "home"
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; its output and what it says to the user."""

    def call(*words: object, code: int = 0) -> tuple[str, str]:
        with pytest.raises(SystemExit) as stop:
            main(["data", *map(str, words)])
        out, err = capsys.readouterr()
        assert stop.value.code == code, out + err
        return out, err

    return call


def put(name: str, text: str) -> Path:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return Path(name)


def test_a_check_is_told_in_json_and_changes_nothing(run: Run) -> None:
    path = put("m.csv", f"{HEAD}{A},2025-03,5\n{B},2025-03,x\n")
    out, err = run("import", path, "--check", "--format", "json", code=4)
    told = json.loads(out)
    assert (told["table"], told["new"], told["rejected"], told["batch"]) == (
        "firm_month", 1, 1, None,
    )  # fmt: skip
    assert told["rejected_rows"][0]["row"] == 3
    assert "未作任何改动" in err
    assert not Batch.objects.filter(table="firm_month").exists()


def test_an_import_is_told_in_csv(run: Run) -> None:
    path = put("m.csv", f"{HEAD}{A},2025-03,5\n")
    out, _ = run("import", path, "--format", "csv", "--by", "统计科", "--reason", "首报")
    (row,) = csv.DictReader(out.splitlines())
    assert (row["table"], row["new"], row["already"]) == ("firm_month", "1", "False")
    batch = Batch.objects.get(table="firm_month")
    assert (batch.by, batch.reason) == ("统计科", "首报")
    out, _ = run("vintages", "--table", "firm_month", "--format", "json")
    assert [each["vintage"] for each in json.loads(out)] == [str(batch.pk)]
    out, _ = run("vintages", "--as-of", "2020-01-01", "--format", "json")
    assert json.loads(out) == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("import", "no.csv"), 6, "no.csv"),
        (("import", "m.csv", "--table", "firm"), 6, "firm"),
        (("import", "m.csv", "--fill", "月份"), 2, "--fill"),
        (("import", "m.csv", "--table", "firm_month", "--fill", "股价=1"), 6, "股价"),
        (("import", "m.csv", "--match", "=税收"), 2, "--match"),
        (("import", "m.csv", "--mapping", "m.csv"), 3, "JSON"),
        (("import", "strange.csv"), 3, "--table"),
        (("import", "alike.csv"), 2, "--table"),
        (("import", "corrections.csv"), 2, "correct --file"),
        (("import", "folder", "--check"), 2, "--check"),
        (("import", "empty"), 7, "empty"),
        (("rejected",), 2, "--out"),
        (("rejected", "--out", "x.csv"), 7, "没有"),
        (("rejected", "--out", "x.csv", "--batch", "one"), 6, "one"),
        (("withdraw", "firm_month", "--reason", "x"), 2, "--where"),
        (("withdraw", "firm_month", A, "--reason", "x"), 2, "2 个值"),
        (("withdraw", "firms", A, "--reason", "x"), 2, "登记表"),
        (("export", "nothing", "--out", "x.csv"), 6, "nothing"),
        (("export", "firms", "--out", "x.doc"), 2, "x.doc"),
        (("export", "--out", "x.csv", "--where", "a=b"), 2, "--where"),
        (("export", "firms", "--out", "x.csv", "--as-of", "some day"), 2, "some day"),
        (("template",), 2, "--all"),
        (("template", "firms", "parks", "--out", "x.xlsx"), 2, "x.xlsx"),
        (("show", "firms", A), 6, A),
        (("show", "firm_month", A, "2025-13"), 4, "2025-13"),
        (("correct",), 2, "--file"),
        (("correct", "firms", A, "--reason", "x"), 2, "--column"),
        (("correct", "--retire", "9", "--reason", "x"), 6, "9"),
        (("mappings", "--forget"), 2, "--source"),
        (("mappings", "--forget", "--source", "s", "--table", "firms"), 6, "firms"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(words: tuple[str, ...], code: int, says: str,
                                     run: Run) -> None:  # fmt: skip
    put("m.csv", f"{HEAD}{A},2025-03,5\n")
    put("strange.csv", "甲,乙\n1,2\n")
    put("alike.csv", f"统一社会信用代码,报告期,营业收入,利润总额\n{A},,1,2\n")
    put("corrections.csv", "table,key,column,expect,value,reason\n")
    put("folder/m.csv", f"{HEAD}{A},2025-03,5\n")
    Path("empty").mkdir()
    _, err = run(*words, code=code)
    assert says in err
    assert not Batch.objects.exclude(table="").exists()


def test_a_folder_ends_with_what_could_not_be_imported(run: Run) -> None:
    put("city/firms.csv", f"统一社会信用代码,企业名称\n{A},甲\n")
    put(
        "city/month.csv",
        f"统一社会信用代码,企业名称,月份,营业收入\n{A},甲,2025-03,5\n{B},乙,2025-03,1\n",
    )
    out, err = run("import", "city", "--format", "json", code=4)
    assert [(row["table"], row["new"], row["rejected"]) for row in json.loads(out)] == [
        ("firms", 1, 0), ("firm_month", 1, 1),
    ]  # fmt: skip
    assert "rejected" in err
    put("city/titles.csv", f"统一社会信用代码,企业名称,称号,认定日期\n{A},甲,高企,2024\n")
    run("correct", "titles", A, "高企", "2024-12-31", "--column", "level", "--expect", "市级",
        "--value", "省级", "--reason", "x")  # fmt: skip
    Path("city/titles.csv").write_bytes(b"\x00\x01\x02")
    out, err = run("import", "city", code=0)
    assert "此前已导入" in out
    assert "titles.csv" in err


def test_one_sheet_of_a_workbook_can_be_named(run: Run) -> None:
    with xlsxwriter.Workbook("book.xlsx") as book:
        for name, head, row in (
            ("一", ["产业链代码", "产业链名称"], ["c1", "集成电路"]),
            ("二", ["产业链代码", "产业链名称"], ["c2", "新型显示"]),
        ):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head)
            sheet.write_row(1, 0, row)
    run("import", "book.xlsx", "--sheet", "二")
    out, _ = run("show", "chains", "c2", "--format", "json")
    assert json.loads(out)["values"]["name"] == "新型显示"
    run("show", "chains", "c1", code=6)
    out, _ = run("import", "book.xlsx")
    assert out.count("chains") == 2
    run("show", "chains", "c1")


def test_the_state_of_the_past_is_told(run: Run) -> None:
    run("import", put("c.csv", "产业链代码,产业链名称\nc1,集成电路\n"))
    first = Batch.objects.exclude(table="").get().pk
    run("edit", "chains", "c1", "--set", "产业链名称=集成电路制造", "--reason", "更名")
    out, _ = run("show", "chains", "c1", "--as-of", first)
    assert "集成电路制造" not in out
    out, _ = run("history", "chains", "c1", "--format", "json")
    assert [each["version"] for each in json.loads(out)] == [1, 2]
    out, _ = run("history", "chains", "c1", "--as-of", first, "--format", "csv")
    assert len(out.splitlines()) == 2
    run("delete", "chains", "c1", "--reason", "撤并", "--expect-version", "1", code=9)
    run("delete", "chains", "c1", "--reason", "撤并")
    out, _ = run("tables", "--counts", "--format", "json")
    assert {row["table"]: row["rows"] for row in json.loads(out)}["chains"] == 0
    out, _ = run("tables", "--as-of", first, "--format", "json")
    assert {row["table"]: row["rows"] for row in json.loads(out)}["chains"] == 1


def test_a_merger_of_a_record_changed_since_is_told(run: Run) -> None:
    run("import", put("c.csv", "产业链代码,产业链名称\nc1,集成电路\nc2,集成电路产业\n"))
    run("edit", "chains", "c2", "--set", "产业链名称=芯片", "--reason", "更名")
    how = ("merge", "chains", "--keep", "c1", "--drop", "c2", "--reason", "同一条")
    _, err = run(*how, "--keep-version", 1, "--drop-version", 1, code=9)
    assert "c2" in err
    run(*how, "--keep-version", 1, "--drop-version", 2)


def test_what_imports_remember_is_told_as_of_a_moment(run: Run) -> None:
    start = timezone.now().isoformat()
    run("import", put("m.csv", f"{HEAD}{A},2025-03,5\n{B},2025-03,x\n"), code=4)
    key = ("firm_month", A, "2025-03", "--column", "revenue_cny")
    run("correct", *key, "--expect", "50000", "--value", "60000", "--reason", "漏记")
    source = ("--source", "税务月报", "--match", "月份收入=营业收入（万元）")
    run("import", put("t.csv", f"统一社会信用代码,月份,月份收入\n{A},2025-04,7\n"), *source)
    then = timezone.now().isoformat()
    run("correct", "--retire", Correction.objects.get().pk, "--reason", "来源已改正")
    run("mappings", "--source", "税务月报", "--table", "firm_month", "--forget")
    run("import", put("n.csv", f"{HEAD}{B},2025-03,8\n"))

    def told(*words: str) -> list[dict[str, Any]]:
        return list(json.loads(run(*words, "--format", "json")[0]))

    for words in (("corrections",), ("mappings",), ("rejected", "--list")):
        assert told(*words, "--as-of", start) == [], words
        assert len(told(*words, "--as-of", then)) == 1, words
        assert told(*words) == [], words
    assert told("corrections", "--all", "--as-of", then)[0]["retired"] == ""
    run("rejected", "--out", "mend.csv", "--as-of", start, code=7)
    run("rejected", "--out", "mend.csv", "--as-of", then)
    assert "x" in Path("mend.csv").read_text(encoding="utf-8")
    first = Batch.objects.filter(rejected=1).get().pk
    run("rejected", "--out", "mend.csv", "--batch", first, "--as-of", start, code=6)
    run("mappings", "--source", "税务月报", "--table", "firm_month", "--out", "x.json",
        "--as-of", then)  # fmt: skip
    run("mappings", "--source", "税务月报", "--table", "firm_month", "--out", "y.json", code=6)
    run("mappings", "--source", "税务月报", "--table", "firm_month", "--forget", "--as-of", then,
        code=2)  # fmt: skip


def test_every_template_is_written(run: Run) -> None:
    run("template", "--all", "--out", "templates")
    out, _ = run("tables", "--format", "csv")
    assert len(list(Path("templates").glob("*.xlsx"))) == len(out.splitlines()) - 1
    run("template", "firms", "--out", "企业.xlsx")
    assert Path("企业.xlsx").is_file()
    run("import", "企业.xlsx", code=7)  # nothing filled in yet
