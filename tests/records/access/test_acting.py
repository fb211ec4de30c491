"""Nobody acts until somebody is named; roles say what they may."""

from __future__ import annotations

import ast
import re
import threading
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction

from liantu.errors import NotFound, Refused, SignInNeeded, UsageError
from liantu.records import access, lake, registers
from liantu.records.access import CITY, OPERATOR, Actor, Grant, Scope, acting
from liantu.records.models import Firm
from liantu.records.models import Grant as Granted
from liantu.records.tables.declared import load_tables

SRC = Path(__file__).parents[3] / "src" / "liantu"
WHOLE: dict[str, set[str]] = {
    # Kept whole for everybody, and limited where they are asked.
    "records/rolls/keeping.py": {"rolls"},
    # The newest moment of all: later ones are given, caches are named by it.
    "records/moments.py": {"moments"},
    "records/registers/storage.py": {"moments"},
    "records/mark.py": {"moments"},
    "records/intake/preparing.py": {"moments", "corrections"},
    # What is there already under the keys written; who may not write it is refused, unnamed.
    "records/registers/owning.py": {"rows under keys"},
    "records/registers/editing.py": {"keys in use"},
    "records/registers/upsert.py": {"upsert"},
    "records/lake/merging.py": {"merging"},
    "records/locks.py": {"locks"},
    # Said of rows that may be seen: that they are synthetic, corrected, settled, brought by whom.
    "records/synthetic.py": {"synthetic"},
    "records/intake/exporting.py": {"corrections"},
    "records/settled.py": {"settled"},
    "records/intake/one_record.py": {"who brought it"},
    # A district's share needs the city's sum; who is shown which value, indicators/showing.py says.
    "indicators/ledger.py": {"measures"},
    "systems/indicators/held.py": {"measures"},
    # That months were filed at all, how often; outlines and names of areas.
    "systems/indicators/present.py": {"measures"},
    "systems/indicators/inputs.py": {"measures"},
    "systems/indicators/mapping.py": {"measures"},
    # A question of identity is one case, whoever may see it.
    "records/identity/queue.py": {"cases"},
}
"""File → reasons for which it reads all rows whoever acts."""
READER = Actor("reader", (Grant("reader"),))


# Nobody ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_reads_or_writes_anything() -> None:
    with acting(None):
        for door in (
            lambda: registers.read("firms"),
            lambda: registers.at("firms"),
            lambda: registers.history("firms", "x"),
            lambda: registers.merged("firms"),
            lambda: registers.upsert("firms", [{"credit_code": "x", "name": "x"}], by="x"),
            lambda: list(Firm.objects.all()),
            lambda: Firm.versions.count(),
            lambda: lake.read("firm_month"),
            lambda: lake.history("firm_month"),
            lambda: lake.absences("firm_month"),
            lambda: lake.sql("SELECT 1"),
            lambda: access.require("read"),
            lambda: access.whole("x").__enter__(),
        ):
            with pytest.raises(SignInNeeded):
                door()


def test_an_actor_ends_with_its_block_and_does_not_reach_other_threads() -> None:
    seen: list[Actor | None] = []
    with acting(READER):
        with acting(None):
            assert access.somebody() is None
        assert access.current() is READER
        thread = threading.Thread(target=lambda: seen.append(access.somebody()))
        thread.start()
        thread.join()
    assert seen == [None]
    assert access.current() is OPERATOR


def test_whole_reading_ends_with_its_block_and_with_another_actor() -> None:
    assert not access.is_whole()
    with access.whole("test"):
        assert access.is_whole()
        with acting(READER):
            assert not access.is_whole()
        assert access.is_whole()
    assert not access.is_whole()


def test_pieces_made_later_are_made_by_who_asked() -> None:
    closed: list[str] = []

    def pieces():  # type: ignore[no-untyped-def]
        try:
            for _ in range(3):
                yield access.current().name
        finally:
            closed.append(access.current().name)

    with acting(READER):
        body = access.carried(pieces())
        other = access.carried(pieces())
    with acting(None):
        assert list(body) == ["reader"] * 3
        assert next(other) == "reader"
        assert access.somebody() is None
        other.close()  # type: ignore[attr-defined]
    assert closed == ["reader", "reader"]


