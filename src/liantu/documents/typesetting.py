"""The typesetter (typst) with its fonts: the one place that calls it.

Data go in as one JSON string and are shown as strings, so that no text of a plan or a source
can run as markup. Only the fonts shipped with the environment, and those of a folder that the
office names in ``LIANTU_FONTS``, are used: the same edition gives the same bytes on any machine.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import typst

from liantu import site
from liantu.documents.glyphs import characters, showable
from liantu.documents.page_rules import Font, PageRules
from liantu.errors import NotFound

Standard = Literal["a-2a", "a-2b", "a-3a", "ua-1"]
TEMPLATES = Path(__file__).parent / "templates"
FONTS_VARIABLE = "LIANTU_FONTS"
_FAMILY = {"serif": "Noto Serif SC", "sans": "Noto Sans SC"}


def office_fonts() -> Path | None:
    """Folder of the office's own fonts (方正小标宋, 仿宋_GB2312 …), None where none is named."""
    named = site.text("fonts")
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise NotFound(
            f"环境变量 {FONTS_VARIABLE} 指定的字体目录不存在：{named}。请改正路径或取消该变量。",
            f"The font folder named in {FONTS_VARIABLE} does not exist: {named}."
            " Mend the path or unset the variable.",
        )
    return folder


def faces(rules: PageRules) -> dict[str, list[str]]:
    """Families to try for each part of a paper, the shipped one last."""
    own = office_fonts() is not None

    def families(font: Font) -> list[str]:
        shipped = _FAMILY[font.pdf]
        return [font.name, *font.alternatives, shipped] if own else [shipped]

    fonts = rules.fonts
    return {
        "title": families(fonts.title),
        "text": families(fonts.text),
        "heading1": families(fonts.heading1),
        "heading2": families(fonts.heading2),
        "number": families(fonts.number),
        "sans": [_FAMILY["sans"]],
    }


def typeset(
    template: str,
    data: dict[str, Any],
    *,
    form: Literal["pdf", "svg", "png"],
    dated: date,
    standards: tuple[Standard, ...] = (),
) -> bytes:
    """Set ``template`` with ``data``; ``dated`` is the only date the file bears."""
    made = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=[str(path) for path in _font_folders()],
        ignore_system_fonts=True,
        format=form,
        ppi=300.0 if form == "png" else None,
        sys_inputs={"data": json.dumps(_showable(data), ensure_ascii=False, sort_keys=True)},
        pdf_standards=list(standards),
        timestamp=_seconds(dated),
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{template}: one page expected, {len(made)} set")
    return made


def _showable(value: Any) -> Any:
    """``value`` with every string in it fit for the shipped fonts."""
    if isinstance(value, str):
        return showable(value, _known())
    if isinstance(value, dict):
        return {key: _showable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_showable(one) for one in value]
    return value


@cache
def _known() -> frozenset[int]:
    """Characters that both shipped families can show."""
    paths = (pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path())
    serif, sans = (characters(Path(str(path))) for path in paths)
    return serif & sans


def _font_folders() -> list[Path]:
    own = office_fonts()
    return [*([own] if own else []), _shipped()]


@cache
def _shipped() -> Path:
    return Path(str(pylopdf_fonts_zh_cn.serif_path())).parent


def _seconds(day: date) -> int:
    """Midnight of ``day`` in UTC. [s]"""
    return (day - date(1970, 1, 1)).days * 86400
