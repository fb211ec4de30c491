"""Every command explains itself, and every error has its exit code and both languages."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from django.db import OperationalError

from liantu import errors
from liantu.cli.main import EXIT_CODES, cli, main
from liantu.cli.output import as_csv


def _commands(group: click.Group, path: str = "liantu") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")


ALL = list(_commands(cli))


@pytest.mark.parametrize(("path", "command"), ALL, ids=[path for path, _ in ALL])
def test_command_explains_itself(path: str, command: click.Command) -> None:
    assert command.help
    assert re.search("[一-鿿]", command.help)
    assert re.search("[A-Za-z]{3}", command.help)
    if not isinstance(command, click.Group):
        assert path in command.help, f"{path} shows no example of its own"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in {"help", "style"}:
            assert parameter.help, f"{path} --{parameter.name} is not explained"


def test_exit_codes_stand_in_one_table() -> None:
    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.LiantuError)
    }
    printed = {int(code) for code in re.findall(r"^\s+(\d+)\s", EXIT_CODES, flags=re.MULTILINE)}
    assert codes <= printed


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["evaluate", "targets", "--as-of", "2025-13-40"], 2, "2025-13-40"),
        (["evaluate", "targets", "--plan", "somewhere"], 2, "--observations"),
        (["plan", "compile", "no-such-file.txt", "--out", "nowhere"], 6, "no-such-file.txt"),
        (["plan", "audit", "no-such-folder"], 6, "no-such-folder"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_wrong_calls_end_with_their_code(
    arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == code
    assert says in capsys.readouterr().err


def _ends(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def fails(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(cli, "main", fails)
    with pytest.raises(SystemExit) as stop:
        main([])
    assert isinstance(stop.value.code, int)
    return stop.value.code


def test_wrong_arguments_are_told_in_chinese_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["plan", "compile"])
    assert stop.value.code == 2
    assert "--help" in capsys.readouterr().err.splitlines()[0]


def test_storage_that_fails_is_no_fault_of_the_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ends(OSError(28, "No space left on device", "a.csv"), monkeypatch) == 8
    assert "a.csv" in capsys.readouterr().err
    assert _ends(OperationalError("database or disk is full"), monkeypatch) == 8
    said = capsys.readouterr().err
    assert "未作任何改动" in said
    assert "disk is full" in said


def test_a_fault_is_told_in_a_line_and_kept_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert _ends(ZeroDivisionError("division by zero"), monkeypatch) == 1
    said = capsys.readouterr().err
    assert "程序出错" in said
    assert "Traceback" not in said
    (kept,) = tmp_path.iterdir()
    assert str(kept) in said
    assert "ZeroDivisionError" in kept.read_text(encoding="utf-8")


def test_a_thousand_problems_are_not_all_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = [errors.Message(f"第 {n} 行", f"Row {n}") for n in range(1000)]
    assert _ends(errors.InvalidRecords("一千行", "A thousand", problems), monkeypatch) == 4
    said = capsys.readouterr().err
    assert "第 0 行" in said
    assert "另有 970 条" in said
    assert len(said.splitlines()) < 70


def test_printed_csv_runs_no_formula() -> None:
    text = as_csv([{"name": "=cmd|' /C calc'!A0", "value": -4.5}, {"name": "@x", "value": None}])
    assert text.splitlines() == ["name,value", "'=cmd|' /C calc'!A0,-4.5", "'@x,"]
