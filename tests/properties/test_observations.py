"""What is written is read back unchanged; whatever is read, rows are imported or sent back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from liantu.errors import LiantuError
from liantu.records.figures.cells import neutral, plain
from liantu.records.figures.interpret import COLUMNS, interpret
from liantu.records.figures.observation import Observation
from liantu.records.figures.observations_file import read_observations, write_observations
from liantu.records.figures.resolve import agree, rank, resolve

TEXT = st.text(
    alphabet=st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n=+-@'\"，,;:"),
    max_size=30,
)
FIGURE = st.decimals(min_value=0, max_value=100, places=2, allow_nan=False).map(str)
CELLS = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["工业投资增速", "工业占GDP比重", "快乐程度"]),
        "area": st.sampled_from(["甲市", "乙县(原丙区)", "=甲", "'乙"]).map(neutral),
        "period": st.sampled_from(["2024", "2025年上半年", "2024年末(会议)", "2016-2020"]),
        "value": FIGURE | st.integers(0, 100).map(str),
        "unit": st.just("%"),
        "source_title": TEXT.map(lambda t: f"题{t}"),
        "source_url": st.sampled_from(["", "https://example.org/?a=1,2&b=%22"]),
        "note": (TEXT | st.sampled_from(["限定词:突破", "约数", "四经普前口径"])).map(neutral),
        "trust": st.sampled_from(["official", "press", "repost", "plan", "待核实"]),
    }
)


def _read(cells: dict[str, str], row: int) -> Observation | None:
    return interpret(cells, row).observation


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=8), st.sampled_from([".csv", ".xlsx"]))
def test_written_figures_read_back(rows: list[dict[str, str]], kind: str) -> None:
    read = [_read(cells, at) for at, cells in enumerate(rows, start=2)]
    kept = list({o.id: o for o in read if o is not None}.values())
    if not kept:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"figures{kind}"
        write_observations(kept, path)
        again = read_observations(path)
    assert again.rejected == ()
    bare = [replace(o, row=0, break_before="", definition="") for o in kept]
    assert [replace(o, row=0, break_before="", definition="") for o in again.observations] == bare


@given(st.text(max_size=40))
def test_neutral_is_undone_and_safe(text: str) -> None:
    safe = neutral(text)
    assert plain(safe) == text
    if safe != text or not text:
        return
    assert text[0] not in "=@\t\r\n＝＠" or text.replace(",", "").lstrip("+-").isdigit()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=9, max_size=9), min_size=1, max_size=4))
def test_any_table_is_imported_sent_back_or_refused(rows: list[list[str]]) -> None:
    import csv

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        with path.open("w", encoding="utf-8", newline="", errors="replace") as handle:
            writer = csv.writer(handle)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
        try:
            found = read_observations(path)
        except LiantuError:
            return
    for bad in found.rejected:
        assert bad.problems
        assert bad.message.zh.startswith("第")


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=8), st.randoms())
def test_choice_does_not_depend_on_order(rows: list[dict[str, str]], random: object) -> None:
    figures = [o for at, cells in enumerate(rows, start=2) if (o := _read(cells, at))]
    shuffled = list(figures)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = resolve(figures), resolve(shuffled)
    assert [r.chosen for r in first] == [r.chosen for r in second]
    assert [r.conflict for r in first] == [r.conflict for r in second]
    for found in first:
        assert all(rank(found.chosen) <= rank(other) for other in found.others)
        assert all(agree(found.chosen, other) for other in found.confirmed_by)
