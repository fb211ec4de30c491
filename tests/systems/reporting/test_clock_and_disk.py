"""A sheet filed while the clock is set back or the disk is full: nothing lost, the user told."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.records.test_faults import small_disk, stuffed  # noqa: F401 - one is a fixture

from liantu.errors import StorageFailed
from liantu.records import lake
from liantu.records.models import Batch
from liantu.records.tables.declared import table
from liantu.systems.reporting.filing import file_sheet
from liantu.systems.reporting.forms import columns_to_fill, save_draft
from liantu.systems.reporting.models import Passage, Sheet
from liantu.systems.reporting.opening import open_cycle
from liantu.systems.reporting.steps import sheet_named, take

from .conftest import FIRMS, Bring

pytestmark = pytest.mark.django_db
MINE = [code for code, area in FIRMS.items() if area == "A1"]


@pytest.fixture
def east(city: None) -> Sheet:
    return sheet_named(open_cycle("firm_month", "2026-10", by="规划处"), "A1")


def typed(sheet: Sheet) -> Sheet:
    blank = {column.name: "" for column in columns_to_fill(table("firm_month"))}
    return save_draft(sheet, MINE[0], blank | {"revenue_cny": "5000", "employees": "9"})


def test_steps_stand_in_the_order_in_which_they_were_taken(
    east: Sheet, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring("A1", "2026-10")
    real = timezone.now
    steps = ("file", "recall", "file", "accept", "reopen")
    for back, step in enumerate(steps):
        monkeypatch.setattr(timezone, "now", lambda by=back: real() - timedelta(days=30 * by))
        take(sheet_named(east.cycle, "A1"), step, by="x", reason="钟被拨回")
    passages = list(Passage.objects.order_by("at", "id"))
    assert [one.step for one in passages] == list(steps)
    assert all(before.at <= after.at for before, after in pairwise(passages))
    assert sheet_named(east.cycle, "A1").entered_at == passages[-1].at


def test_a_disk_that_is_full_when_a_sheet_is_filed(
    east: Sheet,
    small_disk: Path,  # noqa: F811
    settings: Any,
) -> None:
    settings.HOME = small_disk
    kept = typed(east)
    ballast = stuffed(small_disk)
    with pytest.raises(StorageFailed) as told:
        file_sheet(kept, by="东区")
    assert "空间" in told.value.message.zh
    assert "space" in told.value.message.en
    now = Sheet.objects.get(pk=east.pk)
    assert (now.state, now.drafts) == ("open", kept.drafts), "what was typed is kept"
    assert not Batch.objects.filter(table="firm_month").exists()
    ballast.unlink()
    file_sheet(now, by="东区")
    assert lake.read("firm_month").collect().height == 1
    assert Sheet.objects.get(pk=east.pk).state == "filed"
