"""What should not be sent, and what goes wrong on the way."""

from __future__ import annotations

import errno
import io
import json
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from liantu.errors import StorageFailed
from liantu.records.doors.rules import door_rules
from liantu.records.models import Batch
from liantu.web.pages.imports import receiving, steps, uploads
from liantu.web.pages.imports.files import mend_name
from liantu.web.pages.imports.rules import upload_rules
from liantu.web.pages.imports.uploads import plain_name

from .conftest import Wizard, csv, text_of

GOOD = csv("P1,2025Q1,100,5")
ADDRESSES = ("table", "columns", "check", "progress", "rejected.xlsx")


def kept(home: Path) -> list[str]:
    """Names of what lies in the folder of uploads."""
    folder = home / "uploads"
    names = [path.name for path in folder.glob("*")] if folder.is_dir() else []
    waiting = list((folder / ".incoming").glob("*")) if (folder / ".incoming").is_dir() else []
    return [name for name in names if name != ".incoming"] + [path.name for path in waiting]


def workbook(sheet: bytes, **more: bytes) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b'<workbook><sheet name="a" r:id="r1"/></workbook>')
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            b'<R><Relationship Id="r1" Target="worksheets/sheet1.xml"/></R>',
        )
        book.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in more.items():
            book.writestr(name, content)
    return memory.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x00\x01\x02\x03" * 100, "不是数据表"),
        (b"   \n \n", "空文件"),
        (b"", "空文件"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 512, "旧版 Excel"),
        (",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n", "500 列"),
        (b"PK\x03\x04 not a zip", "不是可读的 xlsx"),
        (b"PAR1 not parquet", "不是可读的 parquet"),
        (workbook(b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>"), "实体"),
        (
            workbook(b'<worksheet><row r="1"><c r="XFD1048576"><v>1</v></c></row></worksheet>'),
            "延伸",
        ),
    ],
    ids=["binary", "blank", "empty", "xls", "wide", "zip", "parquet", "entities", "far cell"],
)
def test_what_is_no_table_is_said_and_not_kept(
    wizard: Wizard, home: Path, content: bytes, said: str
) -> None:
    answer = wizard.send(content, "送来的.xlsx")
    assert answer.status_code == 422
    assert said in answer.content.decode(), text_of(answer)
    assert kept(home) == []


@pytest.mark.slow
def test_a_bomb_is_not_unpacked(wizard: Wizard, home: Path) -> None:
    limit = door_rules().limits.largest_mb
    answer = wizard.send(
        workbook(b"<worksheet/>", zeros=b"\0" * (limit + 1) * 1024 * 1024), "b.xlsx"
    )
    assert answer.status_code == 422
    assert "解压后超过" in answer.content.decode()
    assert kept(home) == []


def test_the_ending_does_not_matter(wizard: Wizard) -> None:
    assert "将新增1行" in wizard.checked(GOOD, "季报.xlsx")[1]


