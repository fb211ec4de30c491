"""What a site sets in its environment."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from liantu.errors import UsageError
from liantu.web import environment


def test_the_key_is_made_once_and_kept_to_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANTU_SECRET_KEY", raising=False)
    first = environment.secret_key(tmp_path / "home")
    assert len(first) >= 50
    assert environment.secret_key(tmp_path / "home") == first
    assert environment.secret_key(tmp_path / "other") != first
    path = tmp_path / "home" / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret.key"]


def test_the_environment_s_key_wins_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANTU_SECRET_KEY", "given")
    assert environment.secret_key(tmp_path / "home") == "given"
    assert not (tmp_path / "home").exists()


def test_an_empty_key_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANTU_SECRET_KEY", raising=False)
    (tmp_path / "secret.key").write_text("\n")
    with pytest.raises(UsageError, match=r"secret\.key"):
        environment.secret_key(tmp_path)


def test_sqlite_in_the_home_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANTU_DATABASE_URL", raising=False)
    found = environment.database(tmp_path)
    assert found["ENGINE"].endswith("sqlite3")
    assert found["NAME"] == tmp_path / "ledger.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "WAL" in found["OPTIONS"]["init_command"]


def test_postgresql_by_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "LIANTU_DATABASE_URL", "postgresql://li%40n:p%2Fw@db.local:5433/ledger?sslmode=require"
    )
    found = environment.database(tmp_path)
    assert found["ENGINE"].endswith("postgresql")
    assert (found["USER"], found["PASSWORD"]) == ("li@n", "p/w")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.local", "5433", "ledger")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "ledger.db", "sqlite:"])
def test_another_address_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("LIANTU_DATABASE_URL", url)
    with pytest.raises(UsageError, match="LIANTU_DATABASE_URL"):
        environment.database(tmp_path)


def test_home_is_the_checkout_s_own_wherever_called_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANTU_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    assert environment.home(checkout) == tmp_path / "var"
    (checkout / "pyproject.toml").touch()
    assert environment.home(checkout) == checkout / "var"
    monkeypatch.setenv("LIANTU_HOME", str(tmp_path / "named"))
    assert environment.home(checkout) == tmp_path / "named"
