"""Starting the server says plainly what stands in the way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from liantu.errors import NotFound, UsageError
from liantu.web import serve as serving
from liantu.web.templatetags import shell


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def test_a_taken_port_is_named(taken_port: int) -> None:
    with pytest.raises(UsageError, match=str(taken_port)) as caught:
        serving.serve("127.0.0.1", taken_port)
    assert f"--port {taken_port + 1}" in caught.value.message.en


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(UsageError, match=r"203\.0\.113\.7"):
        serving.serve("203.0.113.7", 8000)


def test_a_missing_front_end_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.manifest.cache_clear()
    monkeypatch.setattr(shell, "BUILD", tmp_path)
    with pytest.raises(NotFound, match="make run"):
        serving.serve("127.0.0.1", 8000)
    monkeypatch.undo()
    assert shell.manifest()


@pytest.mark.parametrize("said", ["0", "65", "-1"])
def test_processes_that_nobody_means_are_refused(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANTU_WEB_PROCESSES", said)
    with pytest.raises(UsageError, match="LIANTU_WEB_PROCESSES"):
        serving.serve("127.0.0.1", 8000)
