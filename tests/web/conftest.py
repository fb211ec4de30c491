"""A ledger with a made-up city, through the real compiler, import and evaluation."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from liantu.plan.compiler import compile_text
from liantu.plan.package import PlanPackage
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


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["liantu_language"] = "en"
    return client
