"""The calls of the how-to, made as they stand there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from liantu.plan.package import PlanPackage

from .conftest import Program

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "use-the-api.md"


def calls() -> list[tuple[str, str, dict[str, str], object, int]]:
    """Method, address, headers, body and status of every call, in order."""
    found = []
    text = HOW_TO.read_text(encoding="utf-8")
    for block in re.findall(r"```call\n(.*?)```", text, flags=re.DOTALL):
        method, path, headers, body = "", "", {}, None
        for line in block.splitlines():
            if re.fullmatch(r"\d{3}", line):
                found.append((method, path, headers, body, int(line)))
                headers, body = {}, None
            elif line.startswith("{"):
                body = json.loads(line)
            elif ": " in line:
                name, _, value = line.partition(": ")
                headers[name.lower().replace("-", "_")] = value
            else:
                method, _, path = line.partition(" ")
    return found


@pytest.mark.django_db
def test_the_calls_of_the_how_to_answer_as_it_says(
    program: Program, registers_filled: None, city: PlanPackage
) -> None:
    assert len(calls()) > 9
    for method, path, headers, body, status in calls():
        found = program.call(method, path, body, **headers)
        assert found.status_code == status, (method, path, found.content.decode())