def test_a_file_that_is_too_large_is_refused_while_it_comes(
    wizard: Wizard, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = door_rules().limits.model_copy(update={"largest_mb": 1})
    rules = door_rules().model_copy(update={"limits": limits})
    monkeypatch.setattr(receiving, "door_rules", lambda: rules)
    answer = wizard.send(b"a,b\n" * 600_000, "大.csv")
    assert answer.status_code == 422
    assert "大.csv 超过 1 MB，未接收" in answer.content.decode()
    assert kept(home) == []


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"other": SimpleUploadedFile("a.csv", GOOD.encode())},
        {"file": "just text"},
        {"file": [SimpleUploadedFile("a.csv", b"a"), SimpleUploadedFile("b.csv", b"b")]},
    ],
    ids=["none", "another field", "text", "two"],
)
def test_one_file_is_needed(client: Client, home: Path, files: dict[str, Any]) -> None:
    answer = client.post("/imports/new/", files)
    assert answer.status_code == 422
    assert "没有收到文件" in answer.content.decode()
    assert kept(home) == []


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\me\季报.xlsx", "季报.xlsx"),
        ("..", "file"),
        (".hidden.csv", "hidden.csv"),
        ("a\x00b\x1b\u202ec.csv", "abc.csv"),
        ('<img src=x onerror="a">.csv', "_img src=x onerror=_a__.csv"),
        ("", "file"),
        ("CON.csv", "CON.csv"),
    ],
)
def test_names_are_only_names(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_a_long_name_keeps_its_ending() -> None:
    name = plain_name("企业" * 500 + ".parquet")
    assert name.endswith("企.parquet")
    assert len(name.encode()) <= upload_rules().name_bytes


@pytest.mark.parametrize("name", ["../../../evil.csv", "..\\..\\evil.csv", "/etc/cron.d/evil.csv"])
def test_a_path_for_a_name_stays_inside(wizard: Wizard, home: Path, name: str) -> None:
    token = wizard.upload(GOOD, name)
    assert uploads.find(token).path == home / "uploads" / token / "file" / "evil.csv"
    assert [path.name for path in home.rglob("*.csv")] == ["evil.csv"]


def test_markup_is_shown_as_text_everywhere(wizard: Wizard) -> None:
    evil = "<script>alert(1)</script>"
    text = csv(f'"{evil}",2025Q1,100,5', f"P2,2025Q1,{evil},6",
               head=f"园区代码,季度,从业人员（人）,企业户数（户）,{evil}")  # fmt: skip
    token = wizard.upload(text, "<b>x</b>.csv")
    wizard.choose(token, source=evil)
    pages = [wizard.page(f"/imports/{token}/{step}/") for step in ("table", "columns", "check")]
    done = wizard.commit(token, pages[-1], by=evil, reason=evil)
    pages += [wizard.page(done["Location"]), wizard.page("/imports/"),
              wizard.page("/imports/rejected/"), wizard.page("/imports/memory/")]  # fmt: skip
    for page in pages:
        assert "<script>alert" not in page
        assert "<b>x" not in page
    assert "&lt;script&gt;alert" in pages[2]


def test_formulas_are_disarmed_in_the_file_to_mend(wizard: Wizard) -> None:
    token, _ = wizard.checked(csv("P2,2025Q1,=1+1,6", "P3,2025Q1,many,=HYPERLINK(1)"))
    content = wizard.client.get(f"/imports/{token}/rejected.xlsx").content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = b"".join(book.read(name) for name in book.namelist())
    assert b"<f>" not in parts
    assert b"<f " not in parts


class _Broken(io.RawIOBase):
    """A connection that ends in the middle; ``said``: the server below tells of it."""

    def __init__(self, content: bytes, *, said: bool) -> None:
        self.content, self.said = io.BytesIO(content), said

    def read(self, size: int = -1) -> bytes:
        found = self.content.read(size)
        if not found and self.said:
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        return found


@pytest.mark.parametrize("said", [True, False])
def test_an_upload_broken_off_leaves_nothing(client: Client, home: Path, said: bool) -> None:
    head = (
        b'--line\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n"
    )
    client.raise_request_exception = False
    sent = _Broken(head + GOOD.encode() * 10_000, said=said)
    answer = client.generic(
        "POST", "/imports/new/", b"x" * 10, content_type="multipart/form-data; boundary=line",
        **{"wsgi.input": sent, "CONTENT_LENGTH": "9000000"},
    )  # fmt: skip
    assert answer.status_code >= 400
    assert said or "没有收到文件" in answer.content.decode()
    assert kept(home) == []


# Tokens ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("token", ["A" * 32, "..%2F..%2Fsecret.key", "a", "%00" * 32])
def test_a_guessed_token_finds_nothing(client: Client, token: str, address: str) -> None:
    slash = "" if "." in address or address == "progress" else "/"
    assert client.get(f"/imports/{token}/{address}{slash}").status_code == 404


def test_tokens_cannot_be_guessed_or_listed(wizard: Wizard, home: Path) -> None:
    tokens = {wizard.upload(GOOD, f"{n}.csv") for n in range(5)}
    assert len(tokens) == 5
    assert all(len(token) == 32 for token in tokens)
    pages = wizard.page("/imports/") + wizard.page("/imports/new/")
    assert not any(token in pages for token in tokens)
    assert {oct((home / "uploads" / token).stat().st_mode)[-3:] for token in tokens} == {"700"}


def test_an_upload_expires(wizard: Wizard, home: Path) -> None:
    token, _ = wizard.checked(GOOD)
    old = time.time() - upload_rules().keep_hours * 3600 - 60
    os.utime(home / "uploads" / token / "state.json", (old, old))
    assert "48 小时" in wizard.page(f"/imports/{token}/check/", 404)
    assert kept(home) == []


def test_what_expired_is_swept_when_the_next_file_comes(wizard: Wizard, home: Path) -> None:
    token = wizard.upload(GOOD)
    left = home / "uploads" / ".incoming" / "upload-left"
    left.write_bytes(b"left by a crash")
    old = time.time() - upload_rules().keep_hours * 3600 - 60
    for path in (home / "uploads" / token / "state.json", left):
        os.utime(path, (old, old))
    fresh = wizard.upload(GOOD, "b.csv")
    assert kept(home) == [fresh]


def test_only_so_many_are_kept(wizard: Wizard, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = upload_rules().model_copy(update={"most": 2})
    monkeypatch.setattr(uploads, "upload_rules", lambda: rules)
    tokens = [wizard.upload(GOOD, f"{n}.csv") for n in range(4)]
    assert len(kept(home)) == 2
    assert tokens[-1] in kept(home)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"file_name": "a"}', '{"matches": 1}'])
def test_a_broken_state_is_no_upload(wizard: Wizard, home: Path, text: str) -> None:
    token = wizard.upload(GOOD)
    (home / "uploads" / token / "state.json").write_text(text)
    assert wizard.client.get(f"/imports/{token}/table/").status_code == 404


# The disk --------------------------------------------------------------------------------------


def full_after(write: Any, times: int) -> Any:
    """A disk that takes so many writes and no more."""
    left = times

    def limited(*arguments: Any, **more: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(*arguments, **more)

    return limited


def test_a_full_disk_while_the_file_comes(
    wizard: Wizard, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(self: receiving.Incoming, content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(receiving.Incoming, "write", write, raising=False)
    answer = wizard.send(GOOD)
    assert answer.status_code == 507
    assert "请腾出磁盘空间" in answer.content.decode()
    assert kept(home) == []


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_full_disk_at_any_write_of_the_check(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    import polars as pl

    token = wizard.upload(GOOD)
    monkeypatch.setattr(
        pl.DataFrame, "write_parquet", full_after(pl.DataFrame.write_parquet, after)
    )
    answer = wizard.choose(token)
    assert answer.status_code == 507
    monkeypatch.undo()
    assert "将新增1行" in wizard.page(wizard.choose(token)["Location"])


def test_a_full_disk_when_the_state_is_written(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = wizard.upload(GOOD)
    monkeypatch.setattr(json, "dump", full_after(json.dump, 0))
    assert wizard.choose(token, go="columns").status_code == 507
    monkeypatch.undo()
    assert wizard.client.get(f"/imports/{token}/table/").status_code == 200


def test_a_folder_that_cannot_be_made(wizard: Wizard, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "uploads").write_text("a file where a folder should be")
    assert wizard.send(GOOD).status_code == 507


# Methods and headers ---------------------------------------------------------------------------


def test_other_methods_are_a_405(wizard: Wizard) -> None:
    token, _ = wizard.checked(GOOD)
    for path in ("/imports/", "/imports/rejected/", "/imports/memory/", "/imports/review/",
                 f"/imports/{token}/progress", f"/imports/{token}/rejected.xlsx"):  # fmt: skip
        assert wizard.client.post(path).status_code == 405, path
    forms = [f"/imports/{token}/{step}/" for step in ("commit", "cancel")]
    forms += [f"/imports/memory/{step}/" for step in ("forget", "correct", "retire")]
    for path in forms:
        assert wizard.client.get(path).status_code == 405, path
    for path in ("/imports/new/", f"/imports/{token}/table/", f"/imports/{token}/check/"):
        assert wizard.client.put(path).status_code == 405, path
        assert wizard.client.delete(path).status_code == 405, path


def test_pages_are_not_kept_by_caches(wizard: Wizard) -> None:
    token, _ = wizard.checked(GOOD)
    for path in ("/imports/", "/imports/new/", "/imports/rejected/", f"/imports/{token}/check/",
                 f"/imports/{token}/table/", "/imports/template/firms.xlsx"):  # fmt: skip
        assert "no-store" in wizard.client.get(path)["Cache-Control"], path


def test_forms_need_the_token_of_their_page(wizard: Wizard, home: Path) -> None:
    token, _ = wizard.checked(GOOD)
    strict = Client(enforce_csrf_checks=True)
    for step in ("table/", "columns/", "check/", "commit/", "cancel/"):
        assert strict.post(f"/imports/{token}/{step}").status_code == 403, step
    before = kept(home)
    sent = strict.post("/imports/new/", {"file": SimpleUploadedFile("a.csv", GOOD.encode())})
    assert sent.status_code == 403
    assert kept(home) == before
    assert not Batch.objects.exists()


@pytest.mark.parametrize("table", ["firms", "parcels", "firm_month"])
def test_templates_can_be_taken_and_import_again_empty(wizard: Wizard, table: str) -> None:
    answer = wizard.client.get(f"/imports/template/{table}.xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    token = wizard.upload(answer.content, "模板.xlsx")
    assert wizard.choose(token, table=table)["Location"].endswith("/columns/")
    assert "没有数据行" in wizard.page(f"/imports/{token}/columns/")


def test_no_template_of_a_table_that_is_not_there(client: Client) -> None:
    assert client.get("/imports/template/nothing.xlsx").status_code == 404


def test_only_so_many_bytes_are_kept(
    wizard: Wizard, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = upload_rules().model_copy(update={"most_mb": 1})
    monkeypatch.setattr(uploads, "upload_rules", lambda: rules)
    large = csv(*(f"P{n},2025Q1,100,5" for n in range(40_000)))
    first = wizard.upload(large, "a.csv")
    second = wizard.upload(large, "b.csv")
    assert kept(home) == [second] != [first]


def test_a_folder_somebody_is_at_work_on_is_not_swept(
    wizard: Wizard, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = upload_rules().model_copy(update={"most": 1})
    monkeypatch.setattr(uploads, "upload_rules", lambda: rules)
    busy = wizard.upload(GOOD)
    with uploads.alone(uploads.find(busy)):
        fresh = wizard.upload(GOOD, "b.csv")
        assert set(kept(home)) == {busy, fresh}
    assert uploads.sweep() == 2


def test_files_that_go_while_they_are_counted_count_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "left").symlink_to(tmp_path / "gone")
    (tmp_path / "there").write_bytes(b"12345")
    assert uploads._size(tmp_path) == 5
    assert uploads._size(tmp_path / "gone") == 0


def test_a_trouble_of_ours_does_not_throw_the_file_away(
    wizard: Wizard, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = wizard.upload(GOOD)

    def full(*_: Any, **__: Any) -> Any:
        raise StorageFailed("磁盘已满。", "The disk is full.")

    monkeypatch.setattr(steps.intake, "guess", full)
    assert wizard.client.get(f"/imports/{token}/table/").status_code == 507
    assert kept(home) == [token]


def test_a_nul_is_dropped_from_what_is_typed(wizard: Wizard) -> None:
    token = wizard.upload(GOOD)
    wizard.choose(token, source="月\x00报")
    wizard.commit(token, wizard.page(f"/imports/{token}/check/"), reason="补\x00报")
    assert Batch.objects.get().reason == "补报"
    assert "月报" in wizard.page("/imports/memory/")
    wizard.page("/imports/review/?q=%00")


def test_names_of_files_to_mend_fit_the_disk() -> None:
    assert len(mend_name("企" * 200 + ".xlsx", synthetic=True).encode()) <= 255
