"""``liantu jobs``: asked for, listed, stopped, done again."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from liantu.cli.main import cli, main
from liantu.web.jobs.models import Job, State
from liantu.web.jobs.working import take_up

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["jobs", *arguments])


def test_from_asking_to_doing_again() -> None:
    number = run("ask", "quality", "--as-of", "2025-06-30").stdout.strip()
    assert run("cancel", number).stdout.strip() == "cancelled"
    second = run("again", number).stdout.strip()
    rows = json.loads(run("list", "--format", "json").stdout)
    assert [(row["job"], row["state"]) for row in rows] == [
        (second, "waiting"), (number, "cancelled")
    ]  # fmt: skip
    assert rows[0]["title"] == "数据质量核对（2025-06-30 时）"
    assert Job.objects.get(pk=second).state == State.WAITING
    assert take_up() == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ask", "quality"), 2),
        (("ask", "dance"), 6),
        (("cancel", "7"), 6),
        (("again", "3f306d9b-d810-4c41-a4dd-34a4bbf1d3b0"), 6),
    ],
)
def test_what_cannot_be(
    arguments: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["jobs", *arguments])
    assert left.value.code == code
    assert len(capsys.readouterr().err.splitlines()) >= 2
