"""Every command explains itself, and every error has its exit code and both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

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


def test_printed_csv_runs_no_formula() -> None:
    text = as_csv([{"name": "=cmd|' /C calc'!A0", "value": -4.5}, {"name": "@x", "value": None}])
    assert text.splitlines() == ["name,value", "'=cmd|' /C calc'!A0,-4.5", "'@x,"]
