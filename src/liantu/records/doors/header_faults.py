"""What is wrong with a header, and what a person should know about how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from liantu.errors import LiantuError, Message, UnreadableInput
from liantu.records.doors.mapping import Match
from liantu.records.doors.matching import names_unit
from liantu.records.doors.rules import door_rules
from liantu.records.tables.declared import Column, Table


def check_doubled(path: Path, table: Table, matches: Sequence[Match]) -> None:
    """Refuse a header of which several cells mean one column.

    Raises:
        UnreadableInput: naming the column and the cells.
    """
    by_column: dict[str, list[str]] = {}
    for match in matches:
        if match.column:
            by_column.setdefault(match.column, []).append(match.header)
    doubled = {name: texts for name, texts in by_column.items() if len(texts) > 1}
    if doubled:
        zh = "；".join(f"{table[n].zh}：{'、'.join(texts)}" for n, texts in doubled.items())
        en = "; ".join(f"{n}: {', '.join(texts)}" for n, texts in doubled.items())
        raise UnreadableInput(
            f"{path.name} 的表头有多列指同一项（{zh}）。请删去多余的列，"
            "或保存列对应关系指明用哪一列。未导入任何数据。",
            f"Several headers of {path.name} mean one column ({en}). Delete those not meant, or"
            " keep a mapping that says which is. Nothing was imported.",
        )


def check_units(path: Path, table: Table, matches: Sequence[Match]) -> None:
    """Refuse units of another kind than their columns.

    Raises:
        UnreadableInput: naming every such unit.
    """
    wrong: list[Message] = []
    for match in matches:
        if match.column and match.unit is not None and table[match.column].numeric:
            try:
                table[match.column].factor(match.unit)
            except LiantuError as error:
                wrong.append(error.message)
    if wrong:
        raise UnreadableInput(
            f"{path.name} 表头的单位不能用：" + " ".join(m.zh for m in wrong) + " 未导入任何数据。",
            f"Units in the header of {path.name} do not fit: "
            + " ".join(m.en for m in wrong)
            + " Nothing was imported.",
        )


def no_header(path: Path, table: Table, texts: Sequence[tuple[str, ...]]) -> UnreadableInput:
    """The error for a file in which nothing looks like the header of a table."""
    found = "、".join("/".join(levels)[:20] for levels in texts[:8] if levels) or "（空）"
    expected = "、".join(column.header for column in table.columns[:6])
    return UnreadableInput(
        f"{path.name} 的前 {door_rules().limits.header_depth} 行没有“{table.zh}”的表头，"
        f"找到的是：{found}。应为 {expected} 等。请核对是否选对了表，或下载模板对照。",
        f"The first {door_rules().limits.header_depth} rows of {path.name} hold no header of"
        f" {table.en}; found: {found}. Expected the like of {expected}. Check the table chosen,"
        " or compare with the template.",
    )


def lacking(
    path: Path, table: Table, missing: Sequence[Column], matches: Sequence[Match]
) -> UnreadableInput:
    """The error for a header without columns that the table needs."""
    unknown = [match.header for match in matches if not match.column and match.header]
    zh = "、".join(column.zh for column in missing)
    en = ", ".join(f"{column.zh} ({column.name})" for column in missing)
    rest = "、".join(unknown[:10]) or "无"
    return UnreadableInput(
        f"{path.name} 缺少“{table.zh}”必需的列：{zh}。未能识别的列：{rest}。"
        "请补上这些列，保存列对应关系，或为整个文件填一个固定值。未导入任何数据。",
        f"{path.name} lacks columns that {table.en} needs: {en}. Headers not recognised: {rest}."
        " Add the columns, keep a mapping, or fill one value for the whole file. Nothing was"
        " imported.",
    )


def remarks_on(table: Table, matches: Sequence[Match]) -> list[Message]:
    """Headers that were left aside, and units that were assumed."""
    remarks = []
    groups = {
        how: [match.header for match in matches if match.how == how and match.header]
        for how in ("unknown", "other", "rival")
    }
    said = {
        "unknown": ("未识别的列未导入", "Headers not recognised were left aside"),
        "other": (
            "累计、同比等口径不同的列未导入",
            "Headers of other figures (since January, growth …) were left aside",
        ),
        "rival": (
            "与主列同义的列未导入",
            "Headers that mean a column already found were left aside",
        ),
    }
    for how, headers in groups.items():
        if headers:
            shown = headers[:20]
            remarks.append(
                Message(
                    f"{said[how][0]}：{'、'.join(shown)}。", f"{said[how][1]}: {', '.join(shown)}."
                )
            )
    assumed = [
        table[match.column]
        for match in matches
        if match.how != "mapping"
        and match.column
        and table[match.column].numeric
        and table[match.column].shown_unit
        and table[match.column].shown_unit != table[match.column].unit
        and match.unit == table[match.column].shown_unit
        and not names_unit(match.header)
    ]
    if assumed:
        remarks.append(
            Message(
                f"表头未写单位，按模板单位读取：{'、'.join(c.header for c in assumed)}。请核对。",
                "Headers without a unit were read in the unit of the template:"
                f" {', '.join(c.header for c in assumed)}. Check them.",
            )
        )
    return remarks
