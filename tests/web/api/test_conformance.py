"""Whatever a program of any role sends, the API answers as its document says: schemathesis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from liantu.plan.package import PlanPackage
from liantu.web.api.document import document

from .conftest import Make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
EXAMPLES, SEED = 4, 20261126
ROLES = [
    ("administrator", "city"), ("planner", "city"), ("chain_office", "city"), ("desk", "city"),
    ("district", "district:A1"), ("park", "park:P1"), ("firm", "firm:F1"), ("reader", "city"),
    ("auditor", "city"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize(("role", "scope"), ROLES, ids=[role for role, _ in ROLES])
def test_every_operation_answers_as_the_document_says(
    programs: Make, registers_filled: None, city: PlanPackage, role: str, scope: str
) -> None:
    secret = programs(role, scope).secret
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    tried, failed = 0, {}
    for found in schema.get_all_operations():
        operation = found.ok()
        tried += 1
        try:
            _try(operation.as_strategy(), secret)
        except FailureGroup as error:
            failed[operation.label] = [str(one) for one in error.exceptions]
    assert tried > 30
    assert not failed


def _try(cases: Any, secret: str) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def one(case: Any) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"},
            checks=CHECKS,
        )

    one()
