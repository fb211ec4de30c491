"""``liantu cycles``: the rhythm of reporting, from opening a period to correcting an edition."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from liantu.cli.data.options import by_option, reason_option
from liantu.cli.output import Format, Row, format_option, print_rows

DAYS_AHEAD = 92
_MOST = 60
"""Periods listed at a time."""


@click.group()
def cycles() -> None:
    """报送周期：开期、报送、接收、评价、发布、勘误。The cycles of reporting."""


@cycles.command()
@click.option(
    "--from", "first", metavar="YYYY-MM-DD", help="起，缺省为今天。From; today by default."
)
@click.option("--to", "last", metavar="YYYY-MM-DD", help="止，缺省为三个月后。To.")
@click.option("--days", "listed", is_flag=True, help="列出节假日与调休日。Days off and worked.")
@format_option
def calendar(first: str | None, last: str | None, listed: bool, style: Format) -> None:
    """报送日历：到期日与所依工作日。What falls due, by working days.

    \b
    例 Example:
      liantu cycles calendar --from 2026-09-01 --to 2026-10-31
      liantu cycles calendar --from 2026-09-20 --to 2026-10-12 --days
    """
    from liantu.web.ready import ready

    ready()
    from liantu.systems.reporting import agenda

    begin = day_said(first) if first else date.today()  # noqa: DTZ011 - the clerk's own day
    end = day_said(last) if last else begin + timedelta(days=DAYS_AHEAD)
    if listed:
        _print_days(begin, end, style)
        return
    from liantu.words import words

    found = agenda.agenda(begin, end)
    rows: list[Row] = []
    for each in found:
        key, figures = each.cycle.due.words()
        rows.append(
            {
                "due": each.due.isoformat(),
                "cycle": each.cycle.id,
                "name": each.cycle.zh,
                "period": each.period.code,
                "lead": each.cycle.lead.zh,
                "rule": words().say(key, "zh", **figures),
                "trust": each.cycle.due.source.trust,
                "announced": each.announced,
                "note": "" if each.announced else words().say("cycles.unannounced", "zh"),
            }
        )
    titles = {"due": "到期", "cycle": "任务", "name": "名称", "period": "报告期", "lead": "牵头",
              "rule": "时限", "trust": "时限依据", "note": "说明"}  # fmt: skip
    print_rows(rows, style, titles)


def _print_days(begin: date, end: date, style: Format) -> None:
    from liantu.systems.reporting import agenda

    rows: list[Row] = [
        {
            "day": each.day.isoformat(),
            "works": each.works,
            "kind": each.kind,
            "zh": each.zh,
            "en": each.en,
            "announced": each.announced,
        }
        for each in agenda.days(begin, end)
        if style != "table" or each.kind in ("holiday", "worked_weekend") or not each.announced
    ]
    print_rows(rows, style, {"day": "日期", "zh": "安排", "en": "", "announced": "已公布"})


def day_said(text: str) -> date:
    """A day as written on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"日期应写成 2026-11-26，是“{text}”。") from error


# Opening and looking --------------------------------------------------------------------------


def _ready() -> None:
    from liantu.web.ready import ready

    ready()


@cycles.command("open")
@click.argument("rule", required=False)
@click.argument("period", required=False)
@by_option
def open_(rule: str | None, period: str | None, by: str) -> None:
    """开期；不给参数则开出各任务刚结束的一期。Open a period; all that fell due by default.

    \b
    例 Example:
      liantu cycles open
      liantu cycles open firm_month 2026-10 --by 规划处
    """
    _ready()
    from liantu.systems.reporting.opening import open_cycle, open_due

    if rule and not period:
        raise click.UsageError("请给出报告期，如 2026-10。Say the period, e.g. 2026-10.")
    found = [open_cycle(rule, period or "", by=by)] if rule else open_due(by=by)
    for cycle in found:
        units = cycle.sheets.filter(leaf=True).count()
        note = "" if cycle.due_announced else "（待核实：按周末推算）"
        click.echo(f"{cycle.rule} {cycle.period}：{units} 个单位，{cycle.due_on} 到期{note}")
    if not found:
        click.echo("没有需要开的期。Nothing to open.")


