"""Homes of their own for programs that save and restore them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.databases import SERVER, OwnDatabase, environment

FILLING = Path(__file__).with_name("filling.py")
DATABASES = ("sqlite", "postgresql") if SERVER else ("sqlite",)
HERE = DATABASES[-1:]
"""The one that the suite runs on; the other has its own turn."""


@dataclass(frozen=True)
class Home:
    """One installation: a folder and a database."""

    folder: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.folder, self.url)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command of the program, running."""
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("liantu")), *arguments],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the program, whatever its exit code."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def backup(self, path: Path, *more: str) -> Path:
        done = self.run("backup", str(path), *more)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip())

    def filling(self, *arguments: str) -> Any:
        """What a program of ``filling.py`` prints."""
        done = subprocess.run(
            [sys.executable, str(FILLING), *arguments],
            env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def new_home(
    tmp_path_factory: pytest.TempPathFactory, own_database: OwnDatabase
) -> Callable[[str], Home]:
    """Makes empty homes, each with a database of its own kind."""

    def make(database: str) -> Home:
        folder = tmp_path_factory.mktemp("home") / "home"
        return Home(folder, own_database() if database == "postgresql" else "")

    return make
