"""The office's own letterhead: a YAML file that a clerk writes once.

The setting ``letterhead`` names the file. Its keys are those of
:class:`~liantu.systems.dispatch.paper.Letterhead`, all optional::

    issuer: 某市经济和信息化局          # 署名
    red_head: 某市经济和信息化局文件    # 发文机关标志；不写则不印红头
    document_number: 〔2026〕1号        # 发文字号
    recipients: 各区（市）县人民政府    # 主送机关，不带冒号
    copies_to: 市委办公厅               # 抄送
    printed_by: 某市经济和信息化局办公室  # 印发机关
"""

from __future__ import annotations

from pathlib import Path

from liantu import site
from liantu.declarations import declared, read_yaml
from liantu.errors import InvalidDeclaration, NotFound
from liantu.systems.dispatch.paper import Letterhead

VARIABLE = "LIANTU_LETTERHEAD"


def read_letterhead(path: Path) -> Letterhead:
    """Read one letterhead file.

    Raises:
        NotFound: there is no such file.
        InvalidDeclaration: it is no YAML, or has an unknown key.
    """
    if not path.is_file():
        raise NotFound(
            f"找不到版头文件：{path}。请改正路径，或取消环境变量 {VARIABLE}。",
            f"There is no letterhead file {path}. Mend the path, or unset {VARIABLE}.",
        )
    try:
        content = read_yaml(path)
    except UnicodeDecodeError as error:
        raise InvalidDeclaration(
            f"版头文件 {path.name} 不是 UTF-8 编码。请另存为 UTF-8。",
            f"The letterhead file {path.name} is not UTF-8. Save it as UTF-8.",
        ) from error
    return declared(Letterhead, content or {}, where=path.name)


def office_letterhead() -> Letterhead:
    """The letterhead that the site names; an empty one where it names none."""
    named = site.text("letterhead")
    return read_letterhead(Path(named)) if named else Letterhead()
