"""From a file to the records: series, registers, rows sent back, all in one transaction."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.databases import OwnDatabase, environment

from liantu.errors import StorageFailed, UsageError
from liantu.records import lake, ledger, registers
from liantu.records.accept import accept, sent_back
from liantu.records.doors.check import Checked, check
from liantu.records.models import Batch, LakeFile, RejectedRow

pytestmark = pytest.mark.django_db

HEAD = "园区代码,季度,从业人员（人）,企业户数（户）"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Home of the program for this test."""
    settings.HOME = tmp_path / "home"
    return tmp_path / "home"


def file(tmp_path: Path, *lines: str, name: str = "a.csv", head: str = HEAD) -> Path:
    path = tmp_path / name
    path.write_text("\n".join([head, *lines]), encoding="utf-8")
    return path


def quarters(tmp_path: Path, *lines: str, **more: str) -> Checked:
    return check(file(tmp_path, *lines, **more), "park_quarter")


def state(vintage: str | None = None) -> set[tuple[str, str, int | None, int | None]]:
    found = lake.read("park_quarter", vintage).select("park_code", "period", "employees", "firms")
    return set(found.collect().rows())


def test_good_rows_of_a_series_go_to_the_lake_and_bad_rows_wait(tmp_path: Path) -> None:
    checked = quarters(tmp_path, "P1,2025Q1,100,5", "P2,2025Q1,many,6", "P3,2025Q1,300,7")
    receipt = accept(checked, by="统计局")
    assert (receipt.new, receipt.changed, receipt.unchanged, receipt.rejected) == (2, 0, 0, 1)
    assert state() == {("P1", "2025Q1", 100, 5), ("P3", "2025Q1", 300, 7)}
    batch = Batch.objects.get()
    assert (batch.table, batch.by, batch.accepted, batch.rejected) == (
        "park_quarter", "统计局", 2, 1,
    )  # fmt: skip
    assert (batch.new, batch.changed) == (2, 0)
    assert "新增 2 行" in receipt.summary_zh
    assert "2 rows new" in receipt.summary_en
    (back,) = sent_back(receipt.vintage)
    assert back == checked.rejected[0]
    assert ledger.rejected() == []


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    lines = ("P1,2025Q1,100,5", "P2,2025Q1,many,6")
    first = accept(quarters(tmp_path, *lines), by="甲")
    again = accept(quarters(tmp_path, *lines, name="renamed.csv"), by="乙")
    assert again.already
    assert again.vintage == first.vintage
    assert "此前已导入" in again.summary_zh
    assert (Batch.objects.count(), LakeFile.objects.count(), RejectedRow.objects.count()) == (
        1, 1, 1,
    )  # fmt: skip


def test_known_rows_make_a_batch_and_no_file(tmp_path: Path) -> None:
    accept(quarters(tmp_path, "P1,2025Q1,100,5", "P2,2025Q1,1,6"), by="")
    receipt = accept(quarters(tmp_path, "P1,2025Q1,100,5"), by="")
    assert (receipt.new, receipt.changed, receipt.unchanged) == (0, 0, 1)
    assert Batch.objects.values_list("new", "changed", "accepted", "duplicates").last() == (
        0, 0, 0, 1,
    )  # fmt: skip
    assert LakeFile.objects.count() == 1
    assert lake.check().sound


def test_a_column_left_empty_throughout_takes_nothing_away(tmp_path: Path) -> None:
    accept(quarters(tmp_path, "P1,2025Q1,100,5", "P2,2025Q1,200,6"), by="")
    receipt = accept(quarters(tmp_path, "P1,2025Q1,,8", "P2,2025Q1,,6"), by="")
    assert (receipt.changed, receipt.unchanged) == (1, 1)
    assert state() == {("P1", "2025Q1", 100, 8), ("P2", "2025Q1", 200, 6)}
    accept(quarters(tmp_path, "P1,2025Q1,,8", "P2,2025Q1,201,6"), by="")
    assert state() == {("P1", "2025Q1", None, 8), ("P2", "2025Q1", 201, 6)}


