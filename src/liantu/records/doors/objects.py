"""GeoJSON and JSON lines as a :class:`Grid`: one object a row, its members the columns.

Offices of land and planning deliver boundaries as GeoJSON: the properties of a feature are the
cells of a row, beside them stands its geometry as the text it is stored as.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from liantu.errors import UnreadableInput
from liantu.records.doors.grid import Grid, check_size, of_texts
from liantu.records.doors.rules import door_rules

GEOMETRY = "geometry"
"""Column of the geometry, by which tables know it."""
_HEAD = 256
_SYSTEMS = ("CRS84", "4326", "4490")
"""Ends of names of reference systems that are WGS84, or CGCS2000, which is the same to a metre."""


def looks_like_objects(data: bytes) -> bool:
    """Does the text begin as JSON does? A csv header may begin with a bracket: ``[code],…``."""
    head = data[:_HEAD].lstrip()
    return head.startswith(b"{") or (head.startswith(b"[") and head[1:].lstrip()[:1] == b"{")


def read_objects(path: Path, data: bytes) -> Grid:
    """Read a GeoJSON FeatureCollection, a list of objects, or one object a line.

    Args:
        data: the content in UTF-8.

    Raises:
        UnreadableInput: no JSON, not one of these, or of another reference system.
    """
    limit = door_rules().limits.json_mb
    if len(data) > limit * 1024 * 1024:
        raise UnreadableInput(
            f"{path.name} 超过 {limit} MB。请分批导入，或改存为 parquet。",
            f"{path.name} is larger than {limit} MB. Import it in parts, or save it as parquet.",
        )
    rows = _rows(path, _parsed(path, data))
    names = list(dict.fromkeys(name for row in rows for name in row))
    check_size(path, len(rows), len(names))
    return of_texts([[_text(row.get(name)) for row in rows] for name in names], names)


def _parsed(path: Path, data: bytes) -> Any:
    text = data.decode("utf-8")
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data") or not text[: error.pos].rstrip(" \t\r"):
            raise _no_json(path, error.lineno, error.msg) from error
        return _lines(path, text)
    except (ValueError, RecursionError) as error:
        raise _no_json(path, 1, str(error)) from error


def _lines(path: Path, text: str) -> list[Any]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line, object_pairs_hook=_once))
            except (ValueError, RecursionError) as error:
                raise _no_json(path, number, str(error)) from error
    return rows


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that says one thing twice says nothing for certain."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"doubled: {next(name for name in names if names.count(name) > 1)}")
    return found


def _rows(path: Path, parsed: Any) -> list[dict[str, Any]]:
    if isinstance(parsed, dict) and isinstance(parsed.get("features"), list):
        _check_system(path, parsed.get("crs"))
        return [_feature(path, number, each) for number, each in enumerate(parsed["features"], 1)]
    rows = parsed if isinstance(parsed, list) else [parsed]
    wrong = next((at for at, row in enumerate(rows, 1) if not isinstance(row, dict)), 0)
    if wrong:
        raise _no_rows_of_objects(path, wrong)
    return [_feature(path, at, row) if row.get("type") == "Feature" else row
            for at, row in enumerate(rows, 1)]  # fmt: skip


def _feature(path: Path, number: int, feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties or {}, dict):
        raise _no_rows_of_objects(path, number)
    row = dict(properties or {})
    if "id" in feature:
        row.setdefault("id", feature["id"])
    row[GEOMETRY] = feature.get("geometry")
    return row


def _check_system(path: Path, system: Any) -> None:
    """Only a name that is known may stand in ``crs``; without one GeoJSON is WGS84."""
    if system is None:
        return
    name = str(system.get("properties", system) if isinstance(system, dict) else system)
    if not name.rstrip("}\"' ").endswith(_SYSTEMS):
        raise UnreadableInput(
            f"{path.name} 的坐标系是 {name[:80]}。应为 WGS84 或 CGCS2000 经纬度。"
            "请转换坐标系后重新导出。",
            f"{path.name} has the reference system {name[:80]}. Expected WGS84 or CGCS2000 in"
            " degrees. Convert it and export again.",
        )


def _text(value: Any) -> str | None:
    """Cell of a member; what is nested stays JSON."""
    if value is None or isinstance(value, str):
        return None if value is None else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "replace").decode()  # fmt: skip


def _no_json(path: Path, line: int, why: str) -> UnreadableInput:
    return UnreadableInput(
        f"{path.name} 第 {line} 行起不是有效的 JSON（{why[:100]}）。文件可能被截断，请重新导出。",
        f"{path.name} is no valid JSON from line {line} on ({why[:100]}). It may be cut off:"
        " export it again.",
    )


def _no_rows_of_objects(path: Path, number: int) -> UnreadableInput:
    return UnreadableInput(
        f"{path.name} 的第 {number} 项不是一条记录。应为 GeoJSON 的 FeatureCollection，"
        "或每行一个 JSON 对象。",
        f"Item {number} of {path.name} is no record. Expected a GeoJSON FeatureCollection, or"
        " one JSON object a line.",
    )
