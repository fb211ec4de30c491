"""A ledger with a made-up city, through the real compiler, import and evaluation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from liantu.plan.compiler import compile_text
from liantu.plan.package import PlanPackage
from liantu.records import access
from liantu.records.ledger import import_observations, load_plan

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def plan_words() -> str:
    """Text of the made-up city's plan."""
    return (DATA / "plan.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def package(plan_words: str) -> PlanPackage:
    return compile_text(plan_words)


@pytest.fixture
def city(db: None, package: PlanPackage, plan_words: str) -> PlanPackage:
    """The ledger holds the city's plan with its text, and its figures."""
    load_plan(package, plan_words)
    import_observations(DATA / "figures.csv", by="规划处")
    return package


@pytest.fixture
def rejected_row(city: PlanPackage) -> None:
    """One more file came; its only row was sent back."""
    import_observations(DATA / "rejected.csv", by="规划处")


Accounts = Callable[..., User]


@pytest.fixture
def accounts(db: None) -> Accounts:
    """Makes an account that holds a role; it signs in by ``Client.force_login`` alone."""

    def make(name: str, role: str = "administrator", scope: str = "city") -> User:
        made = User(username=name)
        made.set_unusable_password()
        made.save()
        access.grant(made, role, access.scope_of(scope))
        return made

    return make


@pytest.fixture
def client(accounts: Accounts) -> Client:
    """Somebody in front of a browser: an administrator."""
    client = Client()
    client.force_login(accounts("administrator"))
    return client


@pytest.fixture
def stranger() -> Client:
    """Somebody without an account."""
    return Client()


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["liantu_language"] = "en"
    return client
