"""A folder, or a workbook of several tables, through ``liantu data import``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from liantu.cli.output import Format, Row, listed, print_rows, progress
from liantu.errors import InvalidRecords, Message, UnreadableInput

_COUNTS = {"file": "文件", "table": "表", "new": "新增", "changed": "更改", "unchanged": "无变化",
           "rejected": "退回", "warnings": "提示", "batch": "批次", "note": ""}  # fmt: skip


def import_many(path: Path, *, by: str, reason: str, source: str, style: Format) -> None:
    """Import every table found, in the order of their references, and say what came of each.

    Raises:
        UnreadableInput: files that could not be imported; the others were.
        InvalidRecords: rows were sent back.
    """
    from liantu.records import intake

    with progress(1) as step:
        done = intake.import_folder(
            path, by=by, reason=reason, source=source, progress=lambda text: step(text, 0)
        )
    rows = [_folder_row(receipt) for receipt in done]
    print_rows(rows, style, _COUNTS)
    left = [
        Message(f"{one.path.name} {one.sheet}：{one.why.zh}", f"{one.path.name}: {one.why.en}")
        for one in done.left
    ]
    if done.failed:
        raise UnreadableInput(
            f"{len(done.failed)} 个文件未能导入，其余已入库：" + " ".join(m.zh for m in left[:5]),
            f"{len(done.failed)} files could not be imported, the others were: "
            + " ".join(m.en for m in left[:5]),
        )
    listed(left)
    bad = sum(row["rejected"] for row in rows if not row["already"])
    if bad:
        raise InvalidRecords(
            f"{bad} 行未通过检查，已退回；"
            "用 liantu data rejected --batch 批次 --out mend.xlsx 取回。",
            f"{bad} rows failed their checks and were set aside; fetch them with liantu data"
            " rejected --batch BATCH --out mend.xlsx.",
        )


def _folder_row(receipt: Any) -> Row:
    from liantu.records.accept import Receipt

    own = isinstance(receipt, Receipt)
    return {
        "file": receipt.file_name,
        "table": receipt.table.id if own else "observations",
        "new": receipt.new if own else receipt.accepted,
        "changed": receipt.changed if own else 0,
        "unchanged": receipt.unchanged if own else receipt.duplicates,
        "rejected": receipt.rejected,
        "warnings": receipt.warnings if own else len(receipt.warnings),
        "batch": receipt.vintage,
        "already": receipt.already,
        "note": "此前已导入" if receipt.already else "",
    }
