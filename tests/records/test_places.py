"""Areas and parks as they were on a day, with the borders and codes of then."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from liantu.errors import InvalidRecords, NotFound, UsageError
from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.doors.mapping import Mapping, Match
from liantu.records.places import area_on, areas_on, codes_on, park_on, parks_on

pytestmark = pytest.mark.django_db
THEN, NOW = date(2014, 6, 30), date(2021, 6, 30)


def area(code: str, name: str, begins: str, ends: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "area_code": code, "name": name, "level": "district",
        "valid_from": date.fromisoformat(begins),
        "valid_to": date.fromisoformat(ends) if ends else None, **more,
    }  # fmt: skip


def file(table: str, *rows: dict[str, Any]) -> None:
    registers.upsert(table, pl.DataFrame(list(rows)), by="民政", reason="批复")


def change(year: int, kind: str, old: str, new: str) -> dict[str, Any]:
    return {"year": year, "kind": kind, "old_code": old, "new_code": new}


def test_a_county_that_became_a_district() -> None:
    file(
        "areas",
        area("510122", "旧县", "1990-01-01", "2015-12-02", tier="近郊"),
        area("510116", "新区", "2015-12-03", "2016-12-31", tier="近郊"),
        area("510116", "新区", "2017-01-01", tier="中心城区"),
        area("510104", "老区", "1990-01-01", tier="中心城区"),
    )
    assert sorted(areas_on(THEN)["name"]) == ["旧县", "老区"]
    assert sorted(areas_on(NOW)["name"]) == ["新区", "老区"]
    assert [area_on("510116", day).tier for day in (date(2016, 6, 1), NOW)] == ["近郊", "中心城区"]
    # Both days are included.
    assert area_on("510122", date(2015, 12, 2)).name == "旧县"
    assert area_on("510116", date(2015, 12, 3)).name == "新区"
    with pytest.raises(NotFound, match="510122"):
        area_on("510122", NOW)


def test_the_day_asked_about_is_not_the_day_it_was_known() -> None:
    file("areas", area("510122", "旧县", "1990-01-01"))
    before = registers.at("areas").get().recorded_from
    file("areas", area("510122", "旧县", "1990-01-01", "2015-12-02"))
    assert areas_on(NOW).height == 0
    assert areas_on(NOW, as_of=before)["name"].to_list() == ["旧县"]
    assert areas_on(THEN)["name"].to_list() == ["旧县"]


def test_two_rows_of_one_day_are_kept_and_told() -> None:
    file(
        "areas",
        area("510116", "甲", "2015-01-01"),
        area("510116", "乙", "2016-01-01", "2016-12-31"),
        area("510116", "丙", "2017-06-01"),
        area("510117", "丁", "2015-01-01", "2015-12-31"),
        area("510117", "戊", "2016-01-01"),
    )
    assert areas_on(date(2016, 6, 1)).height == 3
    with pytest.raises(InvalidRecords, match="甲"):
        area_on("510116", date(2016, 6, 1))
    found = registers.overlaps("areas")
    assert found.rows() == [
        ("510116", date(2016, 1, 1), date(2016, 12, 31), None),
        ("510116", date(2017, 6, 1), None, None),
    ]


def test_parks_by_version_of_their_system() -> None:
    park = {"park_code": "P1", "name": "功能区", "level": "city"}
    file(
        "parks",
        {**park, "system_version": "2019", "valid_from": date(2019, 3, 1),
         "valid_to": date(2021, 7, 31)},
        {**park, "system_version": "2021", "name": "园区", "valid_from": date(2021, 8, 1),
         "valid_to": None},
    )  # fmt: skip
    assert parks_on(date(2020, 1, 1))["system_version"].to_list() == ["2019"]
    assert park_on("P1", date(2022, 1, 1)).name == "园区"
    assert registers.overlaps("parks").height == 0
    with pytest.raises(NotFound):
        park_on("P1", date(2018, 1, 1))


def test_a_register_without_days_says_so() -> None:
    with pytest.raises(UsageError, match="as_of"):
        registers.valid_on("firms", NOW)


def test_codes_go_forward_and_back_through_divisions_and_abolition() -> None:
    file(
        "area_changes",
        change(2010, "拆分", "510130", "510131"),
        change(2010, "拆分", "510130", "510132"),
        change(2012, "改码", "510132", "510133"),
        change(2013, "撤销", "510140", "000000"),
        change(2014, "更名", "510150", "510150"),
        change(2016, "改码", "510133", "510132"),
    )
    assert codes_on("510130", date(2013, 1, 1), written=date(2009, 1, 1)) == ("510131", "510133")
    assert codes_on("510133", date(2009, 6, 1), written=date(2013, 1, 1)) == ("510130",)
    assert codes_on("510140", NOW, written=THEN.replace(year=2012)) == ()
    # A code that returns goes round once.
    assert codes_on("510132", NOW, written=date(2011, 1, 1)) == ("510132",)
    with pytest.raises(NotFound, match="519999"):
        codes_on("519999", NOW, written=THEN)


def test_in_the_year_of_the_change_the_register_of_areas_decides() -> None:
    file("area_changes", change(2015, "撤县设区", "510122", "510116"))
    written, early, late = date(2014, 1, 1), date(2015, 6, 1), date(2015, 12, 31)
    assert codes_on("510122", early, written=written) == ("510116",)
    file(
        "areas",
        area("510122", "旧县", "1990-01-01", "2015-12-02"),
        area("510116", "新区", "2015-12-03"),
    )
    assert codes_on("510122", early, written=written) == ("510122",)
    assert codes_on("510122", late, written=written) == ("510116",)


def test_the_real_maps_and_changes(shared: Path, tmp_path: Path) -> None:
    data = shared / "data"
    old = check(
        data / "geo" / "chengdu_districts_2016_echarts.geojson", "areas",
        Mapping("areas", (Match("id", "area_code"),)),
        fill={"valid_from": "2000-01-01", "valid_to": "2015-12-02", "level": "district"},
    )  # fmt: skip
    new = check(data / "geo" / "chengdu_districts.geojson", "areas",
                fill={"valid_from": "2020-07-01", "level": "district"})  # fmt: skip
    packed = gzip.decompress(
        (data / "classification" / "admin_changes_sichuan.jsonl.gz").read_bytes()
    )
    flat = pl.read_ndjson(packed, infer_schema_length=None).select(
        "year", "type", "doc_no", "source",
        *(pl.col(side).struct.field(part).fill_null("000000").alias(f"{side}_{part}")
          for side in ("old", "new") for part in ("code", "name")),
    )  # fmt: skip
    flat.write_ndjson(tmp_path / "changes.ndjson")
    for found in (old, new, check(tmp_path / "changes.ndjson", "area_changes")):
        accept(found, by="民政")
    assert (areas_on(THEN).height, areas_on(NOW).height) == (19, 20)
    # 双流 2015, 郫 2016, 简阳 joins 2016, 新津 2020: the codes of 2014 lead to those of today.
    moved = {"510122": "510116", "510124": "510117", "512081": "510185", "510132": "510118"}
    for before, after in moved.items():
        assert codes_on(before, NOW, written=THEN) == (after,)
        assert codes_on(after, THEN, written=NOW) == (before,)
    names = dict(areas_on(NOW).select("area_code", "name").iter_rows())
    assert [names[code] for code in moved.values()] == ["双流区", "郫都区", "简阳市", "新津区"]
    # Every district of then has its district of now, and 简阳 came from outside.
    today = {
        code for one in areas_on(THEN)["area_code"] for code in codes_on(one, NOW, written=THEN)
    }
    assert set(names) - today == {"510185"}
