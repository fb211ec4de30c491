"""Both papers on the first plan and its published figures: traceable, clean, complete."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from liantu.documents.pdf import pdf
from liantu.documents.sheet import sheet
from liantu.documents.word import word
from liantu.plan.compiler import compile_text
from liantu.records.figures.observations_file import read_observations
from liantu.systems.dispatch.compose import compose
from liantu.systems.dispatch.edition import Edition, Kind
from liantu.systems.dispatch.paper import text
from liantu.systems.dispatch.reporting_period import reporting_period
from liantu.systems.targets.board import Board, make_board

SLIPS = re.compile(
    r"。。|；；|，，|、、|；。|、。|，。|：。|（）|《》|\bnan\b|\bNone\b|\binf\b|∞|\{|\}|！|!|产业产业"
)
"""What a sentence put together wrongly looks like; official papers have no exclamation."""


@pytest.fixture(scope="module")
def first_board(shared: Path, plan_text: str) -> Board:
    figures = read_observations(shared / "data" / "observations" / "observations.csv")
    return make_board(compile_text(plan_text), figures.observations, date(2025, 12, 31), "1")


@pytest.fixture(scope="module", params=["final", "quarterly"])
def made(request: pytest.FixtureRequest, first_board: Board) -> Edition:
    kind: Kind = request.param
    when = reporting_period(kind, None, start_year=2021, end_year=2025, today=date(2026, 6, 1))
    return compose(kind, first_board, when, created_at=datetime(2026, 6, 1, tzinfo=UTC))


def test_every_figure_leads_to_a_record(made: Edition) -> None:
    known = {figure.id for figure in made.figures}
    for run in made.paper.walk():
        assert run.origin in known or not re.search(r"\d", run.text), run.text


def test_no_sentence_is_put_together_wrongly(made: Edition) -> None:
    for run in made.paper.walk():
        # A source's title is quoted as it is.
        assert run.origin.startswith("source.") or not SLIPS.search(run.text), run.text
    for block in made.paper.every_block():
        if block.block in ("paragraph", "heading"):
            assert not SLIPS.search(text(block.runs)), text(block.runs)


def test_every_paragraph_ends_as_a_sentence(made: Edition) -> None:
    for block in made.paper.every_block():
        if block.block == "paragraph":
            assert text(block.runs).endswith("。"), text(block.runs)


def test_every_target_is_judged_once(made: Edition, first_board: Board) -> None:
    assert sorted(line.id for line in made.targets) == sorted(
        target.id for target in first_board.package.targets
    )


def test_every_verdict_names_its_evidence_or_what_is_missing(made: Edition) -> None:
    for line in made.targets:
        if line.verdict == "cannot_tell":
            assert line.missing, line.id
        else:
            assert line.cites, line.id


def test_files_are_the_same_each_time(made: Edition) -> None:
    again = Edition.model_validate_json(made.canonical())
    for write in (word, pdf, sheet):
        assert write(made) == write(again)
