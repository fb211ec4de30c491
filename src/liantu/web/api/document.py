"""The OpenAPI document, and the page that shows it to people: no script, nothing from elsewhere.

The document is printed from the operations; its sentences are ``catalog/words/api.yaml``.
"""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from liantu.declarations import CATALOG
from liantu.records import access
from liantu.systems.api.answering import answer
from liantu.systems.api.operation import SPEC, Operation
from liantu.systems.api.problems import MEDIA
from liantu.web.api import root
from liantu.words import words

PREFIX = "/api/v1/"
EXAMPLES = CATALOG / "examples" / "api.json"
"""Operation → status → example of its answer, and ``request``: real ones, written by a test."""
NOTES = ("units", "moments", "lists", "tags", "writes", "keys", "synthetic")
Json = dict[str, Any]
_FILTERS: Json = {
    "in": "query",
    "name": "filters",
    "required": False,
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}


def both(key: str, **figures: object) -> str:
    """A sentence in both languages."""
    say = words().say
    return f"{say(key, 'zh', **figures)} {say(key, 'en', **figures)}"


@cache
def document() -> Json:
    """The OpenAPI 3.1 document."""
    made: Json = json.loads(
        json.dumps(root.api.get_openapi_schema(path_prefix=PREFIX), default=_spec)
    )
    for methods in made["paths"].values():
        for operation in methods.values():
            _finish(operation)
    for name, schema in made["components"]["schemas"].items():
        _describe(name, schema)
    _name_schemes(made["components"]["securitySchemes"])
    tags = dict.fromkeys(tag for methods in made["paths"].values()
                         for one in methods.values() for tag in one["tags"])  # fmt: skip
    made["tags"] = [{"name": tag, "description": both(f"api.tag.{tag}")} for tag in tags]
    made["info"]["description"] = both("api.about")
    made["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    made["servers"] = [{"url": "/"}]
    return made


def _spec(value: Any) -> Any:
    if isinstance(value, Operation):
        return {name: list(found) if isinstance(found, tuple | frozenset) else found
                for name, found in vars(value).items()}  # fmt: skip
    raise TypeError(type(value))


def _finish(operation: Json) -> None:
    spec = operation.pop(f"x-{SPEC}")
    operation["summary"] = both(f"api.op.{spec['id']}")
    operation["description"] = both("api.needs", capability=_capability(spec["capability"]))
    if words().known(f"api.note.{spec['id']}"):
        operation["description"] += "\n\n" + both(f"api.note.{spec['id']}")
    operation["x-capability"] = spec["capability"]
    parameters = operation["parameters"]
    if spec["filters"]:
        parameters.append(json.loads(json.dumps(_FILTERS)))
    for needed, header in ((spec["if_match"], "If-Match"), (spec["idempotent"], "Idempotency-Key")):
        if needed:
            parameters.append(_header(header, required=header == "If-Match"))
    if operation["responses"].get("200") and spec["method"] == "GET":
        parameters.append(_header("If-None-Match", required=False))
        operation["responses"]["304"] = {"description": both("api.answer.304")}
    for parameter in parameters:
        parameter["description"] = both(f"api.param.{parameter['name']}")
        parameter["schema"].pop("title", None)
    if spec["file"]:
        operation["requestBody"] = _upload()
    _answers(operation, spec)
    _exemplify(operation, _examples().get(spec["id"], {}))


@cache
def _examples() -> Json:
    found: Json = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def _exemplify(operation: Json, said: Json) -> None:
    bodies = {status: one.get("content", {}) for status, one in operation["responses"].items()}
    bodies["request"] = operation.get("requestBody", {}).get("content", {})
    for name, example in said.items():
        for content in bodies[name].values():
            content["example"] = example


def _capability(name: str) -> str:
    said = access.load_roles().capabilities[name]  # type: ignore[index]
    return f"{said.zh} ({name})"


def _header(name: str, *, required: bool) -> Json:
    return {"in": "header", "name": name, "required": required, "schema": {"type": "string"}}


def _upload() -> Json:
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    schema = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _answers(operation: Json, spec: Json) -> None:
    for status, response in operation["responses"].items():
        if status == "304":
            continue
        if int(status) >= 400:
            response["content"] = {MEDIA: response["content"]["application/json"]}
            response["description"] = both(f"api.problem.{status}")
            continue
        response["description"] = both(f"api.answer.{status}")
        if spec["media"] != "application/json":
            kind = "object" if spec["media"].endswith("json") else "string"
            response["content"] = {spec["media"]: {"schema": {"type": kind}}}
        headers = ["ETag"] if int(status) != 204 else []
        headers += ["Link"] * spec["listed"] + ["Location"] * (int(status) in (201, 202))
        response["headers"] = {
            name: {"description": both(f"api.header.{name}"), "schema": {"type": "string"}}
            for name in headers
        }


def _describe(name: str, schema: Json) -> None:
    if "properties" not in schema:
        return
    for member, said in schema["properties"].items():
        said.pop("title", None)
        key = f"api.field.{name}.{member}"
        key = key if words().known(key) else f"api.field.{member}"
        if "description" not in said and words().known(key):
            said["description"] = both(key)


def _name_schemes(schemes: Json) -> None:
    for name, scheme in schemes.items():
        scheme["description"] = both(f"api.scheme.{name}")
    schemes["Bearer"] = {"type": "http", "scheme": "bearer",
                         "description": schemes["Bearer"]["description"]}  # fmt: skip


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """``/api/v1/openapi.json``."""
    text = json.dumps(document(), ensure_ascii=False)
    return answer(request, text, media="application/vnd.oai.openapi+json;version=3.1")


# The page ---------------------------------------------------------------------------------------


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """``/api/docs/``: every operation on one page."""
    made = document()
    groups = []
    for tag in made["tags"]:
        found = [
            _shown(path, method, operation)
            for path, methods in made["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"]
        ]
        groups.append({"name": tag["name"], "operations": found})
    context = {
        "groups": groups,
        "notes": NOTES,
        "schemas": [(name, _members(one)) for name, one in made["components"]["schemas"].items()
                    if "properties" in one],
        "problems": [(code, HTTPStatus(code).phrase) for code in sorted(_codes(made))],
        "count": sum(len(group["operations"]) for group in groups),
    }  # fmt: skip
    return render(request, "liantu/api/docs.html", context)


def _codes(made: Json) -> set[int]:
    return {
        int(status)
        for methods in made["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
        if int(status) >= 400
    }


def _shown(path: str, method: str, operation: Json) -> Json:
    body = operation.get("requestBody", {}).get("content", {})
    good = next(one for status, one in operation["responses"].items() if int(status) < 300)
    content: tuple[str, Json] = next(iter(good.get("content", {}).items()), ("", {}))
    return {
        "id": operation["operationId"],
        "noted": words().known(f"api.note.{operation['operationId']}"),
        "method": method.upper(),
        "path": path,
        "capability": operation["x-capability"],
        "parameters": [
            {**one, "type": _type(one["schema"]), "limits": _limits(one["schema"])}
            for one in operation["parameters"]
        ],
        "body": [(media, _type(one["schema"])) for media, one in body.items()],
        "media": content[0],
        "returns": _type(content[1].get("schema", {})),
        "statuses": sorted(int(status) for status in operation["responses"]),
    }


def _type(schema: Json) -> str:
    """A shape in a word: ``string``, ``Record``, ``list of Row``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("type", "any"))


def _limits(schema: Json) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    return f"{low}–{high}" if low is not None and high is not None else ""


def _members(schema: Json) -> list[Json]:
    required = schema.get("required", [])
    return [
        {"name": name, "type": _type(one), "required": name in required,
         "description": one.get("description", "")}
        for name, one in schema["properties"].items()
    ]  # fmt: skip