@cycles.command()
@click.argument("rule", required=False)
@click.argument("period", required=False)
@click.option("--as-of", "day", metavar="YYYY-MM-DD", help="按某日计算逾期。Lateness by that day.")
@format_option
def status(rule: str | None, period: str | None, day: str | None, style: Format) -> None:
    """谁报了、谁没报、谁逾期。Who has filed, who is late.

    \b
    例 Example:
      liantu cycles status
      liantu cycles status firm_month 2026-10
    """
    _ready()
    from liantu.systems.reporting.models import Cycle
    from liantu.systems.reporting.standing import board
    from liantu.systems.reporting.steps import cycle_named
    from liantu.words import words

    today = day_said(day) if day else None
    if rule and period:
        found = board(cycle_named(rule, period), today)
        rows: list[Row] = []
        for line in found.lines:
            key, figures = line.reason
            sheet = line.sheet
            rows.append(
                {
                    "unit": sheet.unit or sheet.level,
                    "name": "　" * line.depth + sheet.unit_name,
                    "state": words().say(f"cycles.state.{sheet.state}", "zh"),
                    "light": words().say(f"light.{line.light}", "zh"),
                    "why": words().say(key, "zh", **figures),
                    "rows": sheet.rows,
                    "expected": len(sheet.expected),
                    "warnings": sheet.warnings,
                    "filed_by": sheet.filed_by,
                    "late": line.late,
                }
            )
        print_rows(rows, style, {"unit": "代码", "name": "单位", "state": "状态", "light": "灯",
                                 "why": "说明", "rows": "已报行", "expected": "应报行",
                                 "warnings": "提示", "filed_by": "报送人"})  # fmt: skip
        return
    cycles_ = Cycle.objects.all()
    if rule:
        cycles_ = cycles_.filter(rule=rule)
    listed = []
    for cycle in cycles_[:_MOST]:
        shown = board(cycle, today)
        listed.append(
            {
                "cycle": cycle.rule, "period": cycle.period, "due": cycle.due_on.isoformat(),
                "state": words().say(f"cycles.state.{shown.top.sheet.state}", "zh"),
                **shown.counts, "vintage": cycle.vintage,
            }
        )  # fmt: skip
    print_rows(listed, style, {"cycle": "任务", "period": "报告期", "due": "到期", "state": "状态",
                               "units": "单位", "open": "待报", "filed": "已报",
                               "accepted": "已接收", "waived": "缺报结案", "late": "迟报",
                               "vintage": "版次"})  # fmt: skip


# Filling and stepping -------------------------------------------------------------------------


@cycles.command()
@click.argument("rule")
@click.argument("period")
@click.argument("unit")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到。File to write.")
def form(rule: str, period: str, unit: str, out: Path) -> None:
    """导出一个单位的填报表（xlsx，附上期数）。A unit's sheet as a workbook to fill in.

    \b
    例 Example:
      liantu cycles form firm_month 2026-10 510112 --out form.xlsx
    """
    _ready()
    from liantu.systems.reporting.forms import write_form
    from liantu.systems.reporting.steps import cycle_named, sheet_named

    write_form(sheet_named(cycle_named(rule, period), unit), out)
    click.echo(out)


@cycles.command()
@click.argument("rule")
@click.argument("period")
@click.argument("unit", default="city")
@click.option(
    "--file", "path", type=click.Path(path_type=Path),
    help="先导入填好的表。A filled-in sheet to take in first.",
)  # fmt: skip
@click.option("--level", default="", help="层级，如 district。Level, where a code is ambiguous.")
@by_option
@reason_option(required=False)
def file(
    rule: str, period: str, unit: str, path: Path | None, level: str, by: str, reason: str
) -> None:
    """报送一个单位的表。File a unit's sheet.

    \b
    例 Example:
      liantu cycles file firm_month 2026-10 510112 --file form.xlsx --by 某区统计局
    """
    _ready()
    from liantu.systems.reporting.filing import file_sheet
    from liantu.systems.reporting.steps import cycle_named, sheet_named

    sheet = sheet_named(cycle_named(rule, period), unit, level)
    taken = file_sheet(sheet, by=by, reason=reason, path=path)
    _told(taken)


def _told(taken: Any) -> None:
    from liantu.words import words

    sheet, figures = taken.sheet, taken.figures
    now = words().say(f"cycles.state.{sheet.state}", "zh")
    said = f"{sheet.cycle} {sheet.unit_name}：{now}"
    if "rows" in figures:
        said += (
            f"，{figures['rows']} 行（应报 {figures['expected']}，缺 {figures['missing']}），"
            f"提示 {figures['warnings']} 条"
        )
    if "vintage" in figures:
        said += f"，数据版次 {figures['vintage']}"
    click.echo(said + "。")


def _step(name: str, step: str, help_text: str, example: str, *, reason: bool) -> None:
    """One command a step; they differ in nothing but name and words."""

    @cycles.command(name, help=f"{help_text}\n\n\b\n例 Example:\n  {example}")
    @click.argument("rule")
    @click.argument("period")
    @click.argument("unit", default="city")
    @click.option("--level", default="", help="层级，如 district。Level of the unit.")
    @click.option("--vintage", help="评价所依数据版次。Vintage of an evaluation.")
    @by_option
    @reason_option(required=reason)
    def command(
        rule: str, period: str, unit: str, level: str, vintage: str | None, by: str, reason: str
    ) -> None:
        _ready()
        from liantu.systems.reporting.steps import cycle_named, sheet_named, take

        sheet = sheet_named(cycle_named(rule, period), unit, level)
        _told(take(sheet, step, by=by, reason=reason, vintage=vintage))


