"""``liantu data quality``: counts, lists and the sentence, as a person and a program see them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from tests.records.quality.conftest import EAST, WEST, Bring, code, firm, month, register

from liantu.cli.main import cli
from liantu.errors import NotFound, UsageError
from liantu.records.quality import listing, report
from liantu.records.quality.sentence import sentence

pytestmark = pytest.mark.django_db

MONTHS = [f"2025-{n:02}" for n in range(1, 7)]


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["data", "quality", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def printed(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(*arguments, "--format", "json"))
    return found


@pytest.fixture
def year(bring: Bring) -> Bring:
    """Two firms over half a year: one return left out, one figure 10,000 times too large."""
    register("firms", [firm(1), firm(2, area_code=WEST)])
    rows = [month(n, period) for n in (1, 2) for period in MONTHS]
    rows[1] |= {"revenue_cny": 1e11, "output_cny": 1.05e11}
    bring("firm_month", [row for n, row in enumerate(rows) if n != 8], date(2025, 7, 10))
    return bring


AS_OF = ("--as-of", "2025-07-15")


def test_one_row_a_table(year: Bring) -> None:
    rows = {row["table"]: row for row in printed(*AS_OF)}
    assert rows["firm_month"]["missing"] == 1
    assert rows["firm_month"]["records"] == 11
    assert rows["firm_month"]["wrong"] == 2
    assert rows["firms"]["records"] == 2
    assert "park_quarter" not in rows


def test_by_district_and_by_period(year: Bring) -> None:
    rows = printed("--table", "firm_month", "--by", "district", *AS_OF)
    assert {(row["district_name"], row["missing"]) for row in rows} == {("东区", 0), ("西区", 1)}
    rows = printed("--table", "firm_month", "--by", "period", "--period", "2025-03", *AS_OF)
    assert [(row["period"], row["expected"], row["missing"]) for row in rows] == [("2025-03", 2, 1)]
    cells = printed("--table", "firm_month", "--by", "cell", "--district", EAST, *AS_OF)
    assert len(cells) == 7


def test_lists_hold_the_rows(year: Bring) -> None:
    (missing,) = printed("--list", "missing", *AS_OF)
    assert (missing["entity"], missing["period"], missing["kind"]) == (code(2), "2025-03", "漏报")
    assert missing["days"] == 88
    text = run("--list", "wrong", "--format", "csv", *AS_OF)
    told = list(csv.DictReader(io.StringIO(text)))
    assert "slip_large" in {row["code"] for row in told}
    (todo,) = printed("--list", "todo", *AS_OF)
    assert todo["owner"].startswith("统计部门")


def test_the_table_ends_with_a_sentence(year: Bring) -> None:
    said = run(*AS_OF)
    assert "缺1份" in said
    assert "缺得最多的是西区的企业月报，1份" in said
    assert "Most are missing in 西区: 1 of firm by month." in said


def test_before_anything_was_recorded(year: Bring) -> None:
    assert sentence(report("2020-01-01")).zh == "台账中还没有可核对的记录。"


def test_unknown_names_are_told(areas: None) -> None:
    with pytest.raises(NotFound):
        run("--table", "nothing")
    with pytest.raises(UsageError, match="缺"):
        run("--as-of", "缺")
    with pytest.raises(UsageError):
        listing.rows(report(), "nothing", listing.Asked())
