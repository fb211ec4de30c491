"""The synthetic plans: as text, as a Word file with a real table, as a printed PDF."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import docx
import typst

FOLDER = Path(__file__).parent / "samples"
NAMES = ("yunzhou", "linhe", "zhizao")
INDICATORS = (
    ("类别", "指标名称", "2020年", "2025年", "属性"),
    ("规模", "规上工业总产值（亿元）", "1700", "2600", "预期性"),
    ("规模", "规上工业企业数量（户）", "860", "1200", "预期性"),
    ("创新", "省级以上企业技术中心（家）", "45", "70", "预期性"),
    ("绿色", "单位工业增加值能耗降低（%）", "—", "14", "约束性"),
)
TABLE_MARK = "【指标表】"


@cache
def sample(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def write_docx(path: Path) -> Path:
    """The plan ``linhe`` as a Word file: headings, paragraphs, and its indicator table."""
    document = docx.Document()
    for paragraph in sample("linhe").rstrip("\n").split("\n"):
        if paragraph == TABLE_MARK:
            table = document.add_table(rows=0, cols=len(INDICATORS[0]))
            for row in INDICATORS:
                cells = table.add_row().cells
                for cell, text in zip(cells, row, strict=True):
                    cell.text = text
        else:
            document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def write_pdf(path: Path) -> Path:
    """The plan ``linhe`` set on pages with running header, page numbers and a ruled table."""
    body: list[str] = []
    for paragraph in sample("linhe").rstrip("\n").split("\n"):
        if paragraph == TABLE_MARK:
            cells = ", ".join(f"[{text}]" for row in INDICATORS for text in row)
            body.append(f"#table(columns: {len(INDICATORS[0])}, {cells})")
        else:
            body.append(f"#par[#h(2em)#{_quoted(paragraph)}]")
    head = (
        '#set page(paper: "a5", margin: 2cm, header: [临河市制造业规划汇编（模拟）],'
        ' footer: context [— #counter(page).display() —])\n#set text(lang: "zh", size: 12pt,'
        ' font: ("Noto Serif SC", "Noto Serif CJK SC"))\n#set par(first-line-indent: 0em)\n'
    )
    path.write_bytes(typst.compile((head + "\n\n".join(body)).encode(), font_paths=[_fonts()]))
    return path


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _fonts() -> str:
    import pylopdf_fonts_zh_cn

    return str(Path(pylopdf_fonts_zh_cn.__file__).parent)
