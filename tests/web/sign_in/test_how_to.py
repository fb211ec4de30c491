"""What the how-to page shows is what the program takes."""

from __future__ import annotations

import re
from pathlib import Path

from liantu.records import access
from liantu.web.sign_in import declared

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "let-people-sign-in.md"


def test_the_declaration_shown_is_valid(tmp_path: Path) -> None:
    shown = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert shown
    (tmp_path / declared.FILE_NAME).write_text(shown[1], encoding="utf-8")
    said = declared.read(tmp_path)
    assert said.directory
    for one in (*said.providers[0].grants, *said.directory.grants):
        access.check_grant(access.Grant(one.role, access.scope_of(one.scope)))
    assert {access.role_of(role) for role in said.second_factor}


def test_without_a_file_passwords_alone(tmp_path: Path) -> None:
    assert declared.read(tmp_path) == declared.SignIn()
