"""Measures from a ledger: whole city computed, shown by scope, walked back to the records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.systems.indicators.conftest import MONTHS, bring, code, months, revenue

from liantu.cli.main import cli
from liantu.errors import Refused, SignInNeeded, UsageError
from liantu.indicators.behind import records_behind
from liantu.indicators.ledger import compute_now
from liantu.indicators.loading import load
from liantu.indicators.showing import for_publication, shown
from liantu.records.access import Actor, Grant, Scope, acting
from liantu.records.models import Batch

EAST = Actor("east", (Grant("district", Scope("district", "990102")),))
BY = [(), ("district",)]


def test_the_city_is_computed_and_shown_by_scope(returns: Path) -> None:
    catalogue = load()
    values, inputs = compute_now(catalogue, ["revenue_monthly"], ["2025"], BY)
    told = {one["district"]: one for one in values.frame.to_dicts()}
    year = [period for period in MONTHS if period.startswith("2025")]
    east = sum(revenue(n, period) for n in (1, 2) for period in year) / 1e8
    assert told["990102"]["value"] == pytest.approx(east)
    assert told["990102"]["coverage"] == 1
    assert told["990103"]["coverage"] == pytest.approx(23 / 24)
    assert told[None]["value"] == pytest.approx(sum(told[d]["value"] for d in ("990102", "990103")))
    with acting(EAST):
        mine = {one["district"]: one for one in shown(values, catalogue).frame.to_dicts()}
    assert mine["990102"]["value"] == told["990102"]["value"]
    # two firms are in the other district: the city less one's own would be theirs
    assert (mine[None]["value"], mine[None]["absence"]) == (None, "suppressed")
    assert (mine["990103"]["value"], mine["990103"]["absence"]) == (None, "suppressed")
    assert mine["990103"]["units"] is None
    assert inputs.stamp


def test_records_behind_a_value_stop_at_the_scope(returns: Path) -> None:
    catalogue = load()
    whole = records_behind(catalogue, "revenue_monthly", "2025Q4", {})
    assert (whole.units, whole.within, whole.found) == (4, 4, 11)
    west = records_behind(catalogue, "revenue_monthly", "2025-10", {"district": "990103"})
    assert (west.units, west.rows["credit_code"].to_list()) == (1, [code(4)])
    with acting(EAST):
        mine = records_behind(catalogue, "revenue_monthly", "2025Q4", {})
        assert (mine.units, mine.within, mine.found) == (4, 2, 6)
        assert set(mine.rows["credit_code"]) == {code(1), code(2)}
        theirs = records_behind(catalogue, "revenue_monthly", "2025Q4", {"district": "990103"})
        assert (theirs.within, theirs.rows.height) == (0, 0)
    with pytest.raises(UsageError, match="above_scale_revenue"):
        records_behind(catalogue, "revenue_growth", "2025", {})


def test_nobody_computes_anything(returns: Path) -> None:
    with acting(None), pytest.raises(SignInNeeded):
        compute_now(load(), ["revenue_monthly"], ["2025"])


def test_a_vintage_is_computed_again_unchanged(returns: Path) -> None:
    catalogue = load()
    before, inputs = compute_now(catalogue, ["revenue_monthly"], ["2025-10"])
    vintage = str(Batch.objects.latest("accepted_at").pk)
    late = [row | {"月份": "2025-10"} for row in months((3,))[:1]]
    bring(returns, "firm_month", late)
    after, later = compute_now(catalogue, ["revenue_monthly"], ["2025-10"])
    again, _ = compute_now(catalogue, ["revenue_monthly"], ["2025-10"], as_of=vintage)
    assert before.frame["units"].to_list() == [3]
    assert after.frame["units"].to_list() == [4]
    assert again.frame["value"].to_list() == before.frame["value"].to_list()
    assert inputs.stamp != later.stamp


def test_the_commands_compute_explain_and_walk_back(returns: Path) -> None:
    run = CliRunner().invoke
    computed = run(cli, ["indicators", "compute", "revenue_monthly", "--period", "2025Q4",
                         "--by", "district", "--format", "csv"])  # fmt: skip
    assert computed.exit_code == 0, computed.output
    assert "东区,990102" in computed.output
    told = run(cli, ["explain", "revenue_monthly"])
    assert "sum(revenue_cny)" in told.output
    assert "firm_month.revenue_cny" in told.output
    valued = run(cli, ["indicators", "explain", "revenue_monthly", "--period", "2025"])
    assert "覆盖率 97.9%" in valued.output
    rows = run(cli, ["indicators", "behind", "revenue_monthly", "--period", "2025-10",
                     "--in", "district=990103", "--format", "csv"])  # fmt: skip
    assert code(4) in rows.output
    assert code(3) not in rows.output


def test_what_would_be_published_is_asked_on_the_command_line(returns: Path) -> None:
    """Two firms a district: nothing leaves the house. Who sees a part makes no such table."""
    asked = ["indicators", "compute", "revenue_monthly", "--period", "2025Q4", "--by", "district",
             "--format", "json", "--published"]  # fmt: skip
    found = CliRunner().invoke(cli, asked)
    assert found.exit_code == 0, found.output
    rows = json.loads(found.output)
    assert [row["value"] for row in rows] == [None, None]
    assert {row["absence_code"] for row in rows} == {"suppressed"}
    assert all(row["units"] is None and row["expected"] is None for row in rows)
    values, inputs = compute_now(load(), ["revenue_monthly"], ["2025Q4"], BY, leading=True)
    with acting(EAST), pytest.raises(Refused):
        for_publication(values, load(), inputs)
