"""Editions are numbered by kind, stay as they were frozen, and are found again."""

from __future__ import annotations

import pytest
from django.db import connection
from sample_boards import board, edition

from liantu.errors import LiantuError, NotFound, UsageError
from liantu.systems.dispatch import ledger
from liantu.systems.dispatch.models import FrozenEdition

pytestmark = pytest.mark.django_db


def test_numbers_run_by_kind() -> None:
    first, second = ledger.freeze(edition("quarterly")), ledger.freeze(edition("quarterly"))
    other = ledger.freeze(edition("final"))
    assert (first.number, second.number, other.number) == (1, 2, 1)


def test_what_was_frozen_comes_back_equal() -> None:
    frozen = ledger.freeze(edition("final"))
    assert ledger.read("final", 1) == frozen
    assert ledger.read("final", 1).sha256 == frozen.sha256


def test_missing_edition_is_named() -> None:
    with pytest.raises(NotFound, match="第7期"):
        ledger.read("final", 7)


def test_changing_is_refused_in_every_way() -> None:
    ledger.freeze(edition("final"))
    row = FrozenEdition.objects.get()
    row.summary = "改过"
    with pytest.raises(UsageError, match="不得修改或删除"):
        row.save()
    with pytest.raises(UsageError):
        row.delete()
    with pytest.raises(UsageError):
        FrozenEdition.objects.update(summary="改过")
    with pytest.raises(UsageError):
        FrozenEdition.objects.all().delete()
    with pytest.raises(UsageError):
        FrozenEdition.objects.bulk_update([row], ["summary"])
    assert FrozenEdition.objects.get().summary != "改过"


def test_alteration_behind_the_house_is_found_out() -> None:
    ledger.freeze(edition("final"))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dispatch_frozenedition SET content = replace(content, %s, %s)",
            ["4712", "4999"],
        )
    with pytest.raises(LiantuError, match="与冻结时不符"):
        ledger.read("final", 1)


def test_edition_of_another_format_is_refused_by_name() -> None:
    made = edition("final").model_copy(update={"format": 99})
    ledger.freeze(made)
    with pytest.raises(LiantuError, match="格式99"):
        ledger.read("final", 1)


def test_same_and_before() -> None:
    first = ledger.freeze(edition("quarterly", period="2025Q3"))
    second = ledger.freeze(edition("quarterly", board(vintage="4"), period="2025Q4"))
    assert ledger.same("quarterly", second.fingerprint) == second
    assert ledger.same("final", second.fingerprint) is None
    earlier = ledger.before("quarterly", second.plan.title, "2025Q4", second.fingerprint)
    assert earlier == first
    assert ledger.before("quarterly", second.plan.title, "2025Q2", "") is None


def test_list_is_newest_first_and_light() -> None:
    ledger.freeze(edition("quarterly"))
    ledger.freeze(edition("final"))
    rows = ledger.listed()
    assert [row.kind for row in rows] == ["final", "quarterly"]
    assert "content" in rows[0].get_deferred_fields()
    assert [row.kind for row in ledger.listed("quarterly")] == ["quarterly"]