def test_every_whole_reading_is_known() -> None:
    """Whoever adds one says here why; it is called as ``access.whole``.

    Inside a generator it would reach whoever reads the generator.
    """
    found: dict[str, set[str]] = {}
    for path in sorted(SRC.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, (ast.FunctionDef, ast.Module)):
                continue
            calls = [
                node for node in ast.walk(function)
                if isinstance(node, ast.Call)
                and ast.unparse(node.func) == "access.whole"
            ]  # fmt: skip
            for call in calls:
                assert isinstance(call.args[0], ast.Constant), path
                found.setdefault(str(path.relative_to(SRC)), set()).add(str(call.args[0].value))
            if calls and isinstance(function, ast.FunctionDef):
                yields = any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(function))
                assert not yields, f"{path.name}: {function.name} yields"
    assert found == WHOLE
    named = [
        path.name for path in SRC.rglob("*.py") if "access" not in path.parts
        and re.search(r"from liantu.records.access(.acting)? import [^\n]*\bwhole\b",
                      path.read_text(encoding="utf-8"))
    ]  # fmt: skip
    assert not named, "call it as access.whole, so that it can be found"


# Roles ----------------------------------------------------------------------------------------


def test_roles_of_the_catalogue_are_whole() -> None:
    roles, tables = access.load_roles(), set(load_tables())
    assert set(roles.roles) == {
        "administrator", "planner", "chain_office", "desk", "district", "park", "firm", "reader",
        "auditor",
    }  # fmt: skip
    for name, role in roles.roles.items():
        assert set(role.writes) <= tables | {"*"}, name
        assert "read" in role.may, name
    used = {one for role in roles.roles.values() for one in role.may}
    assert used == set(roles.capabilities)
    assert {one.register_ for one in roles.scopes.values()} - {""} <= tables


def test_what_no_role_says_is_refused() -> None:
    with acting(READER):
        access.require("read")
        for capability in ("edit", "accounts", "personal", "export", "operate"):
            assert not access.allowed(capability)
            with pytest.raises(Refused, match="reader"):
                access.require(capability)
        assert access.may_write("firms") == ()
    for grants in ((), (Grant("no_such_role"),)):
        with acting(Actor("nobody", grants)), pytest.raises(Refused):
            access.require("read")


def test_tables_are_written_by_the_roles_that_name_them() -> None:
    district = Actor("d", (Grant("district", Scope("district", "1")), Grant("reader")))
    with acting(district):
        assert access.may_write("firms") == (district.grants[0],)
        assert access.may_write("industry_classes") == ()
    assert access.may_write("industry_classes", OPERATOR) == OPERATOR.grants


@pytest.mark.parametrize(
    ("role", "scope", "error"),
    [("king", "city", NotFound), ("district", "city", UsageError),
     ("planner", "park:1", UsageError),
     ("district", "district", UsageError), ("planner", "city:1", UsageError),
     ("firm", "galaxy:1", UsageError)],
)  # fmt: skip
def test_a_role_is_held_only_where_it_belongs(role: str, scope: str, error: type) -> None:
    with pytest.raises(error):
        access.check_grant(Grant(role, access.scope_of(scope)))


# Accounts -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_account_acts_with_the_grants_in_force() -> None:
    user = User.objects.create_user("li")
    assert access.actor_of(user) == Actor("li", (), user.pk)
    access.grant(user, "planner", CITY)
    access.grant(user, "auditor", CITY)
    with pytest.raises(UsageError, match="已有"):
        access.grant(user, "planner", CITY)
    access.revoke(user, "planner", CITY)
    actor = access.actor_of(user)
    assert actor is not None
    assert actor.roles == {"auditor"}
    rows = {row.role: row for row in access.grants(user)}
    assert (rows["planner"].granted_by, rows["planner"].revoked_by) == (OPERATOR.name,) * 2
    assert rows["auditor"].revoked_at is None
    with pytest.raises(NotFound):
        access.revoke(user, "planner", CITY)
    user.is_active = False
    assert access.actor_of(user) is None
    assert access.actor_of(AnonymousUser()) is None


@pytest.mark.django_db
def test_a_superuser_without_a_grant_may_nothing() -> None:
    actor = access.actor_of(User.objects.create_superuser("root", password="x"))
    with acting(actor), pytest.raises(Refused):
        access.require("read")


@pytest.mark.django_db
def test_grants_are_kept_by_who_keeps_accounts_and_never_deleted() -> None:
    user = User.objects.create_user("li")
    row = access.grant(user, "reader", CITY)
    for spoil in (row.delete, Granted.objects.all().delete):
        with pytest.raises(UsageError, match="revoke"):
            spoil()
    with acting(access.actor_of(user)):
        for door in (
            lambda: access.grant(user, "administrator", CITY),
            lambda: access.revoke(user, "reader", CITY),
            lambda: access.grants(),
        ):
            with pytest.raises(Refused):
                door()
    with pytest.raises(IntegrityError), transaction.atomic():
        Granted.objects.create(
            user=user, role="reader", scope_kind="city", granted_by="x", granted_at=row.granted_at
        )
