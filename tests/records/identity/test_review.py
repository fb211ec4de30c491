"""The review queue: asked once, decided by name, used again, taken back."""

from __future__ import annotations

from itertools import permutations

import polars as pl
import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from liantu.errors import NotFound, StaleEdit, UsageError
from liantu.records import registers
from liantu.records.doors.resolving import HELD
from liantu.records.identity import merger, review
from liantu.records.identity.credit_code import check_character, organisation_check_character
from liantu.records.identity.past import told
from liantu.records.identity.queue import find_duplicates, note
from liantu.records.models import Batch, CaseState, ReviewCase, ReviewDecision
from liantu.words import words


def code(organisation: str) -> str:
    first = "91430100" + organisation + organisation_check_character(organisation)
    return first + check_character(first)


ONE, OTHER, THIRD = code("MA4K7P2W"), code("MA3R9T6Q"), code("MA3R9T6A")
FIRMS = [
    {"credit_code": ONE, "name": "长沙华川电子有限公司", "address": "一路1号"},
    {"credit_code": OTHER, "name": "华川电子（长沙）有限公司", "main_product": "电路板"},
    {"credit_code": THIRD, "name": "株洲仁和食品有限公司"},
]


@pytest.fixture
def firms(db: None) -> None:
    registers.upsert("firms", FIRMS, by="登记处")


def batch() -> Batch:
    return Batch.objects.create(
        accepted_at=timezone.now(), file_name="三月.csv", accepted=0, rejected=0, duplicates=0,
        sha256=f"{Batch.objects.count():064}", table="firm_month",
    )  # fmt: skip


def asked(name: str, *keys: str, code: str = "") -> list[ReviewCase]:
    """Cases of a name that a file holds twice and that may be any of ``keys``."""
    rows = [
        {"row": row, "register": "firms", "name": name, "code": code, "key": key,
         "key_name": registers.find("firms", key).name, "score": 0.4 - place / 10,
         "reason": "名称等信息不足以认定：字号相同。", "reason_en": "not sure: same trade name."}
        for row in (5, 9)
        for place, key in enumerate(keys)
    ]  # fmt: skip
    note(pl.DataFrame(rows, schema=HELD), batch())
    return list(review.cases())


@pytest.mark.usefixtures("firms")
def test_a_file_asks_once_and_counts_its_rows() -> None:
    first = asked("华川电子厂", ONE, OTHER)
    again = asked(" 華川电子厂 ", ONE, OTHER)

    assert [case.pk for case in again] == [case.pk for case in first]
    assert [(case.right_key, case.rows, case.row) for case in again] == [(ONE, 2, 5), (OTHER, 2, 5)]
    assert again[0].batch is not None
    assert first[0].batch != again[0].batch
    assert review.waiting().count() == 2
    assert review.waiting(search="华川 " + ONE[-6:]).count() == 1
    assert review.waiting(kind="pair").count() == 0


@pytest.mark.usefixtures("firms")
def test_another_wrong_code_beside_the_name_is_another_question() -> None:
    asked("华川电子厂", ONE)
    assert len(asked("华川电子厂", ONE, code="914301")) == 2


@pytest.mark.usefixtures("firms")
def test_a_decision_says_who_when_and_why_and_is_idempotent() -> None:
    (case,) = asked("华川电子厂", ONE)
    for _ in range(3):
        done = review.decide(case.pk, "same", "企业处", "已电话核实")

    assert (done.state, done.by, done.because, done.version) == (
        CaseState.SAME, "企业处", "已电话核实", 1,
    )  # fmt: skip
    (decision,) = review.decisions(done)
    assert (decision.verdict, decision.by, decision.reason) == ("same", "企业处", "已电话核实")
    assert review.waiting().count() == 0
    assert asked("华川电子厂", ONE)[0].state == CaseState.SAME, "decided: not asked again"


@pytest.mark.usefixtures("firms")
def test_a_name_means_one_record() -> None:
    one, other = asked("华川电子厂", ONE, OTHER)
    review.decide(one.pk, "same", "企业处", "来函")

    other.refresh_from_db()
    assert other.state == CaseState.DIFFERENT
    assert ONE in other.because
    with pytest.raises(UsageError, match=ONE):
        review.decide(other.pk, "same", "企业处", "又来函")

    review.decide(one.pk, "waiting", "企业处", "来函有误")
    other.refresh_from_db()
    assert other.state == CaseState.WAITING
    assert review.decide(other.pk, "same", "企业处", "又来函").state == CaseState.SAME
    one.refresh_from_db()
    assert one.state == CaseState.DIFFERENT


@pytest.mark.usefixtures("firms")
def test_a_rival_decided_for_itself_stays_decided() -> None:
    one, other = asked("华川电子厂", ONE, OTHER)
    review.decide(other.pk, "different", "企业处", "另一家")
    review.decide(one.pk, "same", "企业处", "来函")
    review.decide(one.pk, "unsure", "企业处", "存疑")

    other.refresh_from_db()
    assert (other.state, other.version) == (CaseState.DIFFERENT, 1)


