"""States as JSON, for programs; the same records that the pages show."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, JsonResponse

from liantu.systems.targets import summary
from liantu.systems.targets.moment import Moment, moment_of
from liantu.systems.targets.pages import find
from liantu.systems.targets.state import TargetState


def states(request: HttpRequest) -> JsonResponse:
    """``/api/targets``: every target with its state, in the order of the plan."""
    moment = moment_of(request)
    rows = [
        {"target": row.target.model_dump(), "state": _plain(row.state)}
        for row in summary.watched(moment.board)
    ]
    return _json({**_moment(moment), "targets": rows})


def state(request: HttpRequest, target_id: str) -> JsonResponse:
    """``/api/targets/<id>``: one target with its state."""
    moment = moment_of(request)
    target, found = find(moment, target_id)
    return _json({**_moment(moment), "target": target.model_dump(), "state": _plain(found)})


def _moment(moment: Moment) -> dict[str, Any]:
    return {"as_of": moment.as_of.isoformat(), "vintage": moment.board.vintage}


def _plain(found: TargetState) -> Any:
    return _finite(asdict(found))


def _finite(value: Any) -> Any:
    """JSON has no infinity: an open end of an interval is null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _json(data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "allow_nan": False})
