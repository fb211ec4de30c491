"""Fills the ledger that ``LIANTU_HOME`` names with a small city; prints the key of one firm."""

from __future__ import annotations

import json
from datetime import date

from liantu.web.ready import ready

ready(with_first_plan=False)

from liantu.records import registers  # noqa: E402
from liantu.records.identity.credit_code import check_character  # noqa: E402

SIDE = 0.2


def square(west: float, south: float, side: float) -> str:
    """A square as GeoJSON."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


bodies = [f"91510100{number:09d}" for number in range(130)]
codes = [body + check_character(body) for body in bodies]
area = {"area_code": "A1", "valid_from": date(2000, 1, 1), "name": "东区", "level": "district"}
registers.upsert("areas", [{**area, "boundary": square(104, 30, SIDE)}], by="民政局")
registers.upsert(
    "firms",
    [
        {"credit_code": code, "name": f"甲市轴承{at}号有限公司", "state": "open", "area_code": "A1",
         "capital_cny": float(at * 10_000), "established_on": date(2001, 1, 1)}
        for at, code in enumerate(codes)
    ],
    by="统计局",
)  # fmt: skip
registers.upsert(
    "parcels",
    [
        {"parcel_code": f"A1-{at:04d}", "name": f"{at}号地块", "area_code": "A1", "land_mu": 20.0,
         "use": "industrial", "boundary": square(104.1 + at * 0.002, 30.1, 0.0015)}
        for at in range(5)
    ],
    by="自然资源局",
)  # fmt: skip
print(codes[7])