_step("recall", "recall", "撤回已报未接收的表。Recall a sheet that was filed.",
      "liantu cycles recall firm_month 2026-10 510112 --reason 漏报一户", reason=True)  # fmt: skip
_step("return", "send_back", "退回已报的表。Send a filed sheet back.",
      "liantu cycles return firm_month 2026-10 510112 --reason 单位有误", reason=True)  # fmt: skip
_step("accept", "accept", "接收并锁定。Accept, which locks.",
      "liantu cycles accept firm_month 2026-10 510112", reason=False)  # fmt: skip
_step("waive", "waive", "对未报单位作缺报结案。Close a sheet that never came.",
      "liantu cycles waive firm_month 2026-10 510112 --reason 系统故障", reason=True)  # fmt: skip
_step("reopen", "reopen", "自上而下取消接收并解锁。Reopen, from the top down.",
      "liantu cycles reopen firm_month 2026-10 510112 --reason 漏报", reason=True)  # fmt: skip
_step("evaluate", "evaluate", "按所述数据版次评价全市。Evaluate on a stated vintage.",
      "liantu cycles evaluate firm_month 2026-10 --vintage 12", reason=False)  # fmt: skip
_step("retract", "retract", "撤销评价。Take an evaluation back.",
      "liantu cycles retract firm_month 2026-10 --reason 更换版次", reason=True)  # fmt: skip
_step("publish", "publish", "发布。Publish.",
      "liantu cycles publish firm_month 2026-10", reason=False)  # fmt: skip


# Corrections and reminders --------------------------------------------------------------------


@cycles.command()
@click.argument("rule")
@click.argument("period")
@click.argument("unit")
@click.option("--row", "code", required=True, help="对象代码。Code of the row.")
@click.option(
    "--set", "said", required=True, metavar="COLUMN=VALUE", help="列=值，如 营业收入=5200。"
)
@by_option
@reason_option(required=True)
def correct(rule: str, period: str, unit: str, code: str, said: str, by: str, reason: str) -> None:
    """对已发布的数提出更正申请。Ask for a published figure to be corrected.

    \b
    例 Example:
      liantu cycles correct firm_month 2026-10 510112 --row 9151… --set 营业收入=5200 \\
        --reason 漏计一条产线
    """
    _ready()
    from liantu.cli.data.options import pairs
    from liantu.systems.reporting.correcting import ask
    from liantu.systems.reporting.steps import cycle_named, sheet_named

    ((column, value),) = pairs([said], "--set").items()
    sheet = sheet_named(cycle_named(rule, period), unit)
    made = ask(sheet, code, column, value, reason=reason, by=by)
    click.echo(
        f"更正申请 {made.pk}：{made.name or made.code} {made.column_name}"
        f" {made.before} → {made.after} {made.unit}。用 liantu cycles decide {made.pk} 决定。"
    )


@cycles.command()
@click.argument("number")
@click.option("--refuse", is_flag=True, help="不予更正（须有理由）。Refuse it.")
@by_option
@reason_option(required=False)
def decide(number: str, refuse: bool, by: str, reason: str) -> None:
    """同意或不予更正；同意即改数、重新锁定并生成勘误。Decide a correction.

    \b
    例 Example:
      liantu cycles decide 3
      liantu cycles decide 3 --refuse --reason 无依据
    """
    _ready()
    from liantu.systems.reporting.correcting import decide as decide_on
    from liantu.systems.reporting.correcting import erratum_named

    done = decide_on(erratum_named(number), grant=not refuse, reason=reason, by=by)
    if done.state == "made":
        click.echo(f"勘误 {done.number}：{done}，{done.before} → {done.after} {done.unit}。")
    else:
        click.echo(f"更正申请 {number} 不予更正：{done.decision}。")


@cycles.command()
@click.option("--as-of", "day", metavar="YYYY-MM-DD", help="按某日计算。By that day.")
@click.option("--send", is_flag=True, help="发出邮件；不加只列出。Send; without it only list.")
@format_option
def remind(day: str | None, send: bool, style: Format) -> None:
    """该提醒谁；--send 时发邮件，每级只发一次。Whom to remind; --send mails them once a rung.

    \b
    例 Example:
      liantu cycles remind
      liantu cycles remind --send
    """
    _ready()
    from liantu.systems.reporting.reminding import due_reminders, send_due

    today = day_said(day) if day else None
    found = send_due(today) if send else due_reminders(today)
    rows: list[Row] = [
        {
            "cycle": str(due.sheet.cycle), "unit": due.sheet.unit_name, "rung": due.rung.id,
            "late": due.late, "to": due.to,
        }
        for due in found
    ]  # fmt: skip
    print_rows(rows, style, {"cycle": "报送", "unit": "单位", "rung": "级别", "late": "逾期工作日",
                             "to": "收件人"})  # fmt: skip
