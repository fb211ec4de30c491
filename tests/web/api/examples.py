"""Real answers of the API, made short and free of chance: what the document shows as examples.

``WRITE_API_EXAMPLES=1 pytest tests/web/api/test_examples.py`` writes them anew into the catalogue.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.web.registers.data import code

from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.access import OPERATOR, acting
from liantu.records.doors import check
from liantu.records.models import Addition, Batch
from liantu.systems.dispatch.issue import issue

from .conftest import Make, Program

MOMENT = "2026-01-05T09:00:00+08:00"
DAY = "2026-01-05"
DATED = ("dated", "vintage_label")
"""Members that hold the day on which the answer was made."""
FIRST = ("get_clause", "get_target", "get_indicator")
"""Operations shown by the first object of their list."""
LONGEST_LIST = 2
LONGEST_TEXT = 200
FIRM = "/registers/firms/records/"


@dataclass(frozen=True)
class Call:
    """One call, and the operation that it is an example of."""

    operation: str
    method: str
    path: str
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


READING = tuple(
    Call(operation, "GET", path)
    for operation, path in {
        "get_home": "/",
        "list_tables": "/tables?limit=2",
        "get_table": "/tables/park_quarter",
        "list_records": f"{FIRM[:-1]}?q=轴承&sort=-capital_cny&limit=2",
        "get_record": f"{FIRM}{code(3)}",
        "list_rows": "/series/firm_month/rows?period.min=2025-02&limit=2",
        "get_row": f"/series/firm_month/rows/{code(1)}|2025-02",
        "get_row_history": f"/series/firm_month/rows/{code(1)}|2025-02/history",
        "list_observations": "/observations?limit=2",
        "get_geojson": "/geojson/areas",
        "list_targets": "/targets?limit=1",
        "get_target": "/targets/b1.1",
        "get_plan": "/plan",
        "list_clauses": "/plan/clauses?limit=2",
        "get_clause": "/plan/clauses/s1",
        "list_findings": "/plan/findings?limit=1",
        "list_batches": "/batches?limit=2",
        "get_batch": "/batches/{batch}",
        "list_rejected": "/batches/{batch}/rejected",
        "get_quality": "/quality?as_of=2025-12-31",
        "list_quality_rows": "/quality/rows?list=missing&limit=1&as_of=2025-12-31",
        "list_indicators": "/indicators?limit=1",
        "get_indicator": "/indicators/none",
        "list_editions": "/editions",
        "get_edition": "/editions/quarterly/1",
    }.items()
)
WRITING = (
    Call("add_record", "POST", FIRM[:-1],
         {"values": {"credit_code": code(900), "name": "新设有限公司", "area_code": "A1"},
          "reason": "新设"}, status=201),
    Call("edit_record", "PATCH", f"{FIRM}{code(900)}",
         {"values": {"name": "更名有限公司"}, "reason": "更名"}, (("if_match", '"1"'),)),
    Call("delete_record", "DELETE", f"{FIRM}{code(900)}?reason=误设", None,
         (("if_match", '"2"'),), 204),
    Call("restore_record", "POST", f"{FIRM}{code(900)}/restore", {"reason": "并非误设"},
         (("if_match", '"3"'),)),
    Call("get_record_history", "GET", f"{FIRM}{code(900)}/history?limit=2"),
    Call("merge_records", "POST", f"{FIRM}{code(3)}/merge",
         {"drop": code(900), "drop_version": 4, "reason": "同一企业"}, (("if_match", '"1"'),)),
)  # fmt: skip
WAITING = (
    Call("add_record", "POST", FIRM[:-1],
         {"values": {"credit_code": code(901), "name": "新设有限公司", "area_code": "A1"},
          "reason": "新设"}, status=202),
    Call("list_additions", "GET", "/additions?state=waiting"),
    Call("get_addition", "GET", "/additions/{addition}"),
)  # fmt: skip


def settle(folder: Path) -> None:
    """Beside plan, figures and registers: a month of firms, with a row sent back."""
    rows = [f"{code(n)},2025-0{m},{n * 10 + m}" for n in (1, 2) for m in (1, 2)]
    rows.append(f"{code(3)},2025-02,多")
    path = folder / "月报.csv"
    path.write_text("统一社会信用代码,月份,营业收入（万元）\n" + "\n".join(rows), encoding="utf-8")
    accept(check(path, "firm_month"), "统计局")
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    area = registers.find("areas", "A1|2000-01-01")
    registers.edit("areas", area.key, {"boundary": json.dumps(shape)}, area.version, "民政局")
    issue("quarterly", "2025Q4")


def examples(programs: Make) -> dict[str, dict[str, Any]]:
    """Operation → status → example of its answer; ``request`` of what was sent."""
    made: dict[str, dict[str, Any]] = {}
    office, district = programs(), programs("district", "district:A1")
    for program, calls in ((office, READING), (office, WRITING), (district, WAITING)):
        for call in calls:
            made.setdefault(call.operation, {}).update(dict(_answered(program, call)))
    return {name: dict(sorted(said.items())) for name, said in sorted(made.items())}


def _answered(program: Program, call: Call) -> Iterator[tuple[str, Any]]:
    numbers = Numbers()
    path = call.path
    for name, kept in (("{batch}", numbers.batches), ("{addition}", numbers.additions)):
        if name in path:
            path = path.replace(name, str(max(kept)))
    found = program.call(call.method, path, call.body, **dict(call.headers))
    if found.status_code == 404 and call.operation in FIRST:
        listed = program.json(path.rpartition("/")[0] + "?limit=1")
        found = program.get(listed["items"][0]["href"])
    assert found.status_code == call.status, (call, found.content.decode())
    if call.body is not None and call.status != 202:
        yield "request", call.body
    if found.content:
        yield str(call.status), Numbers().short(found.json())  # type: ignore[attr-defined]


class Numbers:
    """Cuts answers short; numbers that a ledger gives count from 1, whatever it held before."""

    def __init__(self) -> None:
        self.batches = _counted(Batch)
        self.additions = _counted(Addition)

    def short(self, value: Any) -> Any:
        """The value with long lists and texts cut, and what no two days share put right."""
        if isinstance(value, dict):
            return {name: self._member(name, one, value) for name, one in value.items()}
        if isinstance(value, list):
            return [self.short(one) for one in value[:LONGEST_LIST]]
        return self._text(value) if isinstance(value, str) else value

    def _member(self, name: str, one: Any, whole: dict[str, Any]) -> Any:
        if name == "id" and isinstance(one, int):
            mine = self.additions if "/additions/" in whole["href"] else self.batches
            return mine[one]
        if name in ("batch", "mended_in") and isinstance(one, int):
            return self.batches[one]
        if name == "vintage" and isinstance(one, str) and one.isdecimal():
            return str(self.batches[int(one)])
        if name in DATED and isinstance(one, str):
            return re.sub(r"20\d\d年\d+月\d+日", "2026年1月5日", self._text(one))
        return self.short(one)

    def _text(self, value: str) -> str:
        for pattern, kept in (
            (r"(?<=/batches/)\d+|(?<=批次 )\d+|(?<=第)\d+(?=批)|(?<=[Bb]atch )\d+", self.batches),
            (r"(?<=/additions/)\d+", self.additions),
        ):
            value = re.sub(pattern, lambda found, known=kept: str(known[int(found[0])]), value)
        value = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(\+\d\d:\d\d|Z)?", MOMENT, value)
        value = re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d(:\d\d)?", f"{DAY} 09:00", value)
        value = re.sub(r"\b[0-9a-f]{64}\b", "0" * 64, value)
        value = re.sub(r"lt_[\w-]{8}", "lt_example", value)
        return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"


def _counted(model: Any) -> dict[int, int]:
    with acting(OPERATOR):
        kept = model.objects.order_by("pk").values_list("pk", flat=True)
        return {pk: number for number, pk in enumerate(kept, start=1)}
