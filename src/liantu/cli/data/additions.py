"""``liantu data additions``: new records of districts and parks that wait for the city."""

from __future__ import annotations

import click

from liantu.cli.output import Format, format_option, print_rows

_COLUMNS = {"id": "编号", "table": "数据表", "key": "代码", "name": "名称", "by": "申请人",
            "held": "名录已有", "state": "结论", "because": "理由"}  # fmt: skip


@click.group()
def additions() -> None:
    """核定新增：区县、园区报送的新企业、项目、地块。New records that wait for the city."""


@additions.command("list")
@click.option(
    "--state", type=click.Choice(["waiting", "admitted", "refused", "all"]), default="waiting",
    show_default=True, help="结论。State.",
)  # fmt: skip
@click.option("--most", default=50, show_default=True, help="至多列出。List at most.")
@format_option
def list_(state: str, most: int, style: Format) -> None:
    """待核定的新增，新的在前。Additions, the latest first.

    \b
    例 Example:
      liantu data additions list
      liantu data additions list --state all --format csv
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records.models import Addition
    from liantu.records.registers import admission

    found = Addition.objects.filter(**({} if state == "all" else {"state": state}))
    rows = [
        {
            "id": one.pk, "table": one.table, "key": one.key, "name": one.values.get("name") or "",
            "by": one.by, "held": "是 yes" if admission.standing(one) else "否 no",
            "state": one.state, "because": one.because,
        }
        for one in found[: max(most, 0)]
    ]  # fmt: skip
    print_rows(rows, style, _COLUMNS)
    more = found.count() - len(rows)
    if style == "table" and more > 0:
        click.echo(f"另有 {more} 项；用 --most。{more} more.")


@additions.command()
@click.argument("numbers", nargs=-1, required=True, type=int)
@click.option("--by", required=True, help="经手人。Who decides.")
@click.option("--reason", default="", help="理由。Why.")
def admit(numbers: tuple[int, ...], by: str, reason: str) -> None:
    """核定入库；名录已有的转入申请人的范围。Admit; what others have moves to whoever asked.

    \b
    例 Example:
      liantu data additions admit 12 13 --by 企业处 --reason 已核实
    """
    _decide(numbers, admit=True, by=by, reason=reason)


@additions.command()
@click.argument("numbers", nargs=-1, required=True, type=int)
@click.option("--by", required=True, help="经手人。Who decides.")
@click.option("--reason", required=True, help="理由。Why.")
def refuse(numbers: tuple[int, ...], by: str, reason: str) -> None:
    """不予核定，申请人看得到理由。Refuse; whoever asked reads why.

    \b
    例 Example:
      liantu data additions refuse 14 --by 企业处 --reason 注册地在外区
    """
    _decide(numbers, admit=False, by=by, reason=reason)


def _decide(numbers: tuple[int, ...], *, admit: bool, by: str, reason: str) -> None:
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records.registers import admission

    for number in numbers:
        done = admission.decide(number, admit=admit, by=by, reason=reason)
        click.echo(f"{done.pk} {done.table} {done.key}：{done.get_state_display()} {done.state}")
