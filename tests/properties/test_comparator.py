"""Comparisons: every word of the catalogue, before and after, alone and together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from liantu.quantity.comparator import comparator_words, compare, ends

BEFORE = [(w, side) for side, words in comparator_words().before.items() for w in words]
AFTER = [(w, side) for side, words in comparator_words().after.items() for w in words]
names = st.text("产值收入占比率企业园区平台", min_size=1, max_size=8)
tails = st.sampled_from(["", "，", "。", "；", "的企业"])


@given(names, st.sampled_from(BEFORE), tails)
def test_a_word_before(name: str, word: tuple[str, str], tail: str) -> None:
    said = compare(name + word[0], tail)
    assert said.comparator == word[1]
    assert said.before == len(word[0])


@given(names, st.sampled_from(AFTER), tails)
def test_a_word_after(name: str, word: tuple[str, str], tail: str) -> None:
    said = compare(name + "达到", word[0] + tail)
    assert said.comparator == word[1]
    assert said.after == len(word[0])


@given(names, st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_two_words_never_turn_the_sense_round(
    name: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    said = compare(name + before[0], after[0]).comparator
    assert said != "="
    if before[1] in (">", ">="):
        assert said in (">", ">=", "~")
    if before[1] in ("<", "<="):
        assert said in ("<", "<=", "~")


@given(
    st.sampled_from(["=", "~", ">=", ">", "<=", "<", "range"]),
    st.floats(-1e9, 1e9),
    st.floats(0, 1e9),
)
def test_ends_keep_the_figure_and_their_order(comparator: str, low: float, width: float) -> None:
    kept = ends(comparator, low, low + width)  # type: ignore[arg-type]
    assert low in kept
    assert None in kept or kept[0] <= kept[1]  # type: ignore[operator]
