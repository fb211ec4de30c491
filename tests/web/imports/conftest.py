"""A browser's way through an import, with the real doors and a home of its own."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
HEAD = "园区代码,季度,从业人员（人）,企业户数（户）"


def code(number: int) -> str:
    """A valid credit code."""
    body = f"91000100{number:09d}"
    total = sum(ALPHABET.index(letter) * pow(3, at, 31) for at, letter in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


@pytest.fixture(autouse=True)
def home(db: None, settings: Any, tmp_path: Path) -> Path:
    """Home of the program for this test."""
    settings.HOME = tmp_path / "home"
    return tmp_path / "home"


@dataclass
class Wizard:
    """Goes through the steps as a browser does."""

    client: Client

    def beside(self) -> Wizard:
        """The same person in another window, which has a connection of its own."""
        other = Client()
        other.cookies = self.client.cookies
        return Wizard(other)

    def send(self, content: str | bytes, name: str = "a.csv") -> HttpResponse:
        """Upload a file; where the server then leads."""
        data = content.encode() if isinstance(content, str) else content
        return self.client.post("/imports/new/", {"file": SimpleUploadedFile(name, data)})  # type: ignore[return-value]

    def upload(self, content: str | bytes, name: str = "a.csv") -> str:
        """Upload a file; its token."""
        answer = self.send(content, name)
        assert answer.status_code == 302, text_of(answer)
        return answer["Location"].split("/")[2]

    def choose(
        self, token: str, table: str = "park_quarter", source: str = "", go: str = "check"
    ) -> HttpResponse:
        """Choose the table; straight to the check unless told otherwise."""
        form = {"table": f"{table}|", "source": source, "go": go}
        return self.client.post(f"/imports/{token}/table/", form)  # type: ignore[return-value]

    def checked(self, content: str | bytes, name: str = "a.csv", **more: str) -> tuple[str, str]:
        """Upload and check; the token and the page of what was found."""
        token = self.upload(content, name)
        answer = self.choose(token, **more)
        assert answer["Location"].endswith("/check/"), answer["Location"]
        return token, self.page(f"/imports/{token}/check/")

    def commit(self, token: str, page: str, by: str = "", reason: str = "") -> HttpResponse:
        """Accept what a page of a check shows; ``by`` is no field of its form."""
        seen = re.search(r'name="fingerprint" value="(\w+)"', page)
        assert seen, page
        form = {"fingerprint": seen[1], "by": by, "reason": reason}
        return self.client.post(f"/imports/{token}/commit/", form)  # type: ignore[return-value]

    def imported(self, content: str | bytes, name: str = "a.csv", **more: str) -> int:
        """All steps; the number of the batch."""
        token, page = self.checked(content, name, **more)
        answer = self.commit(token, page)
        assert answer.status_code == 302, text_of(answer)
        return int(answer["Location"].rstrip("/").rsplit("/", 1)[1])

    def page(self, address: str, status: int = 200) -> str:
        """A page as text."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.content.decode()
        return str(answer.content.decode())


def text_of(answer: HttpResponse) -> str:
    """Headline and messages of a page, for a failing test to show."""
    return re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[-1])[:2000]


@pytest.fixture
def wizard(client: Client) -> Wizard:
    return Wizard(client)


def csv(*lines: str, head: str = HEAD) -> str:
    """A file of the park's quarters."""
    return "\n".join([head, *lines, ""])


Opened = Callable[[bytes], list[list[str]]]


@pytest.fixture
def opened() -> Opened:
    """Cells of the first sheet of a workbook."""
    import fastexcel

    def cells(content: bytes) -> list[list[str]]:
        sheet = fastexcel.read_excel(io.BytesIO(content).getvalue()).load_sheet(
            0, header_row=None, dtypes="string"
        )
        return [["" if c is None else c for c in row] for row in sheet.to_polars().rows()]

    return cells
