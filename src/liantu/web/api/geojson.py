"""``/api/v1/geojson``: registers with outlines as GeoJSON (RFC 7946), which import again unchanged.

The properties of a feature are the register's columns by their own names, figures in the stored
unit: so the door reads them back.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import Router

from liantu.errors import NotFound
from liantu.records import synthetic
from liantu.records.tables.declared import Table, load_tables
from liantu.systems.api.answering import answer
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import Moment, Words
from liantu.web.api.cells import plain
from liantu.web.api.records import declared_as
from liantu.web.pages.registers.asked import read_asked
from liantu.web.pages.registers.rows import every, sortable

router = Router()
MEDIA = "application/geo+json"


def outline(declared: Table) -> str:
    """Column that holds the outline; empty where a table has none."""
    return next((one.name for one in declared.columns if one.type == "geometry"), "")


def drawn() -> list[str]:
    """Registers that have outlines."""
    return [one.id for one in load_tables().values() if one.kind == "register" and outline(one)]


@operation(router, "GET", "/{table_id}", None, refuses=(404,), filters=True, media=MEDIA)
def get_geojson(
    request: HttpRequest,
    table_id: str,
    q: Words = "",
    as_of: Moment = "",
    vintage: Moment = "",
) -> HttpResponse:
    """All records of a register that are asked for; further parameters are filters."""
    declared = declared_as(table_id, "register")
    if not outline(declared):
        raise NotFound(
            f"“{declared.zh}”没有图形，应为 {'、'.join(drawn())} 之一。",
            f"{declared.id} has no outlines; choose one of {', '.join(drawn())}.",
        )
    asked = read_asked(declared, request.GET, sortable(declared), stored=True)
    features = [
        _feature(declared, row) for piece in every(asked) for row in piece.iter_rows(named=True)
    ]
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    name = declared.id
    if synthetic.of_table(declared.id, asked.vintage).any:
        whole["synthetic"] = synthetic.label()
        # The door knows a synthetic file by its name, as it does those that pages send.
        name += f"-{synthetic.label()}"
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
    saved = f"attachment; filename*=UTF-8''{quote(name)}.geojson"
    return answer(request, text, media=MEDIA, headers={"Content-Disposition": saved})


def _feature(declared: Table, row: dict[str, Any]) -> dict[str, Any]:
    drawn_in = outline(declared)
    properties = {
        one.name: plain(one, row[one.name]) for one in declared.columns if one.name != drawn_in
    }
    return {
        "type": "Feature",
        "geometry": plain(declared[drawn_in], row[drawn_in]),
        "properties": properties,
    }
