"""Any file for the doors of figures and of corrections: taken or refused in words, whole."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz import ledger_seeds
from tests.fuzz.ledger_oracle import corrections_brought, figures_brought
from tests.fuzz.strategies import HOSTILE, broken
from tests.fuzz.test_doors import QUICK, fuzz

from liantu.records.doors.corrections import COLUMNS as OF_CORRECTIONS
from liantu.records.figures.interpret import COLUMNS as OF_FIGURES

pytestmark = pytest.mark.django_db

ODD = st.sampled_from(HOSTILE) | st.text(max_size=8)
FIGURES = {
    "indicator": st.sampled_from(["工业投资增速", "地区生产总值", "快乐程度"]),
    "area": st.sampled_from(["甲市", "乙县(原丙区)"]),
    "period": st.sampled_from(["2024", "2025年上半年", "2024年末(会议)", "2016-2020", "去年"]),
    "value": st.integers(-5, 10**6).map(str) | st.sampled_from(["7.5", "1,200", "多"]),
    "unit": st.sampled_from(["%", "亿元", "万元", "斤"]),
    "source_title": st.sampled_from(["甲报(2024-01-20)", "公报"]),
    "source_url": st.sampled_from(["", "https://example.org/a"]),
    "note": st.sampled_from(["", "限定词:突破", "约数", "四经普前口径"]),
    "trust": st.sampled_from(["official", "press", "repost", "plan", "所闻"]),
}
KEYS = st.sampled_from([[ledger_seeds.FIRM, "2024"], [ledger_seeds.FIRM], ["c1"], ["c9"], []])
CORRECTIONS = {
    "table": st.sampled_from(["firm_year", "firms", "chains", "chains", "observations"]),
    "key": KEYS.map(lambda key: json.dumps(key)) | KEYS.map(lambda key: key[0] if key else ""),
    "column": st.sampled_from(["land_mu", "name", "credit_code", "employees", "valid_from"]),
    "expect": st.sampled_from(["40", "甲厂", "甲链", "", "9"]),
    "value": st.sampled_from(["44", "-1", "乙", "", "2020-01-01", "40"]),
    "reason": st.sampled_from(["见台账", "见台账", " "]),
}


@st.composite
def files(
    draw: st.DrawFn, columns: tuple[str, ...], cells: dict[str, st.SearchStrategy[str]]
) -> bytes:
    """Rows mostly plausible, as csv in any encoding or as a workbook; columns in any order."""
    order = draw(st.permutations(columns))
    rows = [
        [draw(cells[name] if draw(st.integers(0, 9)) else ODD) for name in order]
        for _ in range(draw(st.integers(0, 5)))
    ]
    lines = [list(order), *rows]
    if draw(st.integers(0, 3)) == 0:
        memory = io.BytesIO()
        with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_urls": False}) as book:
            page = book.add_worksheet()
            for at, line in enumerate(lines):
                for column, cell in enumerate(line):
                    page.write_string(at, column, cell.replace("\x00", "")[:32_000])
        return memory.getvalue()
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    return text.getvalue().encode(encoding, "replace")


WHOLE = {"figures": files(OF_FIGURES, FIGURES), "corrections": files(OF_CORRECTIONS, CORRECTIONS)}
BROKEN = {kind: broken(whole.map(lambda data: (None, data))) for kind, whole in WHOLE.items()}


@pytest.fixture
def bring(tmp_path: Path, settings: Any, kind: str) -> Any:
    """Brings one file and takes all back; the records that corrections meet are there."""
    settings.HOME = tmp_path / "home"
    ledger_seeds.fill(tmp_path)
    path = tmp_path / "any.file"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        if kind == "figures":
            figures_brought(path, tmp_path / "back.csv")
        else:
            corrections_brought(path)

    return run


@pytest.mark.parametrize("kind", WHOLE)
def test_any_rows(bring: Any, kind: str) -> None:
    @fuzz(QUICK)
    @given(WHOLE[kind])
    def run(data: bytes) -> None:
        bring(data)

    run()


@pytest.mark.parametrize("kind", BROKEN)
def test_any_bytes(bring: Any, kind: str) -> None:
    @fuzz(QUICK)
    @given(BROKEN[kind])
    def run(made: tuple[None, bytes]) -> None:
        bring(made[1])

    run()


@pytest.mark.slow
@pytest.mark.parametrize("kind", WHOLE)
def test_long(bring: Any, kind: str) -> None:
    @fuzz(8 * QUICK)
    @given(WHOLE[kind] | BROKEN[kind].map(lambda made: made[1]))
    def run(data: bytes) -> None:
        bring(data)

    run()
