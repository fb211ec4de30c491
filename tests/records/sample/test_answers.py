"""The answer file is met: the doors find every planted defect, and refuse no good row."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from liantu.errors import UnreadableInput
from liantu.records import lake, registers, synthetic
from liantu.records.models import Batch
from liantu.records.sample import projects, series, write_city
from liantu.records.sample.calibration import calibration
from liantu.records.sample.city import City, make_city
from liantu.records.sample.defects import Answer, defects, read_answers
from liantu.records.sample.deliveries import filed, months_back
from liantu.records.sample.loading import Loaded, each_file, load_city
from liantu.records.sample.population import whole_city
from liantu.records.synthetic import Extent
from liantu.records.tables.declared import load_tables
from liantu.web import sample_city

SMALL = {"firms": 200, "seed": 5, "months": 7}
FACTS = {"source_documents", "industry_classes", "industry_concordance", "areas", "area_changes",
         "code_lists"}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("firms", "seed", "months"),
    [
        (200, 5, 7),
        pytest.param(450, 11, 3, marks=pytest.mark.slow),
        # The city that a fresh machine shows.
        pytest.param(None, sample_city.SEED, sample_city.MONTHS, marks=pytest.mark.slow),
    ],
)
def test_a_whole_city_through_the_doors(
    settings: Any, tmp_path: Path, firms: int | None, seed: int, months: int
) -> None:
    """One loading, which takes its time, and everything that must be so afterwards."""
    settings.HOME = tmp_path / "home"
    folder = tmp_path / "city"
    firms = firms or whole_city(calibration())
    manifest = write_city(folder, firms=firms, seed=seed, months=months)
    answers: dict[str, list[Answer]] = defaultdict(list)
    for answer in read_answers(folder):
        answers[answer.file].append(answer)
    loaded = list(each_file(folder))
    assert [one.file for one in loaded] == list(manifest.files)
    assert {one.file.table for one in loaded} == set(load_tables())
    for one in loaded:
        meets(one, answers.pop(one.file.name, []))
    assert not answers, "every answer is of a file that was loaded"
    ends_as_made(make_city(firms, seed), months)
    for name in load_tables():
        expected = Extent.NONE if name in FACTS else Extent.ALL
        assert synthetic.of_table(name) is expected, name
    assert load_city(folder) == [], "what was taken in is not brought again"
    assert Batch.objects.count() == len(loaded)


def meets(one: Loaded, answers: list[Answer]) -> None:
    """What the door said of a file is what the answers say, no more and no less."""
    checked, name = one.prepared.checked, one.file.name
    said = {"error": checked.rejected.problems, "warning": checked.warnings}
    for finding, problems in said.items():
        planted = {answer.row for answer in answers if answer.finding == finding}
        assert set(problems["row"]) == planted, (name, finding)
    left_out = sum(answer.finding == "left_aside" for answer in answers)
    assert checked.frame.height + len(checked.rejected) == one.file.rows - left_out, name
    for answer in answers:
        if answer.finding in said:
            of_row = said[answer.finding].filter(row=answer.row)
            assert answer.code in set(of_row["code"]), answer
        elif answer.finding == "read":
            assert answer.written != answer.right
            column = checked_cell(one, answer.row, answer.column)
            assert column is not None
            assert str(column).replace(".0", "") == stored(one, answer), answer


def checked_cell(one: Loaded, row: int, column: str) -> Any:
    checked = one.prepared.checked
    at = checked.numbers.to_list().index(row)
    return checked.frame[column][at]


def stored(one: Loaded, answer: Answer) -> str:
    """The right text in the unit that is stored."""
    column = load_tables()[answer.table][answer.column]
    match = next(m for m in one.prepared.checked.mapping.matches if m.column == answer.column)
    value = round(float(answer.right) * column.factor(match.unit or ""), 6)
    return str(value).replace(".0", "")


def ends_as_made(city: City, back: int) -> None:
    """After all corrections the records are the city that was made, to the last cell."""
    for name, made in city.registers.items():
        declared = load_tables()[name]
        held = registers.read(name).sort(declared.key)
        whole = pl.DataFrame(schema=declared.dtypes)
        wanted = pl.concat([whole, made], how="diagonal").select(held.columns).sort(declared.key)
        assert_frame_equal(held, wanted, abs_tol=1e-6)
    makings = city.makings
    months = [(year, month + 1) for year, month in months_back(city, back)]
    for name, parts in (
        ("firm_month", [_firm_month(city, y, m, late=(y, m) in months[-2:]) for y, m in months]),
        ("project_month", [_works(city, y, m, late=(y, m) in months[-2:]) for y, m in months]),
        ("firm_year", [series.firm_year(makings, year) for year in makings.years]),
        ("area_year", [series.area_year(makings, year) for year in makings.years]),
        (
            "park_quarter",
            [series.park_quarter(makings, city.months(y)) for y in makings.years[-2:]],
        ),
    ):
        declared = load_tables()[name]
        held = lake.read(name).collect().sort(declared.key)
        wanted = pl.concat(parts).sort(declared.key)
        names = [c for c in wanted.columns if not declared[c].names]  # firms were renamed since
        assert_frame_equal(held.select(names), wanted.select(names), abs_tol=1e-3)


def _firm_month(city: City, year: int, month: int, *, late: bool) -> pl.DataFrame:
    """A month as made, without what nobody has filed yet."""
    rows = series.firm_month(city.makings, city.months(year), month)
    return filed(city, rows, "firm_month", year, month) if late else rows


def _works(city: City, year: int, month: int, *, late: bool) -> pl.DataFrame:
    rows = projects.project_month(city.makings, city.projects, year, month)
    return filed(city, rows, "project_month", year, month) if late else rows


def test_corrections_make_a_vintage_of_their_own(settings: Any, tmp_path: Path) -> None:
    """The files of the last delivery change figures of months delivered before."""
    folder = tmp_path / "city"
    manifest = write_city(folder, **SMALL)
    revised = [file for file in manifest.files if file.reason and file.table == "firm_month"]
    assert any("更正" in file.name for file in revised)
    assert any("退回修改" in file.name for file in revised)


def test_every_declared_defect_is_planted(tmp_path: Path) -> None:
    write_city(tmp_path / "city", **SMALL)
    planted = {(a.table, a.kind, a.code) for a in read_answers(tmp_path / "city")}
    assert {(d.table, d.how, d.code) for d in defects()} <= planted
    answers = read_answers(tmp_path / "city")
    assert {answer.finding for answer in answers} == {"error", "warning", "read", "left_aside"}


def test_answers_that_are_damaged_are_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="重新生成"):
        read_answers(tmp_path)
