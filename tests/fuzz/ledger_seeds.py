"""Records that corrections meet, and small whole files of figures and of corrections."""

from __future__ import annotations

import json
from pathlib import Path

from liantu.records import intake
from liantu.records.figures.interpret import COLUMNS
from liantu.records.identity.credit_code import check_character

_BODY = "91000100000000001"
FIRM = _BODY + check_character(_BODY)
_HEAD = ",".join(COLUMNS)
FIGURES = (
    f"{_HEAD}\n工业投资增速,甲市,2023,7.5,%,甲报(2024-01-20),https://example.org/a,,press\n",
    f"{_HEAD}\n工业投资增速,甲市,2024,8.1,%,甲报,,限定词:突破,press\n"
    "工业投资增速,甲市,去年,多,%,甲报,,,press\n工业投资增速,甲市,2024,8.1,%,甲报,,限定词:突破,press\n",
    f'{_HEAD}\n地区生产总值,甲市,2025年上半年,"1,200",亿元,甲报,,约数;四经普前口径,official\n',
)


def correction(table: str, key: list[str], column: str, expect: str, value: str) -> str:
    """One row of a file of corrections."""
    listed = json.dumps(key, ensure_ascii=False).replace('"', '""')
    return f'{table},"{listed}",{column},{expect},{value},见台账\n'


def corrections() -> tuple[str, ...]:
    """Files of corrections that can be kept, and one that is wrong in one row."""
    head = "table,key,column,expect,value,reason\n"
    land = correction("firm_year", [FIRM, "2024"], "land_mu", "40", "44")
    name = correction("chains", ["c1"], "name", "甲链", "乙链")
    unknown = correction("chains", ["c9"], "name", "丙", "丁")
    wrong = correction("firm_year", [FIRM, "2024"], "land_mu", "9", "8")
    return (head + land, head + name, head + unknown + name, head + land + wrong)


def fill(folder: Path) -> None:
    """One firm with a year and one chain in the records."""
    files = {
        "firms": f"统一社会信用代码,企业名称\n{FIRM},甲厂\n",
        "firm_year": f"统一社会信用代码,年份,用地面积（亩）\n{FIRM},2024,40\n",
        "chains": "产业链代码,产业链名称\nc1,甲链\n",
    }
    for table, text in files.items():
        path = folder / f"{table}.csv"
        path.write_text(text, encoding="utf-8")
        intake.commit(intake.prepare(path, table), by="试")
