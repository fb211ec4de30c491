"""``liantu data``: records in, records out, rows to mend, corrections, one record at a time."""

from __future__ import annotations

import click

from liantu.cli.data.additions import additions
from liantu.cli.data.bringing import import_
from liantu.cli.data.classes import concordance
from liantu.cli.data.memory import correct, corrections, mappings
from liantu.cli.data.mending import rejected, withdraw
from liantu.cli.data.one_record import delete, edit, history, merge, restore, show
from liantu.cli.data.state import check, vintages
from liantu.cli.data.taking import export, tables, template
from liantu.cli.review import review


@click.group()
def data() -> None:
    """数据：模板、导入、退回、更正、查改、导出、版次。Records in, mended, looked up, out.

    \b
    例 Example:
      liantu data template firms --out firms.xlsx
      liantu data import firms.xlsx --by 企业处
      liantu data export firms --out firms.csv
    """


for _command in (
    template, tables, import_, rejected, withdraw, export,
    show, history, edit, delete, restore, merge,
    correct, corrections, mappings, review, additions, vintages, check, concordance,
):  # fmt: skip
    data.add_command(_command)
