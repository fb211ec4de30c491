"""One sentence written from the report, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

from liantu.errors import Message
from liantu.records.quality.districts import NOWHERE
from liantu.records.quality.report import QualityReport, TableQuality
from liantu.words import Language, words


def sentence(report: QualityReport) -> Message:
    """How much was due, how much is there, what is doubtful, and where most is missing."""
    return Message(_sentence(report, "zh"), _sentence(report, "en"))


def _sentence(report: QualityReport, language: Language) -> str:
    def say(key: str, **figures: Any) -> str:
        return words().say(f"quality.{key}", language, **figures)

    records, wrong = report.total("records"), report.total("wrong")
    if not records:
        return say("sentence_nothing")
    parts = []
    due = sum(found.due for found in report.tables.values())
    if due:
        missing, late = report.total("missing"), report.total("late")
        parts.append(say("sentence_due", day=_day(report.day, language), due=f"{due:,}",
                         missing=f"{missing:,}", share=f"{missing / due:.1%}",
                         late=f"{late:,}"))  # fmt: skip
    parts.append(say("sentence_wrong", records=f"{records:,}", wrong=f"{wrong:,}"))
    todo = report.todo
    if todo.height:
        most = todo.row(0, named=True)
        name = report.districts.names.get(most["district"], most["district"])
        place = say("nowhere") if most["district"] == NOWHERE else name
        parts.append(say("sentence_most", place=place, count=f"{most['missing']:,}",
                         table=_name(report.tables[most["table"]], language)))  # fmt: skip
    awaited = [
        say("awaited", table=_name(found, language), first=periods[0], count=len(periods))
        for found in report.tables.values()
        if found.grid and (periods := found.grid.awaited)
    ]
    if awaited:
        parts.append(say("sentence_awaited", tables=say("joint").join(awaited)))
    return "".join(parts) if language == "zh" else " ".join(parts)


def _day(day: date, language: Language) -> str:
    return words().say("day.label", language, year=day.year, month=day.month, day=day.day)


def _name(quality: TableQuality, language: Language) -> str:
    return quality.table.zh if language == "zh" else quality.table.en.lower()
