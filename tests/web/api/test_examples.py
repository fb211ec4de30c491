"""Examples of the document are what the API answers: made anew here, and held to what is kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from liantu.plan.package import PlanPackage
from liantu.web.api.document import EXAMPLES, document

from .conftest import Make
from .examples import examples, settle

WRITE = "WRITE_API_EXAMPLES"
FILES = {"imports", "jobs"}
"""Files on their way and work in the background: their answers are told of in the how-to."""
OF_THE_CATALOGUE = ("list_indicators", "get_indicator")
"""Measures come and go with every piece of the catalogue: their shape alone is held."""
COMPUTED = {"indicators"}
"""Values of measures, which this small city has none of; two of them have their examples here."""


@pytest.mark.django_db
def test_examples_are_what_is_answered(
    city: PlanPackage, registers_filled: None, programs: Make, tmp_path: Path
) -> None:
    settle(tmp_path)
    made = examples(programs)
    if os.environ.get(WRITE):
        text = json.dumps(made, ensure_ascii=False, indent=1)
        EXAMPLES.write_text(f"{text}\n", encoding="utf-8")
    kept = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for name in OF_THE_CATALOGUE:
        assert made[name]["200"].keys() == kept[name]["200"].keys()
        kept[name] = made[name]
    assert made == kept, "examples of the API are stale: run this test with WRITE_API_EXAMPLES=1"


def test_every_answer_in_json_has_an_example() -> None:
    bare = []
    for methods in document()["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {}).get("application/json")
                if (
                    content is not None
                    and int(status) < 300
                    and not (FILES | COMPUTED) & {*operation["tags"]}
                ):
                    bare += [operation["operationId"]] * ("example" not in content)
    assert not bare


def test_examples_have_the_shapes_that_are_declared() -> None:
    """Every member of a shape is in its example, and nothing else."""
    schemas = document()["components"]["schemas"]
    for methods in document()["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                content = answer.get("content", {}).get("application/json", {})
                name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                if "example" in content and name:
                    assert set(content["example"]) == set(schemas[name]["properties"]), name
