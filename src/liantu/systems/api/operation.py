"""One operation of the API: who may call it, what it is asked, what it answers.

A view is given checked parameters and returns its answer as a schema. Rights, parameters that
nobody declared, headers of the answer and what the document says of all that are done here, for
every operation alike.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any, Literal, get_args, get_origin

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router
from ninja.params.models import Query
from pydantic import BaseModel

from liantu.errors import UsageError
from liantu.records import access
from liantu.systems.api.answering import JSON, answer, links
from liantu.systems.api.schemas import Listed, Problem

View = Callable[..., Any]
Method = Literal["GET", "POST", "PATCH", "DELETE"]
ALWAYS = (400, 401, 403, 429, 500)
"""Statuses that any operation may answer with."""
SPEC = "_liantu_operation"


@dataclass(frozen=True)
class Operation:
    """What is declared of an operation; the document is printed from it."""

    id: str
    method: Method
    status: int
    capability: access.Capability
    refuses: tuple[int, ...]
    filters: bool
    """Parameters named like columns of a table are taken as well."""
    media: str
    if_match: bool
    idempotent: bool
    file: bool
    listed: bool
    query: frozenset[str] = field(default_factory=frozenset)


def operation(
    router: Router,
    method: Method,
    path: str,
    returns: type[BaseModel] | None,
    *,
    status: int = 200,
    capability: access.Capability = "read",
    refuses: tuple[int, ...] = (),
    filters: bool = False,
    media: str = JSON,
    if_match: bool = False,
    idempotent: bool = False,
    file: bool = False,
    tag: str = "",
    also: Mapping[int, type[BaseModel]] | None = None,
) -> Callable[[View], View]:
    """Add a view to a router.

    Args:
        returns: shape of the answer; None where it is no JSON.
        status: of the answer where all went well.
        capability: what the caller needs.
        refuses: statuses of problems, beside :data:`ALWAYS`.
        filters: the view itself checks the parameters of the address.
        media: type of the answer.
        if_match, idempotent: it takes ``If-Match``, ``Idempotency-Key``.
        file: it takes a file.
        also: statuses of other answers where all went well, with their shapes.
        tag: where the document lists it, if not with its router.
    """

    def declare(view: View) -> View:
        signature = inspect.signature(view, eval_str=True)
        spec = Operation(
            view.__name__, method, status, capability,
            tuple(sorted({*ALWAYS, *refuses})), filters, media, if_match, idempotent, file,
            returns is not None and issubclass(returns, Listed), _query_names(signature),
        )  # fmt: skip

        @wraps(view)
        def run(request: HttpRequest, **given: Any) -> HttpResponseBase:
            access.require(capability)
            if not filters:
                _refuse_unknown(request, spec.query)
            found = view(request, **given)
            return found if isinstance(found, HttpResponseBase) else _answered(request, found, spec)

        run.__signature__ = signature  # type: ignore[attr-defined]
        responses: dict[int, Any] = {**dict.fromkeys(spec.refuses, Problem), **(also or {})}
        router.api_operation(
            [method], path,
            operation_id=spec.id,
            tags=[tag] if tag else None,
            response={status: returns, **responses},
            openapi_extra={f"x-{SPEC}": spec},
        )(run)  # fmt: skip
        return view

    return declare


def _answered(request: HttpRequest, found: BaseModel, spec: Operation) -> HttpResponse:
    headers = links(found) if isinstance(found, Listed) else {}
    return answer(request, found, status=spec.status, headers=headers)


def _query_names(signature: inspect.Signature) -> frozenset[str]:
    return frozenset(
        parameter.name
        for parameter in signature.parameters.values()
        if any(isinstance(one, Query) for one in _annotations(parameter))
    )


def _annotations(parameter: inspect.Parameter) -> tuple[Any, ...]:
    annotation = parameter.annotation
    return get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()


def _refuse_unknown(request: HttpRequest, known: frozenset[str]) -> None:
    """A parameter passed over in silence answers another question than was asked."""
    unknown = sorted(set(request.GET) - known)
    if unknown:
        listed = sorted(known)
        raise UsageError(
            f"参数 {'、'.join(name[:40] for name in unknown[:5])} 无法识别，"
            f"此处可用：{'、'.join(listed) or '无'}。请改正地址。",
            f"Parameters not known here: {', '.join(name[:40] for name in unknown[:5])}; there are"
            f" {', '.join(listed) or 'none'}. Mend the address.",
        )
    for name in request.GET:
        values = request.GET.getlist(name)
        if len(values) > 1 or "\x00" in values[0]:
            raise UsageError(
                f"参数 {name} 应只给一次，且不含空字符。请改正地址。",
                f"Parameter {name} is given once, without null characters. Mend the address.",
            )
