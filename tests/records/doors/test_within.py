"""A shape outside the area that its row names is a suspicion, where the boundary is known."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from liantu.records.doors import Checked, check


def square(east: float, north: float, side: float) -> str:
    ring = [[east, north], [east + side, north], [east + side, north + side], [east, north + side]]
    return json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


AREAS = pl.DataFrame(
    {
        "code": ["510001", "510002", "ZONE"],
        "name": ["甲区", "乙区", "某新区"],
        "boundary": [square(104.0, 30.0, 0.1), square(104.2, 30.0, 0.1), None],
    }
)


def parcels(path: Path, *rows: tuple[str, str]) -> Checked:
    pl.DataFrame(
        {
            "parcel_code": [f"P{n:04d}" for n in range(len(rows))],
            "area_code": [area for area, _ in rows],
            "land_mu": [10.0] * len(rows),
            "use": ["工业用地"] * len(rows),
            "boundary": [shape for _, shape in rows],
        }
    ).write_csv(path / "parcels.csv")
    return check(path / "parcels.csv", "parcels", registers={"areas": AREAS})


def test_a_plot_elsewhere_is_named_and_taken(tmp_path: Path) -> None:
    checked = parcels(
        tmp_path,
        ("510001", square(104.05, 30.05, 0.001)),
        ("510001", square(104.25, 30.05, 0.001)),
        ("510002", square(104.25, 30.05, 0.001)),
    )
    assert checked.frame.height == 3
    assert checked.warnings.select("row", "code").rows() == [(3, "outside")]
    assert checked.warnings["found"][0] == "510001"


@pytest.mark.parametrize(("east", "outside"), [(104.0995, False), (104.105, True)])
def test_surveys_may_differ_by_the_tolerance(tmp_path: Path, east: float, outside: bool) -> None:
    checked = parcels(tmp_path, ("510001", square(east, 30.05, 0.001)))
    assert bool(checked.warnings.height) is outside


def test_an_area_without_a_boundary_is_not_asked(tmp_path: Path) -> None:
    checked = parcels(tmp_path, ("ZONE", square(110.0, 20.0, 0.001)))
    assert not checked.warnings.height


def test_a_broken_shape_is_an_error_of_its_own(tmp_path: Path) -> None:
    checked = parcels(tmp_path, ("510001", '{"type": "Polygon", "coordinates": []}'),
                      ("510001", square(104.05, 30.05, 0.001)))  # fmt: skip
    assert "outside" not in set(checked.warnings["code"])


def test_outlines_that_cross_themselves_are_compared_all_the_same(tmp_path: Path) -> None:
    def bow(east: float, side: float) -> str:
        ring = [[east, 30.0], [east + side, 30.1], [east + side, 30.0], [east, 30.1]]
        return json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})

    parcels(tmp_path, ("510001", bow(104.0, 0.1)), ("510001", bow(104.3, 0.1)))
    versions = [bow(104.0, 0.1), square(104.0, 30.0, 0.1), bow(104.02, 0.05)]
    areas = pl.DataFrame({"code": ["510001"] * 3, "name": ["甲区"] * 3, "boundary": versions})
    checked = check(tmp_path / "parcels.csv", "parcels", registers={"areas": areas})
    outside = checked.warnings.filter(pl.col("code") == "outside")
    assert outside["row"].to_list() == [3]


def test_without_the_register_nothing_is_said(tmp_path: Path) -> None:
    parcels(tmp_path, ("510001", square(110.0, 20.0, 0.001)))
    checked = check(tmp_path / "parcels.csv", "parcels")
    assert not checked.warnings.height
