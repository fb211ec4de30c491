"""What the explanation says of limits and problems is what the rules say."""

from __future__ import annotations

from pathlib import Path

from liantu.records.doors.rules import door_rules

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "what-the-doors-refuse.md"
UNITS = {
    "largest_mb": "MB of a file, and of what it unpacks to 文件及解压后",
    "json_mb": "MB of GeoJSON and JSON lines",
    "columns": "columns 列",
    "rows": "rows 行",
    "cells": "cells of csv and parquet 单元格",
    "sheet_cells": "cells of a sheet, counted to its last row and column 工作表单元格",
    "sheet_parts": "files inside a workbook 工作簿部件",
    "geometry": "characters of one geometry 几何文本字符",
    "header_depth": "rows in which a header is looked for 表头搜索行数",
    "text": "characters of one text 文字字符",
    "shown": "characters of a cell repeated in a message 提示中显示的字符",
    "several": "characters of several cells named together 一并写出的几个单元格的字数",
    "distinct": "odd spellings of one column read one by one 逐个辨认的异写",
    "earliest": "first day that a date may be 最早日期",
    "named_rows": "rows named in a remark 提示中列出的行号",
}


def problems() -> str:
    lines = ["| code 代码 | expected 应为 | what to do 怎么改 |", "| --- | --- | --- |"]
    for code, words in door_rules().problems.items():
        expected, fix = (
            f"{zh}<br>{en}".replace("|", "\\|")
            for zh, en in (
                (words.expected_zh, words.expected_en),
                (words.fix_zh, words.fix_en),
            )
        )
        lines.append(f"| `{code}` | {expected} | {fix} |")
    return "\n".join(lines)


def limits() -> str:
    lines = ["| limit 限额 | of what 对象 |", "| ---: | --- |"]
    for name, value in door_rules().limits:
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        lines.append(f"| {shown} | {UNITS[name]} |")
    return "\n".join(lines)


def written(text: str) -> str:
    """The page with its tables as the rules have them."""
    for name, table in (("problems", problems()), ("limits", limits())):
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        after = rest.split(f"<!-- /{name} -->", 1)[1]
        text = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return text


def test_the_page_says_what_the_rules_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert written(text) == text, f"write the page anew: python -m {__name__}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
