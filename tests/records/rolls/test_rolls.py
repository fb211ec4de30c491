"""A roll says what its database says: after any history, now and then, in any order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from liantu.records import registers, rolls
from liantu.records.registers import register_of
from liantu.records.rolls import Empty, OneOf, Question, StartsWith, Within, answer, keeping
from liantu.records.rolls.roll import Roll, arranged

KEYS = [f"c{n}" for n in range(6)]
NAMES = ["电池", "轴承", "Ａ链", None]


def keys_listed(question: Question, size: int = 1000) -> list[str]:
    page = answer(question, 0, size)
    reg = register_of(question.table)
    known = dict(reg.model.versions.filter(pk__in=page.ids).values_list("pk", "key"))
    return [known[pk] for pk in page.ids]


def change(step: tuple[str, str, str | None]) -> None:
    """One step of a history; those that a register refuses change nothing."""
    what, key, text = step
    there = registers.at("chains").filter(key=key).exists()
    filed = registers.model_of("chains").versions.filter(key=key).exists()
    if what == "file":
        registers.upsert(
            "chains", [{"chain_id": key, "name": text or "无", "chief": text}], by="张"
        )
    elif what == "edit" and there:
        version = registers.history("chains", key)[-1].version
        registers.edit("chains", key, {"chief": text}, version, by="李")
    elif what == "delete" and there:
        registers.delete("chains", key, by="王", reason="误")
    elif what == "restore" and filed and not there:
        registers.restore("chains", key, by="王")
    elif what == "merge" and there:
        other = registers.at("chains").exclude(key=key).first()
        if other is not None:
            registers.merge("chains", other.key, key, by="赵", reason="重")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["file", "edit", "delete", "restore", "merge"]),
        st.sampled_from(KEYS),
        st.sampled_from(NAMES),
    ),
    max_size=12,
)


class AnyHistory(TestCase):
    """Every answer beside the same question put to the database itself."""

    @settings(max_examples=25, deadline=None)
    @given(STEPS)
    def test_a_roll_follows_its_database(self, steps: list[tuple[str, str, str | None]]) -> None:
        moments = [None]
        for step in steps:
            change(step)
            answer(Question("chains"), 0, 1)  # follows step by step
            moments.append(timezone.now())
        for moment in (moments[0], *moments[1::3]):
            wanted = sorted(registers.at("chains", moment).values_list("key", flat=True))
            assert keys_listed(Question("chains", moment=moment)) == wanted
            by_name = registers.at("chains", moment).values_list("name", "key")
            found = keys_listed(Question("chains", sort="name", moment=moment))
            assert found == [key for _, key in sorted(by_name)]
        made_new = Roll(register_of("chains"), arranged(_all(), register_of("chains")), None)
        followed = rolls.roll_of("chains").frame.sort("id")
        assert followed.equals(made_new.frame.sort("id"))


def _all() -> list[pl.DataFrame]:
    latest = keeping._latest(register_of("chains"))
    return keeping._read(register_of("chains"), None, latest[1]) if latest else []


FIRMS: list[dict[str, Any]] = [
    {"credit_code": f"F{n}", "name": f"第{n}轴承公司", "size": ["large", "micro", None][n % 3],
     "capital_cny": None if n == 4 else float(n % 5), "industry_code": f"3{n}1",
     "established_on": date(2000 + n, 1, 1), "above_scale": [True, False, None][n % 3]}
    for n in range(9)
]  # fmt: skip


@pytest.fixture
def firms(db: None) -> None:
    registers.upsert("firms", FIRMS, by="张")


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (OneOf("size", ("large",)), lambda f: f["size"] == "large"),
        (OneOf("size", ("large", "micro")), lambda f: f["size"] is not None),
        (OneOf("above_scale", (False,)), lambda f: f["above_scale"] is False),
        (StartsWith("industry_code", "32"), lambda f: f["industry_code"].startswith("32")),
        (Within("capital_cny", 1.0, 2.0), lambda f: f["capital_cny"] in (1, 2)),
        (Within("capital_cny"), lambda f: f["capital_cny"] is not None),
        (Within("established_on", date(2003, 1, 1)), lambda f: f["established_on"].year > 2002),
        (Empty("size"), lambda f: f["size"] is None),
    ],
)  # fmt: skip
def test_conditions(firms: None, condition: rolls.Condition, kept: Any) -> None:
    wanted = [f["credit_code"] for f in FIRMS if kept(f)]
    assert wanted
    assert keys_listed(Question("firms", (condition,))) == wanted


@pytest.mark.parametrize(
    ("words", "found"),
    [(("轴承",), 9), (("第3",), 1), (("轴承", "f5"), 1), (("Ｆ５",), 1), (("a%",), 0)],
)
def test_every_word_is_a_piece_of_the_text(firms: None, words: tuple[str, ...], found: int) -> None:
    assert answer(Question("firms", words=words), 0, 50).count == found


def test_pages_neither_overlap_nor_leave_gaps(firms: None) -> None:
    for descending in (False, True):
        question = Question("firms", sort="capital_cny", descending=descending)
        pages = [answer(question, first, 2).ids for first in range(0, 12, 2)]
        listed = [pk for page in pages for pk in page]
        assert len(listed) == len(set(listed)) == len(FIRMS)
        assert listed == list(answer(question, 0, 100).ids)


def test_an_order_mended_is_the_order_made_anew(firms: None, monkeypatch: Any) -> None:
    monkeypatch.setattr("liantu.records.rolls.roll._SORTED_ANEW", 0)
    for name in ("name", "capital_cny", "size", "established_on", "key"):
        answer(Question("firms", sort=name), 0, 1)
    registers.edit("firms", "F3", {"name": "甲", "capital_cny": 4.0, "size": "small"}, 1, by="李")
    registers.edit("firms", "F5", {"capital_cny": None, "size": None}, 1, by="李")
    registers.upsert("firms", [{"credit_code": "E", "name": "第3轴承公司"}], by="李")
    for name in ("name", "capital_cny", "size", "established_on", "key"):
        mended = rolls.roll_of("firms").order(name)
        fresh = Roll(register_of("firms"), rolls.roll_of("firms").frame, None).order(name)
        assert np.array_equal(mended, fresh), name


def test_a_large_roll_is_kept_on_disk_and_found_again(
    firms: None, monkeypatch: Any, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(keeping, "_LARGE", 1)
    monkeypatch.setattr("liantu.records.rolls.roll._SORTED_ANEW", 0)
    keeping._rolls.clear()
    before = keys_listed(Question("firms", sort="name"))
    kept = {path.suffix for path in (tmp_path / "rolls").iterdir()}
    assert kept == {".arrow", ".npy"}
    keeping._rolls.clear()
    monkeypatch.setattr(keeping, "_read", lambda *_: pytest.fail("read the database again"))
    assert keys_listed(Question("firms", sort="name")) == before


@pytest.mark.parametrize("content", [b"", b"ARROW1", b"\x00" * 1000])
def test_a_damaged_file_is_made_again(
    firms: None, monkeypatch: Any, settings: Any, tmp_path: Path, content: bytes
) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(keeping, "_LARGE", 1)
    keeping._rolls.clear()
    wanted = keys_listed(Question("firms"))
    for path in (tmp_path / "rolls").iterdir():
        path.write_bytes(content)
    keeping._rolls.clear()
    assert keys_listed(Question("firms")) == wanted


def test_another_database_in_its_place_is_noticed(firms: None) -> None:
    assert answer(Question("firms"), 0, 1).count == len(FIRMS)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_firm")
    assert answer(Question("firms"), 0, 1).count == 0
    registers.upsert("firms", [{"credit_code": "Z", "name": "新"}], by="张")
    assert keys_listed(Question("firms")) == ["Z"]
