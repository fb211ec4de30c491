"""Any file for any table: read or refused in words, every row accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz import strategies
from tests.fuzz.oracle import judged, left_aside, wrong_again
from tests.records.doors.conftest import TODAY

from liantu.records import lake
from liantu.records.accept import accept

QUICK, LONG = 25, 300
KINDS = {
    "csv": strategies.csv_files(),
    "xlsx": strategies.workbooks(),
    "parquet": strategies.parquet_files(),
}
BROKEN = {
    **{kind: strategies.broken(whole) for kind, whole in KINDS.items()},
    "inside": strategies.workbooks_broken_inside(),
}
ANY = {"today": TODAY}


def fuzz(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        derandomize=True,  # the same files each time; `make fuzz` looks further
    )


def brought(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "any.file"
    path.write_bytes(data)
    return path


def _accounted(tmp_path: Path, drawn: strategies.Drawn, data: bytes) -> None:
    found = judged(brought(tmp_path, data), drawn.table.id, **ANY)
    if found is None:
        return
    for kind in ("csv", "xlsx"):
        wrong_again(found, drawn.table.id, tmp_path / f"back.{kind}", **ANY)


@pytest.mark.parametrize("kind", KINDS)
def test_any_rows_of_any_table(tmp_path: Path, kind: str) -> None:
    @fuzz(QUICK)
    @given(KINDS[kind])
    def run(made: tuple[strategies.Drawn, bytes]) -> None:
        _accounted(tmp_path, *made)

    run()


@pytest.mark.parametrize("kind", BROKEN)
def test_any_file_broken(tmp_path: Path, kind: str) -> None:
    @fuzz(QUICK)
    @given(BROKEN[kind])
    def run(made: tuple[strategies.Drawn, bytes]) -> None:
        _accounted(tmp_path, *made)

    run()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*KINDS, *(f"broken {kind}" for kind in BROKEN)])
def test_long(tmp_path: Path, kind: str) -> None:
    strategy = BROKEN[kind.removeprefix("broken ")] if kind.startswith("broken") else KINDS[kind]

    @fuzz(LONG)
    @given(strategy)
    def run(made: tuple[strategies.Drawn, bytes]) -> None:
        _accounted(tmp_path, *made)

    run()


@fuzz(QUICK)
@given(made=strategies.csv_files())
def test_rows_in_are_rows_taken_sent_back_or_left_aside(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[strategies.Drawn, bytes]
) -> None:
    drawn, data = made
    path = brought(tmp_path_factory.getbasetemp(), data)
    found = judged(path, drawn.table.id, **ANY)
    if found is None:
        return
    filled = sum(any(str(c).strip() for c in row if c is not None) for row in drawn.rows)
    counted = found.frame.height + len(found.rejected) + left_aside(found)
    # A row of the header's shape below the header may have been taken for one of its lines.
    assert filled - 2 <= counted <= filled


@pytest.mark.django_db
def test_whatever_was_checked_is_accepted_whole_or_not_at_all(
    tmp_path: Path, settings: Any
) -> None:
    settings.HOME = tmp_path / "home"

    @fuzz(QUICK)
    @given(st.one_of(*KINDS.values()))
    def run(made: tuple[strategies.Drawn, bytes]) -> None:
        drawn, data = made
        found = judged(brought(tmp_path, data), drawn.table.id, **ANY)
        if found is None:
            return
        receipt = accept(found, by="试")
        assert receipt.already or (
            receipt.new + receipt.changed + receipt.unchanged + len(receipt.merged)
            == found.frame.height
        )
        assert accept(found, by="试").already
        assert lake.check().sound

    run()
