"""``liantu cycles``: the rhythm of reporting, from opening a period to correcting an edition."""

from __future__ import annotations

from datetime import date, timedelta

import click

from liantu.cli.output import Format, Row, format_option, print_rows

DAYS_AHEAD = 92


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
