"""What an import says: what would change, what did, and what was sent back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from liantu.cli.output import Format, Row, listed, print_rows
from liantu.errors import InvalidRecords, Message

if TYPE_CHECKING:
    from liantu.records.accept import Receipt
    from liantu.records.intake import Prepared

_SHOWN = 20
_MOST = 1000
"""Problems and differences given to programs; a file of another kind may have millions."""


def print_preview(prepared: Prepared, style: Format) -> None:
    """What an import would change: counts, the first differences, remarks and warnings."""
    if style != "table":
        print_rows([_counts(prepared, None)], style, details=_details(prepared, None))
        return
    counts = prepared.preview.counts
    table = prepared.table
    click.echo(f"{prepared.path.name} → {table.zh} {table.id}")
    click.echo(
        f"  新增 new {counts['new']}，更改 changed {counts['changed']}，"
        f"无变化 unchanged {counts['unchanged']}，退回 rejected {counts['rejected']}，"
        f"提示 warnings {prepared.checked.warnings.height}"
    )
    differences = _differences(prepared)[:_SHOWN]
    if differences:
        print_rows(differences, "table", {"key": "主键", "column": "列", "before": "原值",
                                          "after": "新值"})  # fmt: skip
        more = prepared.preview.differences.height - len(differences)
        if more > 0:
            click.echo(f"  另有 {more} 处更改。{more} more changes.")
    listed([*prepared.remarks, *_warnings(prepared)])


def _counts(prepared: Prepared, receipt: Receipt | None) -> Row:
    counts = prepared.preview.counts if receipt is None else {
        "new": receipt.new, "changed": receipt.changed, "unchanged": receipt.unchanged,
        "rejected": receipt.rejected,
    }  # fmt: skip
    return {
        "file": prepared.path.name,
        "table": prepared.table.id,
        **counts,
        "warnings": prepared.checked.warnings.height,
        "synthetic": prepared.synthetic,
        "batch": receipt.vintage if receipt else None,
        "already": receipt.already if receipt else None,
    }


def _details(prepared: Prepared, receipt: Receipt | None) -> Any:
    return {
        **_counts(prepared, receipt),
        "differences": _differences(prepared) if receipt is None else [],
        "rejected_rows": [
            {"row": row.row, "zh": row.message.zh, "en": row.message.en}
            for row in prepared.checked.rejected
        ],
        "remarks": [{"zh": m.zh, "en": m.en} for m in prepared.remarks],
        "warned": [{"zh": m.zh, "en": m.en} for m in _warnings(prepared)],
    }


def _differences(prepared: Prepared) -> list[Row]:
    key = list(prepared.table.key)
    return [
        {
            "key": " ".join(str(row[name]) for name in key),
            "column": prepared.table[row["column"]].zh,
            "before": row["before"],
            "after": row["after"],
        }
        for row in prepared.preview.differences.head(_MOST).iter_rows(named=True)
    ]


def _warnings(prepared: Prepared) -> list[Message]:
    return [
        Message(
            f"第 {said['row']} 行 {said['header']} “{said['found']}”，应为{said['expected_zh']}。"
            f"{said['fix_zh']}。",
            f"Row {said['row']}, {said['column']}: found “{said['found']}”, expected"
            f" {said['expected_en']}. {said['fix_en']}.",
        )
        for said in prepared.checked.warnings.head(_MOST).iter_rows(named=True)
    ]


def print_receipt(prepared: Prepared, receipt: Receipt, style: Format) -> None:
    """What it changed."""
    if style != "table":
        print_rows([_counts(prepared, receipt)], style, details=_details(prepared, receipt))
        return
    click.echo(receipt.summary_zh)
    click.echo(receipt.summary_en)


def say_rejected(prepared: Prepared, receipt: Receipt | None) -> None:
    """End with what was sent back, and how to fetch it.

    Raises:
        InvalidRecords: there is something.
    """
    bad = prepared.checked.rejected
    if not len(bad):
        return
    problems = [row.message for row in bad[:_MOST]]
    if receipt is None:
        raise InvalidRecords(
            f"{len(bad)} 行未通过检查；其余可以入库。本次只检查，未作任何改动。",
            f"{len(bad)} rows failed their checks, the others can come in. Nothing was changed.",
            problems,
        )
    raise InvalidRecords(
        f"{len(bad)} 行未通过检查，已退回；用 liantu data rejected --batch {receipt.vintage} "
        "--out mend.xlsx 取回，修改后再导入。",
        f"{len(bad)} rows failed their checks and were set aside; fetch them with liantu data"
        f" rejected --batch {receipt.vintage} --out mend.xlsx, mend them and import again.",
        problems,
    )
