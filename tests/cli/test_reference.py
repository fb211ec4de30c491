"""The reference is what the catalogue says, and says all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from liantu.cli.main import cli
from liantu.cli.reference import PAGES, indicators, rules, tables
from liantu.declarations import CATALOG
from liantu.records.figures.indicators import load_indicators
from liantu.records.tables.declared import figures_table, load_tables

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_not_stale(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), f"docs/reference/{name} is stale: run liantu docs"


def test_every_table_and_column_is_in_it() -> None:
    page = tables()
    for table in (*load_tables().values(), figures_table()):
        section = page.split(f'<a id="{table.id}"></a>')[1].split('<a id="')[0]
        for column in table.columns:
            assert f"| `{column.name}`" in section
            assert column.meaning_zh.split("|")[0] in section


def test_every_indicator_and_every_file_of_rules_is_in_it() -> None:
    assert all(f"| `{one}` |" in indicators() for one in load_indicators().indicators)
    assert all(f"## `{path.name}`" in rules() for path in (CATALOG / "rules").glob("*.yaml"))


def test_every_row_has_the_cells_of_its_header() -> None:
    for page in PAGES.values():
        width = 0
        for line in page().splitlines():
            cells = line.replace("\\|", "").count("|")
            if not line.startswith("|"):
                width = 0
            elif not width:
                width = cells
            assert not line.startswith("|") or cells == width, line


def test_it_is_written_where_asked(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["docs", "--out", str(tmp_path / "reference")])
    assert done.exit_code == 0
    assert {path.name for path in (tmp_path / "reference").iterdir()} == set(PAGES)
