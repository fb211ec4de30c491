"""What a site sets: one file, the environment over it, secrets apart, nothing unknown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from liantu import site
from liantu.cli.main import cli
from liantu.cli.settings import example_file
from liantu.errors import InvalidDeclaration, UsageError

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in site.declared_settings():
        monkeypatch.delenv(site.variable(name), raising=False)
    monkeypatch.delenv(site.FILE_VARIABLE, raising=False)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    def run(text: str) -> Path:
        path = tmp_path / "a.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv(site.FILE_VARIABLE, str(path))
        return path

    return run


def test_environment_over_file_over_default(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.given("time_zone").origin == "default"
    assert site.text("time_zone") == "Asia/Shanghai"
    path = write('time_zone = "Asia/Urumqi"\nhttps = true\nallowed_hosts = ["a", " b ", ""]\n')
    assert (site.text("time_zone"), site.given("time_zone").origin) == ("Asia/Urumqi", str(path))
    assert site.switch("https")
    assert site.listed("allowed_hosts") == ["a", "b"]
    monkeypatch.setenv("LIANTU_TIME_ZONE", "UTC")
    assert (site.text("time_zone"), site.given("time_zone").origin) == ("UTC", "environment")
    monkeypatch.setenv("LIANTU_TIME_ZONE", "")
    assert site.text("time_zone") == "Asia/Urumqi"


def test_a_file_in_the_home_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANTU_HOME", str(tmp_path))
    assert site.settings_file() is None
    (tmp_path / "liantu.toml").write_text('log_format = "json"')
    assert site.text("log_format") == "json"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('time_zon = "UTC"', "was 'time_zone' meant?"),
        ("xyzzy = 1", "unknown key 'xyzzy'."),
        ('https = "yes"', "must be true or false"),
        ("time_zone = 8", "must be a text"),
        ("time_zone = true", "must be a text"),
        ("allowed_hosts = [1]", "must be a list"),
        ('log_format = "xml"', "must be line, json"),
        ('secret_key = "abc"', "LIANTU_SECRET_KEY_FILE"),
        ('database_url = "postgresql://a:hidden@h/n"', "LIANTU_DATABASE_URL_FILE"),
        ("time_zone = ", "not valid TOML"),
        ('[web]\nport = 1\n', "unknown key 'web'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(write: Write, text: str, words: str) -> None:
    write(text)
    with pytest.raises(UsageError) as caught:
        site.every()
    assert words in caught.value.message.en
    assert "hidden" not in str(caught.value)
    assert caught.value.message.zh


def test_secrets_from_a_file_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "token"
    path.write_text("geheim\n")
    monkeypatch.setenv("LIANTU_METRICS_TOKEN_FILE", str(path))
    found = site.given("metrics_token")
    assert (found.value, found.origin, found.shown) == ("geheim", str(path), site.MASK)
    monkeypatch.setenv("LIANTU_METRICS_TOKEN", "other")
    with pytest.raises(UsageError, match="not both"):
        site.given("metrics_token")
    monkeypatch.delenv("LIANTU_METRICS_TOKEN")
    for spoiled in (b"", b"\xff\xfe"):
        path.write_bytes(spoiled)
        with pytest.raises(UsageError, match=r"empty|cannot be read"):
            site.given("metrics_token")
    path.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        site.given("metrics_token")
    monkeypatch.setenv("LIANTU_LOG_LEVEL", "loud")
    with pytest.raises(UsageError, match="must be DEBUG, INFO"):
        site.given("log_level")
    monkeypatch.setenv(site.FILE_VARIABLE, str(tmp_path / "none.toml"))
    with pytest.raises(UsageError, match="does not exist"):
        site.given("fonts")


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), ("0", False), ("", False)]
)
def test_a_switch(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("LIANTU_HTTPS", text)
    assert site.switch("https") is value


def test_a_switch_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANTU_HTTPS", "maybe")
    with pytest.raises(UsageError, match="LIANTU_HTTPS"):
        site.switch("https")


def test_undeclared_settings_do_not_exist() -> None:
    with pytest.raises(InvalidDeclaration, match="no setting colour"):
        site.given("colour")


def test_nothing_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANTU_SECRET_KEY", "geheim-1")
    monkeypatch.setenv("LIANTU_DATABASE_URL", "postgresql://a:geheim-2@h:5/n?sslmode=require")
    monkeypatch.setenv("LIANTU_ALOWED_HOSTS", "x")
    for style in ("table", "json", "csv"):
        done = CliRunner().invoke(cli, ["settings", "show", "--format", style])
        assert done.exit_code == 0
        assert "geheim" not in done.output
        assert f"postgresql://a:{site.MASK}@h:5/n?sslmode=require" in done.output
        assert "was LIANTU_ALLOWED_HOSTS meant?" in done.output


def test_the_example_is_a_file_of_settings(write: Write) -> None:
    text = example_file()
    lines = [line[1:] if line[:1] == "#" and line[1:2].isalpha() else line
             for line in text.splitlines()]  # fmt: skip
    path = write("\n".join(lines))
    given = [one for one in site.every() if one.setting.kind != "secret"]
    assert given
    assert {one.origin for one in given} == {str(path)}
