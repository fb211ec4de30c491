"""The audit log: one chain that is only added to, and shows what anybody did to it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from tests.databases import OwnDatabase, environment

from liantu.errors import BrokenChain, StorageFailed
from liantu.records import audit, registers
from liantu.records.audit import kept
from liantu.records.audit.entry import canonical, seal
from liantu.records.models import AuditEntry, Unalterable

pytestmark = pytest.mark.django_db(transaction=True)
GUARD = import_module("liantu.records.migrations.0020_audit_log")


def fill(count: int = 5) -> None:
    for number in range(count):
        audit.note(
            audit.Act.EDITED, by="甲", kind="firms", key=f"k{number}", details={"version": 2}
        )


def by_hand(statement: str, *values: Any) -> None:
    """What a keeper of the database does who takes the triggers away first."""
    with connection.cursor() as cursor:
        for off in GUARD.UNDO[connection.vendor]:
            cursor.execute(off)
        cursor.execute(statement, values)


def rewritten(first: int, key: bytes) -> None:
    """Every entry from ``first`` on made anew with a key: digests and links are right again."""
    previous = AuditEntry.objects.get(number=first - 1).digest
    for entry in AuditEntry.objects.filter(number__gte=first).order_by("number"):
        entry.previous = previous
        link = seal(entry, key)
        by_hand(
            "UPDATE records_auditentry SET previous=%s, digest=%s, seal=%s WHERE number=%s",
            previous, link.digest, link.seal, entry.number,
        )  # fmt: skip
        previous = link.digest


def broken() -> str:
    with pytest.raises(BrokenChain) as caught:
        audit.verify()
    return str(caught.value)


# One chain ------------------------------------------------------------------------------------


def test_entries_follow_one_another_and_are_proven() -> None:
    assert audit.verify().entries == 0
    fill()
    proof = audit.verify()
    assert proof.entries == 5
    assert proof.head == kept.head()
    assert list(AuditEntry.objects.values_list("number", flat=True)) == [5, 4, 3, 2, 1]


def test_nothing_is_logged_of_what_did_not_happen() -> None:
    fill(1)

    def fails() -> None:
        with transaction.atomic():
            audit.note(audit.Act.DELETED, by="甲")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert audit.verify().entries == 1
    fill(1)
    assert audit.verify().entries == 2


def test_threads_at_once_make_one_chain() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory knows no waiting; the file is tested by processes, below")
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(10):
                audit.note(audit.Act.EDITED, by=name, key=str(number))
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert audit.verify().entries == 40
    assert kept.head() == audit.verify().head


def test_processes_at_once_make_one_chain(tmp_path: Path, own_database: OwnDatabase) -> None:
    code = (
        "from liantu.web.ready import ready; ready(with_first_plan=False)\n"
        "from liantu.records import audit\n"
        "for n in range(10): audit.note(audit.Act.EDITED, by='p', key=str(n))\n"
    )
    told = environment(tmp_path, own_database())

    def start(what: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", what], env=told, stderr=subprocess.PIPE, text=True
        )

    first = "from liantu.web.ready import ready; ready(with_first_plan=False)"
    assert start(first).wait() == 0
    writers = [start(code) for _ in range(3)]
    assert [(writer.wait(), writer.stderr.read()) for writer in writers] == [(0, "")] * 3  # type: ignore[union-attr]
    done = subprocess.run(
        [sys.executable, "-c", "from liantu.cli import main; main()", "audit", "verify"],
        env=told, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "30 条" in done.stdout


def test_values_are_short_and_whole() -> None:
    entry = audit.note(
        audit.Act.EDITED, by="甲\x00" + "x" * 200, key="k" * 400,
        details={"long": "y" * 1000, "none": None, "zero": 0},
    )  # fmt: skip
    assert len(entry.by) == 150
    assert len(entry.key) == 300
    told = audit.details_of(entry)
    assert len(told["long"]) == 200
    assert told["zero"] == 0
    assert "none" not in told
    assert audit.verify().entries == 1


# Only added to --------------------------------------------------------------------------------


def test_the_model_refuses_change() -> None:
    fill(2)
    entry = AuditEntry.objects.get(number=1)
    entry.by = "乙"
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(by="乙"),
        lambda: AuditEntry.objects.bulk_update([entry], ["by"]),
        lambda: AuditEntry.objects.bulk_create([entry]),
    ):
        with pytest.raises(Unalterable):
            change()
    assert audit.verify().entries == 2


@pytest.mark.parametrize(
    "statement",
    ["UPDATE records_auditentry SET by='x' WHERE number=1", "DELETE FROM records_auditentry"],
)
def test_the_database_refuses_change(statement: str) -> None:
    fill(2)
    with pytest.raises(DatabaseError, match="added to, never changed"), transaction.atomic():  # noqa: SIM117
        with connection.cursor() as cursor:
            cursor.execute(statement)
    assert audit.verify().entries == 2


def test_postgresql_refuses_to_empty_it() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's; on SQLite it is DELETE, tested above")
    fill(2)
    with pytest.raises(DatabaseError, match="added to"), transaction.atomic():  # noqa: SIM117
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE records_auditentry")


# What is found out ----------------------------------------------------------------------------


def test_a_changed_entry_is_named() -> None:
    fill()
    by_hand("UPDATE records_auditentry SET by='乙' WHERE number=3")
    assert "第 3 条" in broken()


def test_a_removed_entry_is_named() -> None:
    fill()
    by_hand("DELETE FROM records_auditentry WHERE number=3")
    assert "第 3 条不符：没有该条" in broken()


def test_a_chain_made_anew_without_the_key_is_found_out() -> None:
    """Digests are right again, for anybody can compute them; seals cannot be made."""
    fill()
    by_hand("UPDATE records_auditentry SET by='乙' WHERE number=3")
    rewritten(3, b"guessed")
    assert "第 3 条不符：签章" in broken()


def test_a_chain_made_anew_with_the_key_is_found_out_by_what_lies_outside() -> None:
    fill()
    anchor = audit.make_anchor()
    by_hand("UPDATE records_auditentry SET by='乙' WHERE number=5")
    rewritten(5, kept.key())
    assert "锚点" in broken()
    for name in ("head", "anchors.txt"):
        (kept.folder() / name).unlink()
    # Whoever holds the database and the whole folder is only met by what was carried away.
    assert audit.verify().entries == 5
    with pytest.raises(BrokenChain, match="锚点"):
        audit.verify([anchor])


def test_a_log_cut_at_its_end_is_found_out() -> None:
    fill()
    by_hand("DELETE FROM records_auditentry WHERE number>3")
    assert "第 5 条不符：日志在此之前就结束了" in broken()


def test_another_key_is_told_as_such() -> None:
    fill(2)
    (kept.folder() / "audit.key").write_text("ab" * 32)
    assert "密钥" in broken()
    (kept.folder() / "audit.key").write_text("no key")
    with pytest.raises(StorageFailed, match="恢复原密钥"):
        audit.note(audit.Act.EDITED, by="甲")


def test_a_restored_backup_says_so() -> None:
    fill(6)
    audit.make_anchor()
    by_hand("DELETE FROM records_auditentry WHERE number>3")
    assert "锚点" in broken()
    entry = audit.restored("乙", "backup-2026-11-01")
    assert entry.number == 4
    assert audit.details_of(entry)["seen"] == 6
    assert audit.verify().entries == 4
    fill(4)
    assert audit.verify().entries == 8
    by_hand("DELETE FROM records_auditentry WHERE number>6")
    assert "第 8 条" in broken()


def test_the_key_is_for_the_program_alone() -> None:
    fill(1)
    assert (kept.folder() / "audit.key").stat().st_mode & 0o077 == 0


# Outside the program --------------------------------------------------------------------------


def test_an_export_can_be_checked_without_the_program() -> None:
    fill()
    previous = "0" * 64
    for line in audit.exported(audit.all_entries()):
        told = json.loads(line)
        digest, told["previous"] = told.pop("digest"), previous
        del told["seal"]
        found = hashlib.sha256(
            json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        ).hexdigest()
        assert found == digest
        previous = digest
    assert previous == AuditEntry.objects.first().digest  # type: ignore[union-attr]
    assert canonical({"b": 1, "a": "字"}) == '{"a":"字","b":1}'


def test_the_head_that_cannot_be_written_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(1)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "_write", full)
    fill(1)
    monkeypatch.undo()
    assert audit.verify().entries == 2
    fill(1)
    assert kept.head() == audit.verify().head


def test_an_edit_refers_to_its_version() -> None:
    firm = {"credit_code": "91000100000000001U", "name": "第一厂", "kind": "legal"}
    registers.upsert("firms", [firm], by="甲")
    registers.edit("firms", firm["credit_code"], {"name": "第二厂"}, 1, by="乙", reason="改名")
    registers.delete("firms", firm["credit_code"], "丙", "重复")
    registers.restore("firms", firm["credit_code"], "丁")
    told = [(e.by, e.action, e.key) for e in audit.all_entries()]
    code = firm["credit_code"]
    assert told == [("乙", "edited", code), ("丙", "deleted", code), ("丁", "restored", code)]
    whole = "".join(audit.exported(audit.all_entries()))
    assert "第二厂" not in whole
    assert "改名" not in whole
