"""The OpenAPI document: whole, in both languages; the page that shows it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from liantu.web.api.document import document
from liantu.words import words

from .conftest import Program

OPERATIONS = [
    (path, method, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
]


def test_it_is_openapi_3_1_with_both_schemes() -> None:
    made = document()
    assert made["openapi"].startswith("3.1")
    assert set(made["components"]["securitySchemes"]) == {"Bearer", "Session"}
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(ids) == len(set(ids)) > 30


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_says_all_of_itself(path: str, method: str, operation: Any) -> None:
    assert operation["security"] == [{"Bearer": []}, {"Session": []}]
    assert {"400", "401", "403", "429", "500"} <= set(operation["responses"])
    good = [status for status in operation["responses"] if int(status) < 300]
    assert good in (["200"], ["201"], ["201", "202"], ["202"], ["204"])
    for status, response in operation["responses"].items():
        assert response["description"]
        if int(status) >= 400:
            assert list(response["content"]) == ["application/problem+json"]
        elif status not in ("204", "304"):
            assert response["content"]
    for parameter in operation["parameters"]:
        assert parameter["description"], parameter["name"]
    named = set(re.findall(r"{(\w+)}", path))
    assert named == {one["name"] for one in operation["parameters"] if one["in"] == "path"}
    assert operation["summary"] == operation["summary"].strip() != ""
    changing = method in ("patch", "delete") and "/records/" in path
    assert any(one["name"] == "If-Match" for one in operation["parameters"]) >= changing


def test_every_member_is_described() -> None:
    bare = [
        f"{name}.{member}"
        for name, schema in document()["components"]["schemas"].items()
        for member, said in schema.get("properties", {}).items()
        if "description" not in said
    ]
    assert not bare


def test_no_word_of_the_api_is_left_over() -> None:
    printed = str(document())
    used = {
        key for key in words().entries if key.startswith(("api.op.", "api.param.", "api.field."))
    }
    ids = {operation["operationId"] for _, _, operation in OPERATIONS}
    names = {one["name"] for _, _, operation in OPERATIONS for one in operation["parameters"]}
    for key in used:
        kind, _, name = key.removeprefix("api.").partition(".")
        known = {"op": ids, "param": names}.get(kind)
        assert name in known if known is not None else f"'{name.split('.')[-1]}':" in printed, key


def test_references_lead_somewhere() -> None:
    made = document()
    for name in re.findall(r"#/components/schemas/(\w+)", str(made)):
        assert name in made["components"]["schemas"]


@pytest.mark.django_db
def test_the_document_is_served_and_asked_for_once(program: Program) -> None:
    found = program.get("/openapi.json")
    assert found.status_code == 200
    assert found.json()["paths"].keys() == document()["paths"].keys()  # type: ignore[attr-defined]
    assert program.get("/openapi.json", if_none_match=found.headers["ETag"]).status_code == 304


@pytest.mark.django_db
def test_the_page_shows_every_operation_and_runs_nothing(client: Client) -> None:
    found = client.get("/api/docs/")
    page = found.content.decode()
    assert found.status_code == 200
    for path, _, operation in OPERATIONS:
        assert f'id="{operation["operationId"]}"' in page
        assert path in page
    scripts = re.findall(r"<script[^>]*>([^<]*)", page)
    assert not any(script.strip() for script in scripts)
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page
    for status in (400, 404, 412):
        assert f'id="problem-{status}"' in page