@pytest.mark.usefixtures("firms")
def test_the_second_of_two_is_told() -> None:
    (case,) = asked("华川电子厂", ONE)
    review.decide(case.pk, "same", "甲", "来函", expected_version=0)
    with pytest.raises(StaleEdit, match="甲"):
        review.decide(case.pk, "different", "乙", "不像", expected_version=0)
    assert review.find(case.pk).state == CaseState.SAME


@pytest.mark.parametrize(
    ("verdict", "by", "reason", "keep"),
    [("yes", "甲", "理由", ""), ("same", " ", "理由", ""), ("same", "甲", "", ""),
     ("same", "甲", "理由", ONE)],
)  # fmt: skip
@pytest.mark.usefixtures("firms")
def test_what_makes_no_sense_is_refused(verdict: str, by: str, reason: str, keep: str) -> None:
    (case,) = asked("华川电子厂", ONE)
    with pytest.raises(UsageError):
        review.decide(case.pk, verdict, by, reason, keep=keep)
    assert not ReviewDecision.objects.exists()


@pytest.mark.parametrize("number", ["0", "七", "99999999999999999999", "-1", "1 OR 1"])
@pytest.mark.django_db
def test_no_such_case(number: str) -> None:
    with pytest.raises(NotFound):
        review.decide(number, "same", "甲", "理由")


@pytest.mark.usefixtures("firms")
def test_duplicates_are_found_once_and_a_decided_pair_is_not_asked_again() -> None:
    found = find_duplicates(by="企业处")
    assert (found.compared, found.new, found.waiting) == (3, 1, 1)
    (pair,) = review.waiting(kind="pair")
    assert {pair.left_key, pair.right_key} == {ONE, OTHER}
    assert find_duplicates().new == 0

    review.decide(pair.pk, "different", "企业处", "两张执照")
    found = find_duplicates()
    assert (found.new, found.waiting, found.decided) == (0, 0, 1)
    assert review.find(pair.pk).state == CaseState.DIFFERENT


@pytest.mark.usefixtures("firms")
def test_merging_a_pair_is_taken_back_whole() -> None:
    find_duplicates()
    (pair,) = review.waiting()
    review.decide(pair.pk, "same", "企业处", "换证", keep=OTHER)

    assert registers.find("firms", ONE).key == OTHER, "both keys stay"
    assert registers.find("firms", OTHER).address == "一路1号"
    review.decide(pair.pk, "same", "企业处", "换证", keep=OTHER)
    with pytest.raises(UsageError, match=ONE):
        review.decide(pair.pk, "same", "企业处", "换证", keep=ONE)

    review.decide(pair.pk, "different", "企业处", "查明为两家")
    assert registers.find("firms", ONE).key == ONE
    assert registers.find("firms", OTHER).address is None
    assert review.find(pair.pk).dropped_key == ""


@pytest.mark.usefixtures("firms")
def test_a_record_edited_since_its_merger_keeps_its_cells() -> None:
    find_duplicates()
    (pair,) = review.waiting()
    review.decide(pair.pk, "same", "企业处", "换证", keep=ONE)
    version = registers.find("firms", ONE).version
    registers.edit("firms", ONE, {"main_product": "电路板、芯片"}, version, "李")

    review.decide(pair.pk, "waiting", "企业处", "再查")

    assert registers.find("firms", OTHER).key == OTHER
    assert registers.find("firms", ONE).main_product == "电路板、芯片"


@pytest.mark.usefixtures("firms")
def test_a_merger_of_a_record_changed_since_it_was_compared_is_told() -> None:
    find_duplicates()
    (pair,) = review.waiting()
    compared = merger.seen(pair)
    version = registers.find("firms", pair.right_key).version
    registers.edit("firms", pair.right_key, {"address": "九路9号"}, version, "李")

    for keep in (pair.left_key, pair.right_key):
        with pytest.raises(StaleEdit, match="李"):
            review.decide(pair.pk, "same", "企业处", "换证", keep=keep, versions=compared)
    assert review.find(pair.pk).state == CaseState.WAITING

    review.decide(pair.pk, "same", "企业处", "换证", keep=ONE, versions=merger.seen(pair))
    assert registers.find("firms", OTHER).key == ONE


@pytest.mark.usefixtures("firms")
def test_cases_are_told_as_of_a_moment() -> None:
    before = timezone.now()
    find_duplicates()
    (pair,) = review.waiting()
    met = timezone.now()
    review.decide(pair.pk, "unsure", "甲", "再问")
    asked = timezone.now()
    review.decide(pair.pk, "different", "乙", "两张执照")

    assert not review.cases(as_of=before.isoformat())
    said = {
        (each.state_then, each.by_then, each.because_then)
        for moment in (met, asked, timezone.now())
        for each in review.cases(as_of=moment.isoformat())
    }
    assert said == {("waiting", "", ""), ("unsure", "甲", "再问"), ("different", "乙", "两张执照")}
    asked_then = [each.met for each in told(review.cases(as_of=met.isoformat()), met)]
    assert asked_then == [False]
    assert [each.pk for each in review.cases("waiting", as_of=met.isoformat())] == [pair.pk]
    assert not review.cases("waiting", as_of=asked.isoformat())


