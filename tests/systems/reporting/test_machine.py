"""The states of sheets as a machine: whatever steps are tried, the order of approval holds.

A model of three lines – who stands where – says what must be possible; the ledger has to agree on
every step, and the data layer has to refuse exactly what stands accepted.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from liantu.errors import Locked, UsageError
from liantu.records.models import RecordLock
from liantu.systems.reporting.models import Passage, Sheet
from liantu.systems.reporting.opening import open_cycle
from liantu.systems.reporting.steps import take

from .conftest import DISTRICTS, brought, fill_registers

MONTH = "2026-10"
UNITS = ("", *DISTRICTS)
SETTLED = {"accepted", "waived", "evaluated", "published"}
# step → states from which it may start, state that it leads to
PATHS = {
    "file": ({"open"}, "filed"),
    "recall": ({"filed"}, "open"),
    "send_back": ({"filed"}, "open"),
    "accept": ({"filed"}, "accepted"),
    "waive": ({"open"}, "waived"),
    "reopen": ({"accepted", "waived"}, "open"),
    "evaluate": ({"accepted"}, "evaluated"),
    "retract": ({"evaluated"}, "accepted"),
    "publish": ({"evaluated"}, "published"),
}
ONLY_CITY = {"evaluate", "retract", "publish"}


class Cycle(RuleBasedStateMachine):
    """Three districts and the city; every step by anybody at any time."""

    folder: Path

    @initialize()
    def opened(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        open_cycle("firm_month", MONTH, by="规划处")
        self.states = dict.fromkeys(UNITS, "open")
        self.revenue = 5000
        self.stale: set[str] = set()
        self.steps = 0

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def expected(self, step: str, unit: str) -> bool:
        """May the step be taken, by the three lines of the rule?"""
        city = self.states[""]
        if self.states[unit] not in PATHS[step][0] or (step in ONLY_CITY and unit):
            return False
        if unit:
            return city == "open" and not (step == "accept" and unit in self.stale)
        below = [self.states[district] for district in DISTRICTS]
        if step == "waive":
            return False
        return step not in ("file", "accept") or all(state in SETTLED for state in below)

    @rule(step=st.sampled_from(sorted(PATHS)), unit=st.sampled_from(UNITS))
    def step(self, step: str, unit: str) -> None:
        sheet = Sheet.objects.get(unit=unit)
        may = self.expected(step, unit)
        try:
            with transaction.atomic():
                take(sheet, step, by="某人", reason="按规定办理")
        except UsageError:
            assert not may, f"{step} of {unit or 'the city'} was refused in {self.states}"
        else:
            assert may, f"{step} of {unit or 'the city'} was possible in {self.states}"
            self.states[unit] = PATHS[step][1]
            self.steps += 1
            if step == "file":
                self.stale.discard(unit)

    @rule(unit=st.sampled_from(sorted(DISTRICTS)))
    def import_again(self, unit: str) -> None:
        self.revenue += 1
        locked = self.states[unit] in SETTLED or self.states[""] in SETTLED
        try:
            with transaction.atomic():
                brought(self.folder, unit, MONTH, self.revenue)
        except Locked:
            assert locked
        else:
            assert not locked
            self.stale.add(unit)

    @invariant()
    def the_ledger_says_the_same(self) -> None:
        if not hasattr(self, "states"):
            return
        assert dict(Sheet.objects.values_list("unit", "state")) == self.states
        locks = RecordLock.objects.filter(lifted_at__isnull=True)
        locked = {unit for unit, state in self.states.items() if state in SETTLED}
        assert set(locks.values_list("unit", flat=True)) == locked
        assert Passage.objects.count() == self.steps
        if self.states[""] != "open":
            assert all(self.states[district] in SETTLED for district in DISTRICTS)


@pytest.mark.django_db
def test_whatever_is_tried_the_order_of_approval_holds(settings: Any) -> None:
    with TemporaryDirectory() as folder:
        Cycle.folder = Path(folder)
        fill_registers()
        for district in DISTRICTS:
            brought(Cycle.folder, district, MONTH)
        run_state_machine_as_test(Cycle, settings=SOME)


SOME = settings(
    max_examples=12, stateful_step_count=30, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
