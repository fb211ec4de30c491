"""``/api/v1/``: where one is, who one is, what there is."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from liantu.records import access
from liantu.systems.api.operation import operation
from liantu.web.api.bearer import token_of

router = Router()
ROOT = "/api/v1"
_PARTS = (
    "tables", "registers", "series", "observations", "geojson", "targets", "indicators", "plan",
    "batches",    "additions", "quality", "editions", "imports",
)  # fmt: skip


class Granted(Schema):
    """A role within a scope."""

    role: str
    scope: str


class TokenSaid(Schema):
    """The token that the call came with."""

    prefix: str
    name: str
    expires_at: str
    capabilities: list[str]
    scopes: list[str]


class Home(Schema):
    """Who calls, and the parts of the API."""

    account: str
    grants: list[Granted]
    capabilities: list[str]
    token: TokenSaid | None
    parts: dict[str, str]
    openapi: str
    documentation: str


@operation(router, "GET", "/", Home)
def get_home(request: HttpRequest) -> Home:
    """Who calls, what they may, and where to go on."""
    actor, token = access.current(), token_of(request)
    return Home(
        account=actor.name,
        grants=[Granted(role=one.role, scope=str(one.scope)) for one in actor.grants],
        capabilities=[one for one in access.load_roles().capabilities if access.allowed(one)],
        token=TokenSaid(
            prefix=token.shown,
            name=token.name,
            expires_at=token.expires_at.isoformat(),
            capabilities=token.capabilities,
            scopes=token.scopes,
        )
        if token
        else None,
        parts={part: f"{ROOT}/{part}" for part in _PARTS},
        openapi=f"{ROOT}/openapi.json",
        documentation="/api/docs/",
    )
