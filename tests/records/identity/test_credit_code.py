"""Credit codes: check characters, reasons, suggestions, columns."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liantu.records.identity import credit_code
from liantu.records.identity.credit_code import (
    ALPHABET,
    check,
    check_character,
    flawless,
    normalise,
    organisation_check_character,
    suggest,
    valid,
)


def code_of(area: str, organisation: str, head: str = "91") -> str:
    first = head + area + organisation + organisation_check_character(organisation)
    return first + check_character(first)


codes = st.builds(
    code_of,
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=8, max_size=8),
    st.sampled_from(["91", "92", "93", "11", "52"]),
)


@pytest.mark.parametrize(
    "code",
    # Published codes of listed firms.
    ["91440300708461136T", "914403001922038216"],
)
def test_published_codes_hold(code: str) -> None:
    verdict = check(code)
    assert verdict.ok, verdict.reason


def test_published_organisation_code_holds() -> None:
    # The example of GB 11714, annex: body D2143569, check character X.
    assert organisation_check_character("D2143569") == "X"


@given(codes)
def test_a_built_code_is_valid(code: str) -> None:
    assert check(code).state == "valid"
    assert check(f" {code[:8].lower()}－{code[8:]} ").code == code


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_caught(code: str, at: int, char: str) -> None:
    wrong = code[:at] + char + code[at + 1 :]
    assert check(wrong).ok == (wrong == code)


@given(codes, st.integers(0, 16))
def test_swapped_neighbours_are_caught(code: str, at: int) -> None:
    wrong = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert check(wrong).ok == (wrong == code)


@given(codes)
def test_forbidden_letters_are_read_as_meant(code: str) -> None:
    wrong = code.replace("0", "O").replace("1", "I")
    verdict = check(wrong)
    if wrong != code:
        assert not verdict.ok
        assert verdict.suggestion == code


@given(codes, st.integers(0, 16))
def test_a_suggestion_always_holds(code: str, at: int) -> None:
    wrong = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    found = check(wrong).suggestion
    assert found == "" or check(found).state == "valid"


def test_swap_is_suggested() -> None:
    code = code_of("990101", "MA4K7P2W")
    wrong = code[:10] + code[11] + code[10] + code[12:]
    assert suggest(wrong) == code


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("", "为空"),
        ("9.15101E+17", "科学计数"),
        ("MA4K7P2W5", "组织机构代码"),
        ("510100000012345", "注册号"),
        ("91510100MA4K7P2W", "16位"),
        ("91A10100MA4K7P2W5X", "第3至8位"),
        ("9151010OMA4K7P2W5X", "第8位O"),
    ],
)
def test_reasons_name_the_fault(written: str, word: str) -> None:
    verdict = check(written)
    assert not verdict.ok
    assert verdict.reason is not None
    assert word in verdict.reason.zh
    assert verdict.reason.en


def test_doubtful_codes_are_said_and_kept() -> None:
    first = "91990101MA4K7P2W"
    right = organisation_check_character(first[8:])
    other = "0" if right != "0" else "1"
    doubtful = first + other + check_character(first + other)
    verdict = check(doubtful)
    assert (verdict.ok, verdict.state) == (True, "doubtful")
    assert verdict.reason is not None
    assert "第9至17位" in verdict.reason.zh
    strange = check(code_of("990101", "MA4K7P2W", head="9Y"))
    assert strange.state == "doubtful"


@given(st.lists(st.one_of(codes, st.text(max_size=20), st.none()), max_size=20))
def test_columns_agree_with_single_codes(written: list[str | None]) -> None:
    column = pl.Series("code", written, dtype=pl.String)
    singles = [None if text is None or not normalise(text) else check(text).ok for text in written]
    assert valid(column).to_list() == singles
    strict = flawless(column).to_list()
    for text, answer in zip(written, strict, strict=True):
        if answer:
            assert text is not None
            reason = check(text).reason
            assert reason is None or "第9至17位" not in reason.zh


def test_a_million_codes_in_a_moment() -> None:
    column = pl.Series([code_of(f"{n:06d}", f"{n:08d}") for n in range(1000)] * 50)
    assert credit_code.valid(column).all()