def test_vintages_run_across_figures_and_tables(tmp_path: Path) -> None:
    first = accept(quarters(tmp_path, "P1,2025Q1,100,5"), by="")
    head = "indicator,area,period,value,unit,source_title,source_url,note,trust"
    figures = file(tmp_path, "工业投资增速,甲市,2023,7.5,%,甲报,,,press", head=head, name="f.csv")
    ledger.import_observations(figures, by="")
    second = accept(quarters(tmp_path, "P1,2025Q1,101,5"), by="")
    assert [v.table for v in ledger.vintages()] == ["park_quarter", "", "park_quarter"]
    moments = [v.accepted_at for v in ledger.vintages()]
    assert moments == sorted(set(moments))
    assert state(first.vintage) == {("P1", "2025Q1", 100, 5)}
    assert state(second.vintage) == state() == {("P1", "2025Q1", 101, 5)}
    assert len(ledger.observations(first.vintage)) == 0
    assert len(ledger.observations(second.vintage)) == 1


def test_rows_are_withdrawn_with_a_reason(tmp_path: Path) -> None:
    accept(quarters(tmp_path, "P1,2025Q1,100,5", "P2,2025Q1,200,6"), by="")
    wrong = quarters(tmp_path, "P1,2025Q1,100,5")
    with pytest.raises(UsageError, match="理由"):
        accept(wrong, by="", mode="withdraw")
    accept(wrong, by="", reason="报错了园区", mode="withdraw")
    assert state() == {("P2", "2025Q1", 200, 6)}
    assert Batch.objects.last().reason == "报错了园区"  # type: ignore[union-attr]


def chains(tmp_path: Path, *lines: str) -> Checked:
    return check(file(tmp_path, *lines, head="产业链代码,产业链名称"), "chains")


def test_a_register_goes_to_the_ledger_in_one_transaction(tmp_path: Path) -> None:
    checked = chains(tmp_path, "c1,集成电路", "c2,", "c3,新型显示")
    first = accept(checked, by="链办")
    assert (first.new, first.rejected) == (2, 1)
    batch = Batch.objects.get()
    assert (batch.accepted, batch.rejected) == (2, 1)
    (change,) = registers.history("chains", "c1")
    assert (change.by, change.at, change.batch) == ("链办", batch.accepted_at, batch.pk)
    assert accept(checked, by="").already
    second = accept(chains(tmp_path, "c1,集成电路制造", "c3,新型显示"), by="")
    assert (second.new, second.changed, second.unchanged) == (0, 1, 1)
    names = {"c1": "集成电路", "c3": "新型显示"}
    for vintage, expected in ((first.vintage, names), (None, names | {"c1": "集成电路制造"})):
        found = registers.read("chains", vintage, ["chain_id", "name"])
        assert dict(found.iter_rows()) == expected
    with pytest.raises(UsageError):
        accept(checked, by="", reason="x", mode="withdraw")


def test_a_register_all_of_whose_rows_are_sent_back(tmp_path: Path) -> None:
    receipt = accept(chains(tmp_path, "c1,", "c2,"), by="")
    assert (receipt.new, receipt.changed, receipt.rejected) == (0, 0, 2)
    assert len(sent_back(receipt.vintage)) == 2


def test_a_register_that_cannot_be_written_leaves_no_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("cut off")

    monkeypatch.setattr(registers, "upsert", fail)
    with pytest.raises(OSError, match="cut off"):
        accept(chains(tmp_path, "c1,集成电路"), by="")
    assert not Batch.objects.exists()


