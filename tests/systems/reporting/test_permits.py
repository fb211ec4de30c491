"""Who may take which step: every role, in every scope, for every unit, as a table."""

from __future__ import annotations

import pytest

from liantu.errors import NotFound, Refused, SignInNeeded
from liantu.records.access import CITY, Actor, Grant, Scope, acting, load_roles
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.opening import open_cycle
from liantu.systems.reporting.permits import check, may_see, refuse_unseen, role_for
from liantu.systems.reporting.rules import cycle_rules
from liantu.systems.reporting.steps import take

pytestmark = pytest.mark.django_db

OWN = {"file", "recall"}
PUBLISH = {"publish"}
ABOVE = {step.id for step in cycle_rules().steps} - OWN - PUBLISH
ALL = OWN | ABOVE | PUBLISH

# who, in which scope → unit → what they may; units that are not named: nothing.
MAY: dict[tuple[str, Scope], dict[str, set[str]]] = {
    ("administrator", CITY): {"": ALL, "A1": ALL, "P1": ALL, "P3": ALL},
    ("planner", CITY): {"": ALL, "A1": ALL, "P1": ALL, "P3": ALL},
    ("desk", CITY): dict.fromkeys(["", "A1", "P1", "P3"], OWN | ABOVE),
    ("chain_office", CITY): {},  # its tables are its own
    ("district", Scope("district", "A1")): {"A1": OWN, "P1": OWN | ABOVE},
    ("park", Scope("park", "P1")): {"P1": OWN},
    ("firm", Scope("firm", "X")): {},
    ("reader", CITY): {},
    ("reader", Scope("district", "A1")): {},
    ("auditor", CITY): {},
}


@pytest.fixture
def sheets(city: None) -> dict[str, Sheet]:
    cycle = open_cycle("park_quarter", "2026Q3", by="规划处")
    rows = Sheet.objects.filter(cycle=cycle).select_related("cycle", "above__above")
    return {sheet.unit: sheet for sheet in rows}


def test_the_table_speaks_of_every_role_that_files_accepts_or_publishes() -> None:
    doing = {"file", "accept", "publish"}
    wanted = {name for name, role in load_roles().roles.items() if doing.intersection(role.may)}
    assert wanted <= {role for role, _ in MAY}


@pytest.mark.parametrize(("role", "scope"), MAY, ids=str)
def test_every_step_of_every_unit(role: str, scope: Scope, sheets: dict[str, Sheet]) -> None:
    with acting(Actor("某人", (Grant(role, scope),))):
        for unit in ("", "A1", "P1", "P3"):
            may = {
                step.id for step in cycle_rules().steps if role_for(step, sheets[unit]) is not None
            }
            assert may == MAY[(role, scope)].get(unit, set()), unit


def test_the_step_itself_is_refused_and_nothing_changes(sheets: dict[str, Sheet]) -> None:
    with acting(Actor("外区", (Grant("district", Scope("district", "A2")),))):
        for step in cycle_rules().steps:
            with pytest.raises(Refused, match="外区"):
                take(sheets["P1"], step.id, reason="试")
    with acting(None), pytest.raises(SignInNeeded):
        take(sheets["P1"], "file", reason="试")
    assert set(Sheet.objects.values_list("state", flat=True)) == {"open"}


def test_nobody_accepts_what_they_file(sheets: dict[str, Sheet]) -> None:
    with acting(Actor("园区", (Grant("park", Scope("park", "P1")),))):
        taken = take(sheets["P1"], "file", reason="全园停产")
        assert (taken.passage.by, taken.passage.role) == ("园区", "park")
        with pytest.raises(Refused):
            take(sheets["P1"], "accept")
    with acting(Actor("区局", (Grant("district", Scope("district", "A1")),))):
        assert take(sheets["P1"], "accept").passage.role == "district"
        with pytest.raises(Refused):
            take(sheets["A1"], "accept")


@pytest.mark.parametrize(
    ("grant", "units"),
    [
        (Grant("reader", CITY), {"", "A1", "A2", "P1", "P2", "P3"}),
        (Grant("auditor", CITY), {"", "A1", "A2", "P1", "P2", "P3"}),
        (Grant("district", Scope("district", "A1")), {"A1", "P1", "P2"}),
        (Grant("park", Scope("park", "P3")), {"P3"}),
        (Grant("firm", Scope("firm", "P1")), set()),
    ],
    ids=lambda value: str(value) if isinstance(value, Grant) else str(len(value)),
)
def test_one_sees_ones_own_and_what_is_below(
    grant: Grant, units: set[str], sheets: dict[str, Sheet]
) -> None:
    with acting(Actor("某人", (grant,))):
        assert {sheet.unit for sheet in may_see(sheets.values())} == units
        for unit, sheet in sheets.items():
            if unit not in units:
                with pytest.raises(NotFound) as caught:
                    refuse_unseen(sheet)
                assert sheet.unit_name not in str(caught.value)


def test_a_name_given_by_whoever_has_the_shell_is_kept(sheets: dict[str, Sheet]) -> None:
    step = next(step for step in cycle_rules().steps if step.id == "file")
    assert check(step, sheets["P1"], "某园区")[0] == "某园区"
