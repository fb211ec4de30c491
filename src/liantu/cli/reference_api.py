"""The page of the reference about the API: every operation with an answer it really gives."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from liantu.cli.reference_text import grid, head, text

Json = dict[str, Any]
_DEPTH = 3
_LONGEST = 60


def api() -> str:
    """Every operation: what it needs, its parameters, an example of what it takes and answers."""
    made = _document()
    lines = head(
        "接口 API",
        "完整的 OpenAPI 3.1 文档在 `/api/v1/openapi.json`，网页在 `/api/docs/`；怎么用见"
        "[程序接口](../how-to/use-the-api.md)。下列例子取自真实回答（虚构的云溪市），时刻与摘要已代换，"
        "过长的从略（…）；一个测试核对它们没有过时。",
        "The whole OpenAPI 3.1 document is `/api/v1/openapi.json`, its page `/api/docs/`; how to"
        " use it: [the how-to](../how-to/use-the-api.md). Examples are real answers of a made-up"
        " city, with moments and digests put right and what is long cut short (…); a test holds"
        " them to what is answered.",
    )
    for tag in made["tags"]:
        lines += [f"## {tag['description']}", ""]
        for path, methods in made["paths"].items():
            for method, operation in methods.items():
                if tag["name"] in operation["tags"]:
                    lines += _operation(path, method, operation)
    lines += ["## 出错 Problems", ""]
    lines += grid(("状态 status", "含义 meaning"), sorted(_problems(made).items()))
    return text(lines)


def _document() -> Json:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    import django

    django.setup()
    from liantu.web.api.document import document

    return document()


def _operation(path: str, method: str, operation: Json) -> Iterator[str]:
    yield f'### <a id="{operation["operationId"]}"></a>`{method.upper()} {path}`'
    yield ""
    yield operation["summary"]
    yield ""
    yield operation["description"]
    yield ""
    if operation["parameters"]:
        yield from grid(
            ("参数 parameter", "位置 in", "必填 required", "含义 meaning"),
            (
                (f"`{one['name']}`", one["in"], "✓" if one["required"] else "", one["description"])
                for one in operation["parameters"]
            ),
        )
        yield ""
    sent = operation.get("requestBody", {}).get("content", {})
    for media, content in sent.items():
        if "example" in content:
            yield from _example(f"请求 Request（{media}）", content["example"])
    for status, answer in operation["responses"].items():
        if int(status) < 300:
            for media, content in answer.get("content", {}).items():
                said = f"{status} {answer['description']}（{media}）"
                if "example" in content:
                    yield from _example(said, content["example"])
                else:
                    yield from (said, "")


def _example(title: str, value: Any) -> Iterator[str]:
    yield title
    yield ""
    yield "```json"
    yield json.dumps(_slim(value, _DEPTH), ensure_ascii=False, indent=1)
    yield "```"
    yield ""


def _slim(value: Any, depth: int) -> Any:
    """The value as far as it is read at a glance; what lies deeper is a dot of three."""
    if isinstance(value, dict):
        if not depth:
            return "…"
        return {name: _slim(one, depth - 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_slim(one, depth - 1) for one in value[:1]] if depth else "…"
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[: _LONGEST - 1] + "…"
    return value


def _problems(made: Json) -> dict[str, str]:
    return {
        status: answer["description"]
        for methods in made["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if int(status) >= 400
    }
