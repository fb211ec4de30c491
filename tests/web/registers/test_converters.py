"""Every key has one address, and no address two meanings."""

from __future__ import annotations

import pytest
from django.urls import Resolver404, resolve
from hypothesis import given
from hypothesis import strategies as st

from liantu.web.pages.registers.converters import RESERVED, KeyConverter

KEYS = KeyConverter()
AWKWARD = (
    "a/b", "..", ".", "%2F", "a%b", "new", "rows.csv", "企业|产品 1", '"><script>', "a?b#c", "~2f~",
    "~", " ", "a\\|b|c", "x" * 4000, "\n",
)  # fmt: skip


@pytest.mark.parametrize("key", AWKWARD)
def test_awkward_keys_come_back(key: str) -> None:
    part = KEYS.to_url(key)
    assert "/" not in part
    assert part not in RESERVED
    assert part.strip(".")
    assert KEYS.to_python(part) == key


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_key_comes_back(key: str) -> None:
    assert KEYS.to_python(KEYS.to_url(key)) == key


@pytest.mark.parametrize("part", ["new", "~zz~", "~110000~", "~00002f~", "a~61~", "~" * 9])
def test_other_spellings_are_no_address(part: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        KEYS.to_python(part)


@pytest.mark.parametrize("path", ["/records/nothing/", "/records/Firms/", "/records/../"])
def test_words_that_are_no_table_match_nothing(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path)
