"""SQL over the lake says what frames say, and cannot do more than read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from liantu.errors import UsageError
from liantu.records import lake

from .conftest import Bring, bring_rows, rows

A, B = "91510100000000000A", "91510100000000000B"
KEYS = [(firm, f"2025-{month:02d}") for firm in (A, B) for month in (1, 2, 3)]


def test_a_view_for_every_series(bring: Bring) -> None:
    first = bring(rows((A, "2025-01", 1), (B, "2025-01", 2)))
    bring(rows((A, "2025-01", 5)))
    query = "SELECT sum(revenue_cny) AS total FROM firm_month"
    assert lake.sql(query)["total"].to_list() == [7]
    assert lake.sql(query, first)["total"].to_list() == [3]
    assert lake.sql("SELECT count(*) AS n FROM firm_year")["n"].to_list() == [0]


@pytest.mark.parametrize(
    "query",
    [
        "DROP VIEW firm_month",
        "SELECT 1; SELECT 2",
        "COPY firm_month TO '{home}/out.csv'",
        "SELECT * FROM read_csv('{home}/secret.csv')",
        "SELECT * FROM '{home}/secret.csv'",
        "SELECT * FROM read_text('{home}/secret.csv')",
        "ATTACH '{home}/x.db'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELECT colour FROM firm_month",
        "PRAGMA memory_limit='1GB'",
        "",
        "nonsense",
    ],
)
def test_one_select_over_the_views_and_nothing_else(bring: Bring, home: Path, query: str) -> None:
    bring(rows((A, "2025-01", 1)))
    (home / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    before = sorted(home.rglob("*"))
    with pytest.raises(UsageError):
        lake.sql(query.format(home=home))
    assert sorted(home.rglob("*")) == before


Cell = tuple[tuple[str, str], float | None]
batches = st.lists(
    st.tuples(
        st.sampled_from(["update", "update", "withdraw"]),
        st.dictionaries(
            st.sampled_from(KEYS), st.none() | st.integers(0, 3).map(float), min_size=1
        ),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches)
def test_frames_and_sql_agree_with_a_plain_ledger(
    settings: Any, batches: list[tuple[str, dict[tuple[str, str], float | None]]]
) -> None:
    """Every vintage, read both ways, is what a dictionary kept by hand says."""
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        settings.HOME = Path(folder)
        kept: dict[tuple[str, str], float | None] = {}
        told: list[tuple[str, dict[tuple[str, str], float | None]]] = []
        for mode, cells in batches:
            if mode == "withdraw":
                cells = {key: None for key in cells if key in kept}
                if not cells:
                    continue
            frame = rows(*((*key, value) for key, value in cells.items()))
            vintage = bring_rows(frame, mode=mode)  # type: ignore[arg-type]
            for key, value in cells.items():
                if mode == "withdraw":
                    del kept[key]
                else:
                    kept[key] = value
            told.append((vintage, dict(kept)))
        columns = ["credit_code", "period", "revenue_cny"]
        for vintage, expected in told:
            found = lake.read("firm_month", vintage).collect().sort("credit_code", "period")
            assert {(f, p): v for f, p, v in found.select(columns).iter_rows()} == expected
            by_sql = lake.sql("SELECT * FROM firm_month ORDER BY credit_code, period", vintage)
            assert_frame_equal(by_sql, found)
        assert lake.check().sound
        transaction.set_rollback(True)


def test_the_answer_has_the_declared_types(bring: Bring) -> None:
    bring(rows((A, "2025-01", 1)))
    for answer in (lake.sql("SELECT * FROM firm_month"), lake.sql("SELECT * FROM firm_year")):
        table = "firm_month" if answer.height else "firm_year"
        assert answer.schema == pl.Schema(lake.read(table).collect_schema())