@pytest.mark.usefixtures("firms")
def test_a_merger_that_cannot_be_leaves_the_case_open() -> None:
    find_duplicates()
    (pair,) = review.waiting()
    registers.delete("firms", OTHER, by="李", reason="注销")
    with pytest.raises(NotFound):
        review.decide(pair.pk, "same", "企业处", "换证", keep=ONE)
    assert review.find(pair.pk).state == CaseState.WAITING

    assert find_duplicates().void == 1
    with pytest.raises(UsageError, match="失效"):
        review.decide(pair.pk, "same", "企业处", "换证")

    registers.restore("firms", OTHER, by="李", reason="未注销")
    find_duplicates()
    assert review.find(pair.pk).state == CaseState.WAITING


@pytest.mark.django_db
def test_a_site_is_no_duplicate_of_its_legal_unit() -> None:
    site = {**FIRMS[1], "name": FIRMS[0]["name"], "kind": "site", "parent_code": ONE}
    registers.upsert("firms", [FIRMS[0]], by="登记处")
    registers.upsert("firms", [site], by="登记处")
    assert find_duplicates().new == 0


@pytest.mark.django_db
def test_duplicates_of_another_register_are_refused() -> None:
    with pytest.raises(UsageError, match="parks"):
        find_duplicates("parks")


@pytest.mark.usefixtures("firms")
def test_both_sides_are_shown_beside_each_other() -> None:
    find_duplicates()
    (pair,) = review.waiting()
    seen = {cell.column: cell for cell in review.beside(pair)}
    assert seen["name"].agrees is False
    assert {seen["address"].left, seen["address"].right} == {"一路1号", None}
    assert seen["address"].agrees is None
    assert "park_code" not in seen

    (case,) = asked("华川电子厂", ONE, code="914301")[:1]
    seen = {cell.column: cell for cell in review.beside(case) if cell.left}
    assert {name: cell.left for name, cell in seen.items()} == {
        "name": "华川电子厂", "credit_code": "914301",
    }  # fmt: skip


@pytest.mark.usefixtures("firms")
def test_a_name_can_be_declared() -> None:
    done = review.declare("东方老厂", ONE, "企业处", "税务局来函")
    assert (done.state, done.right_key, done.version) == (CaseState.SAME, ONE, 1)
    assert review.declare("东方老厂", ONE, "企业处", "税务局来函").version == 1
    with pytest.raises(UsageError, match=ONE):
        review.declare("東方老厂", OTHER, "企业处", "另一来函")
    with pytest.raises(NotFound):
        review.declare("东方老厂", "不存在", "企业处", "来函")
    with pytest.raises(UsageError):
        review.declare("\u200b", ONE, "企业处", "来函")


@pytest.mark.usefixtures("firms")
def test_names_no_ledger_likes_are_kept() -> None:
    for name in ("华" * 4000, "华\x00川\x07", "华川\x1f电子", "𠮷野𠮷", "‮华川"):
        case = asked(name, ONE)[-1]
        assert review.find(case.pk).right_key == ONE
    assert ReviewCase.objects.count() == 5


class Decisions(TestCase):
    """Whatever is decided in whatever order, one name means one record at most."""

    @settings(max_examples=40)
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 2), st.sampled_from(["same", "different", "unsure", "waiting"])
            )
        )
    )
    def test_one_name_one_record(self, told: list[tuple[int, str]]) -> None:
        registers.upsert("firms", FIRMS, by="登记处")
        found = asked("华川电子厂", ONE, OTHER, THIRD)
        for at, verdict in told:
            try:
                review.decide(found[at].pk, verdict, "企业处", "核实")
            except UsageError:
                assert verdict == "same"
        states = [review.find(case.pk) for case in found]
        assert sum(case.state == CaseState.SAME for case in states) <= 1
        for case in states:
            history = review.decisions(case)
            assert [decision.version for decision in history] == list(range(1, case.version + 1))
            assert not history or history[-1].verdict == case.state


@pytest.mark.django_db
def test_order_of_records_does_not_matter() -> None:
    seen = set()
    for order in permutations(FIRMS):
        registers.upsert("firms", list(order), by="登记处")
        find_duplicates()
        seen.add(tuple(review.waiting().values_list("left_key", "right_key", "reason")))
    assert len(seen) == 1


def test_every_sentence_has_its_words() -> None:
    for key in ("rival", "reopened", "declared", "gone", "back"):
        assert words().known(f"review.{key}")
