"""Time is linear in the text, also for texts made to hurt."""

from __future__ import annotations

from time import process_time

import pytest

from .plans import FRAME, extracted

ROWS = "\n".join(f"{i} 规上企业{i}型数量（家） {i} {i + 1} 预期性" for i in range(1, 200))
HOSTILE = {
    "one list": "到2025年，" + "、".join(f"智能工厂{i}家" for i in range(2, 3000)) + "。",
    "one sentence": "到2025年，" + "，".join(f"产值达到{i}亿元" for i in range(2, 3000)) + "。",
    "one number": "到2025年达到" + "1" * 30_000,
    "open brackets": "到2025年达到" + "（" * 20_000 + "5家",
    "open quotes": "到2025年达到" + "“" * 20_000 + "5家",
    "numerals": "到2025年达到" + "十百千万亿" * 4_000,
    "percent words": "百分之" * 8_000,
    "cells": "序号 指标 2020年 2025年 属性\n" + "企业\n" * 4_000,
    "rows": "序号 指标 2020年 2025年 属性\n" + ROWS,
    "verbs": "达到提升至突破建成" * 3_000 + "5家",
}


def _seconds(text: str) -> float:
    start = process_time()
    extracted(text)
    return process_time() - start


def test_linear_in_length() -> None:
    one = FRAME.format(table=f"序号 指标 2020年 2025年 属性\n{ROWS}")
    extracted(one)
    base = min(_seconds(one) for _ in range(3))
    assert min(_seconds(one * 8) for _ in range(2)) < 8 * base * 2


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_end(text: str) -> None:
    assert _seconds(text) < 12


def test_a_list_is_read_to_its_end() -> None:
    assert len(extracted(HOSTILE["one list"]).targets) == 2998
