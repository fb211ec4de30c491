"""What an operator copies from ``deploy/`` is right: units, proxy, settings."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from liantu.cli.main import cli
from liantu.cli.settings import example_file
from liantu.records.doors.rules import door_rules

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
PAGE = (ROOT / "docs" / "how-to" / "operate.md").read_text(encoding="utf-8")
SECTION = re.compile(r"\[(Unit|Service|Install|Timer)\]")
ENTRY = re.compile(r"[A-Z][A-Za-z]+=.*")


def test_the_example_of_settings_is_what_the_catalogue_declares() -> None:
    written = (DEPLOY / "liantu.toml").read_text(encoding="utf-8")
    assert written == example_file(), "deploy/liantu.toml is stale: liantu settings example"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_can_be_read_and_calls_commands_that_exist(unit: Path, tmp_path: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line and line[0] not in "#;"]
    assert all(SECTION.fullmatch(line) or ENTRY.fullmatch(line) for line in told)
    for line in told:
        if line.startswith("ExecStart="):
            words = line.split()
            assert words[0] == "ExecStart=/opt/liantu/bin/liantu"
            command, rest = _command(words[1:])
            options = {name for one in command.params for name in one.opts}
            assert {word for word in rest if word.startswith("--")} <= options | {"--keep"}
    if shutil.which("systemd-analyze"):
        for other in UNITS:
            # The program of this machine in the place of the one to come.
            text = other.read_text(encoding="utf-8")
            text = text.replace("/opt/liantu/bin/liantu", sys.executable)
            (tmp_path / other.name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = [line for line in done.stderr.splitlines() if unit.stem in line]
        assert not said, done.stderr


def _command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words begin with, down through its groups, and the other words."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    assert command is not cli, words
    return command, words


def test_the_proxy_keeps_what_the_program_relies_on(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    bare = re.sub(r"#[^\n]*", "", text)
    assert bare.count("{") == bare.count("}")
    for line in filter(None, map(str.strip, bare.splitlines())):
        assert line[-1] in ";{}", f"{line!r} ends in nothing that nginx knows"
    # What the caller sent of these two is overwritten, not added to.
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in bare
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in bare
    assert re.search(r"location = /metrics \{ return 404; \}", bare)
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", bare)
    assert int(limit) >= door_rules().limits.largest_mb
    if shutil.which("nginx"):
        _nginx_reads(bare, tmp_path)


def _nginx_reads(bare: str, folder: Path) -> None:
    for name in ("fullchain.pem", "key.pem"):
        bare = bare.replace(f"/etc/liantu/tls/{name}", str(folder / name))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"],
        capture_output=True, check=True,
    )  # fmt: skip
    whole = folder / "whole.conf"
    whole.write_text(f"events {{}}\npid {folder}/pid;\nhttp {{\n{bare}\n}}\n", encoding="utf-8")
    done = subprocess.run(
        ["nginx", "-t", "-c", str(whole)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_page_of_the_operator_names_every_file_and_only_commands_that_exist() -> None:
    for path in DEPLOY.iterdir():
        assert path.name in PAGE, f"docs/how-to/operate.md does not name {path.name}"
    called = re.findall(r"^(?:sudo -u liantu )?(?:/opt/liantu/bin/)?liantu ([a-z]+)", PAGE, re.M)
    assert {"backup", "restore", "migrate", "settings"} <= set(called)
    assert set(called) <= set(cli.commands)
