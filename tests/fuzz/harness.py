"""Coverage-guided fuzzing of the doors: ``python -m tests.fuzz.harness KIND --seconds N``.

Atheris changes the bytes of files of which the seeds are made here, and keeps what reaches code
that nothing reached before; the corpus grows in ``--corpus`` and is used again. Whatever a door
says that is not its own word, and whatever takes too long or too much memory, stops the run with
the file that did it kept beside the corpus.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import atheris
import polars as pl
import xlsxwriter

with atheris.instrument_imports(include=["liantu.records.doors"]):
    from liantu.records import doors

from tests.fuzz.oracle import judged

from liantu.records.tables.declared import load_tables

KINDS = ("csv", "xlsx", "parquet", "objects", "sheet")
_TABLES = ("firm_month", "firms", "areas", "products", "park_quarter", "product_relations")
_MEMORY_MB = 2000
_PREFIX = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)


def seeds(kind: str, folder: Path) -> None:
    """Small whole files of a kind, one a table."""
    for number, name in enumerate(_TABLES):
        table = load_tables()[name]
        path = folder / f"seed-{number}"
        if kind == "sheet":
            head = "".join(
                f'<c r="{chr(65 + at)}1" t="str"><v>{column.header}</v></c>'
                for at, column in enumerate(table.columns[:20])
            )
            body = f'<row r="1">{head}</row><row r="2"><c r="A2"><v>5</v></c></row>'
            path.write_bytes(bytes([number]) + body.encode())
            continue
        if kind == "objects":
            members = ",".join(f'"{column.name}":"5"' for column in table.columns)
            feature = f'{{"type":"Feature","properties":{{{members}}},"geometry":null}}'
            text = f'{{"type":"FeatureCollection","features":[{feature}]}}'
            path.write_bytes(bytes([number]) + text.encode())
            continue
        whole = folder / f"whole.{kind}"
        if kind == "xlsx":
            with xlsxwriter.Workbook(whole) as book:
                page = book.add_worksheet()
                page.write_row(0, 0, [column.header for column in table.columns])
                page.write_row(1, 0, ["5"] * len(table.columns))
        elif kind == "csv":
            heads = ",".join(column.header for column in table.columns)
            whole.write_text(f"{heads}\n{','.join('5' for _ in table.columns)}\n", encoding="utf-8")
        else:
            pl.DataFrame({c.name: ["5", None] for c in table.columns}).write_parquet(whole)
        path.write_bytes(bytes([number]) + whole.read_bytes())
        whole.unlink()


def one_input(kind: str, path: Path, data: bytes) -> None:
    """The first byte chooses the table, the others are the file."""
    table = _TABLES[data[0] % len(_TABLES)] if data else _TABLES[0]
    content = data[1:]
    if kind == "sheet":
        content = _workbook(content)
    path.write_bytes(content)
    judged(path, table)


def _workbook(body: bytes) -> bytes:
    """A workbook whose only sheet holds the bytes: what is inside the archive is what changes."""

    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook xmlns:r="{space}"><sheets><sheet name="s" sheetId="1"'
        ' r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='r1' Type='x/worksheet'"
        " Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": _PREFIX + body + b"</sheetData></worksheet>",
    }
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return memory.getvalue()


def fuzz(
    kind: str, seconds: int, corpus: Path, seed: Callable[[Path], None],
    one: Callable[[Path, bytes], None],
) -> None:  # fmt: skip
    """Change bytes until the time is over.

    Args:
        seed: writes small whole inputs into a folder.
        one: judges one input; the path is for its file.
    """
    grown = corpus / kind
    grown.mkdir(parents=True, exist_ok=True)
    seed(grown)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.file"
        atheris.Setup(
            [
                sys.argv[0],
                str(grown),
                f"-max_total_time={seconds}",
                f"-rss_limit_mb={_MEMORY_MB}",
                "-max_len=65536",
                "-timeout=120",
                "-print_final_stats=1",
                f"-artifact_prefix={corpus}/failed-{kind}-",
            ],
            lambda data: one(path, data),
        )
        atheris.Fuzz()


def asked(about: str | None, kinds: Sequence[str]) -> tuple[str, int, Path]:
    """Kind, seconds and folder of the corpus, as the command line says."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, default=Path("build/fuzz"))
    chosen = parser.parse_args()
    return chosen.kind, chosen.seconds, chosen.corpus


def main() -> None:
    """Run until the time is over."""
    kind, seconds, corpus = asked(__doc__, KINDS)
    fuzz(
        kind, seconds, corpus, lambda folder: seeds(kind, folder),
        lambda path, data: one_input(kind, path, data),
    )  # fmt: skip


if __name__ == "__main__":
    assert doors.check
    main()