def test_a_failure_before_the_commit_leaves_no_file(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("cut off")

    monkeypatch.setattr(RejectedRow.objects, "bulk_create", fail)
    with pytest.raises(OSError, match="cut off"):
        accept(quarters(tmp_path, "P1,2025Q1,100,5"), by="")
    assert not Batch.objects.exists()
    assert not list(home.rglob("*.parquet"))


PROGRAM = """
import json, os, resource, signal, sys
from pathlib import Path
home, steps = os.environ["LIANTU_HOME"], json.loads(sys.argv[1])
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.errors import LiantuError
from liantu.records import lake
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.models import Batch, RejectedRow
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
told = []
for path, limit in steps:
    checked = check(Path(path), "park_quarter")
    # A write past this size fails as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        said = accept(checked, by="test").vintage
    except LiantuError as error:
        said = f"{type(error).__name__} {error.message.zh}"
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    told.append({
        "told": said,
        "rows": lake.read("park_quarter").collect().height,
        "batches": Batch.objects.count(),
        "sent_back": RejectedRow.objects.count(),
        "sound": lake.check().sound,
        "files": sum(p.suffix in (".parquet", ".part") for p in Path(home, "lake").rglob("*")),
    })
print(json.dumps(told))
"""
UNLIMITED = -1


def start(given: dict[str, str], *steps: tuple[Path, int]) -> subprocess.Popen[str]:
    """Accept files one after another in a process of its own, each with a size no file passes."""
    listed = json.dumps([(str(path), limit) for path, limit in steps])
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, listed],
        env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def told(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    answers: list[dict[str, Any]] = json.loads(out.splitlines()[-1])
    return answers


@pytest.fixture
def given(tmp_path: Path, own_database: OwnDatabase) -> dict[str, str]:
    """Home and ledger of the programs that a test starts."""
    (tmp_path / "theirs").mkdir()
    return environment(tmp_path / "theirs", own_database())


@pytest.mark.slow
def test_a_full_disk_below_the_lake_is_told_and_leaves_nothing(
    tmp_path: Path, given: dict[str, str]
) -> None:
    first = file(tmp_path, "P0,2024Q1,1,1", name="first.csv")
    before, full, after = told(
        start(given, (first, UNLIMITED), (wide(tmp_path), 20_000), (wide(tmp_path), UNLIMITED))
    )
    assert full["told"].startswith("StorageFailed 无法写入")
    assert "未作任何改动" in full["told"]
    assert {**full, "told": ""} == {**before, "told": ""}
    assert (before["rows"], before["files"], before["sent_back"]) == (1, 1, 0)
    assert (after["rows"], after["files"], after["sound"]) == (20_001, 2, True)


@pytest.mark.slow
@pytest.mark.sqlite_only("a process can be kept from writing its own files, not a server's")
def test_a_full_disk_below_the_ledger_is_told_and_leaves_nothing(
    tmp_path: Path, given: dict[str, str]
) -> None:
    first = file(tmp_path, "P0,2024Q1,1,1", name="first.csv")
    bad = file(
        tmp_path, "P1,2025Q1,1,1", *(f"P{n},2025Q1,many,{n}" for n in range(3_000)), name="bad.csv"
    )
    before, full, after = told(
        start(given, (first, UNLIMITED), (bad, 1_500_000), (wide(tmp_path), UNLIMITED))
    )
    assert full["told"].startswith("StorageFailed 台账无法写入")
    assert "未作任何改动" in full["told"]
    assert {**full, "told": ""} == {**before, "told": ""}
    assert (after["rows"], after["files"], after["sound"]) == (20_001, 2, True)


def wide(tmp_path: Path) -> Path:
    rows = (f"P{n},2025Q{n % 4 + 1},{n * n},{n}" for n in range(20_000))
    return file(tmp_path, *rows, name="wide.csv")


@pytest.mark.slow
def test_imports_at_once_follow_one_another(tmp_path: Path, given: dict[str, str]) -> None:
    told(start(given, (file(tmp_path, "P0,2025Q1,1,1"), UNLIMITED)))
    paths = [
        file(tmp_path, *(f"P{n},2025Q1,{n * k},1" for n in range(1, 200)), name=f"{k}.csv")
        for k in (1, 2, 2)
    ]
    running = [start(given, (path, UNLIMITED)) for path in paths]
    answers = [told(process)[0] for process in running]
    assert all(answer["sound"] for answer in answers)
    last = max(answers, key=lambda answer: int(answer["batches"]))
    # The same rows brought twice are one batch, whoever was first.
    assert (last["batches"], last["rows"], last["files"]) == (3, 200, 3)
    assert len({answer["told"] for answer in answers}) == 2


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, home: Path) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file in its place", encoding="utf-8")
    with pytest.raises(StorageFailed, match="无法写入"):
        accept(quarters(tmp_path, "P1,2025Q1,100,5"), by="")
    assert not Batch.objects.exists()


def test_texts_from_files_reach_the_ledger_without_nul(tmp_path: Path) -> None:
    frame = pl.DataFrame({"园区代码": ["P\x001"], "季度": ["x\x00"], "从业人员（人）": [1]})
    path = tmp_path / "nul.parquet"
    frame.write_parquet(path)
    receipt = accept(check(path, "park_quarter"), by="")
    assert receipt.rejected == 1
    assert "\x00" not in str(RejectedRow.objects.get().cells)
