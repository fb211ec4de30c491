"""Composes an edition from a board: snapshot, comparison, paper, one frozen record.

Pure: the same board, period, previous edition and moment give the same edition.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from functools import cache

import liantu
from liantu.declarations import CATALOG
from liantu.errors import NothingToCompute
from liantu.systems.dispatch.changes import compare
from liantu.systems.dispatch.edition import Edition, Kind, RuleRef
from liantu.systems.dispatch.evidence import Ledger, Occasion
from liantu.systems.dispatch.final import Final
from liantu.systems.dispatch.paper import Letterhead, Paper
from liantu.systems.dispatch.pen import VERDICTS, Pen
from liantu.systems.dispatch.quarterly import Quarterly
from liantu.systems.dispatch.reporting_period import ReportingPeriod
from liantu.systems.dispatch.snapshot import Snapshot, plan_ref, snapshot
from liantu.systems.dispatch.title import title_lines
from liantu.systems.dispatch.wording import Wording
from liantu.systems.dispatch.writer import Writer
from liantu.systems.targets.board import Board
from liantu.systems.targets.summary import LIGHTS
from liantu.words import words

ACTUAL = ("final", "preliminary")
"""Standings of figures that report something: forecasts and aims do not make a period known."""
RULE_FOLDERS = ("rules", "indicators", "documents", "plans")
"""Folders of the catalogue that results and words rest on."""


def compose(
    kind: Kind,
    board: Board,
    period: ReportingPeriod,
    previous: Edition | None = None,
    *,
    created_at: datetime | None = None,
    letterhead: Letterhead | None = None,
    vintage_label: str = "",
) -> Edition:
    """The edition of ``kind`` for ``period``.

    Args:
        board: the evaluation on the period's last day.
        previous: the edition to compare with; None for a first one.
        created_at: moment of composing, the date that the paper bears; now by default.
        letterhead: what only the issuing office knows.
        vintage_label: the vintage as printed; its id by default.
    Raises:
        NothingToCompute: the plan has no targets, or no figure is as late as the period.
    """
    wording = Wording(kind)
    _check(board, period, wording)
    taken = snapshot(board, wording)
    changes = compare(taken, previous, wording) if previous else ()
    reference = previous.reference() if previous else None
    moment = (created_at or datetime.now(UTC)).replace(microsecond=0)
    pen = Pen(taken, wording)
    occasion = _occasion(board, period, vintage_label, wording)
    writer = (Final if kind == "final" else Quarterly)(pen, occasion, changes, reference)
    head = letterhead or Letterhead()
    paper = _paper(writer, period, occasion, moment, head, board.synthetic)
    return Edition(
        kind=kind,
        period=period.code,
        period_label=period.label,
        as_of=period.end,
        plan=taken.plan,
        vintage=board.vintage,
        vintage_label=occasion.vintage,
        code_version=liantu.__version__,
        rules=rule_refs(),
        created_at=moment,
        fingerprint=fingerprint(kind, board, period, head),
        synthetic=board.synthetic,
        targets=taken.targets,
        findings=taken.findings,
        observations=taken.observations,
        sources=taken.sources,
        figures=pen.figures,
        changes=changes,
        previous=reference,
        summary=_summary(taken, occasion, wording),
        summary_en=_summary_en(kind, taken, period),
        paper=paper,
    )


def fingerprint(kind: Kind, board: Board, period: ReportingPeriod, letterhead: Letterhead) -> str:
    """Hash of everything an edition is made from, but the moment and the edition before."""
    parts = [
        kind,
        period.code,
        plan_ref(board.package).package_sha256,
        *(f"{one.id} {one.source.title} {one.source.url}" for one in board.observations),
        str(board.synthetic),
        liantu.__version__,
        *(f"{rule.id} {rule.sha256}" for rule in rule_refs()),
        letterhead.model_dump_json(),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _check(board: Board, period: ReportingPeriod, wording: Wording) -> None:
    if not board.package.targets:
        raise NothingToCompute(
            f"规划《{board.package.meta.title}》没有量化目标，无从编写文件。请先核对编译结果。",
            f"The plan {board.package.meta.title!r} has no quantified targets to report on."
            " Check the compiled package.",
        )
    ends = [one.period.end for one in board.observations if one.status in ACTUAL]
    latest = max(ends, default=None)
    if latest is None or latest < period.start:
        found = latest.isoformat() if latest else wording.word("none")
        raise NothingToCompute(
            f"{period.label}没有数据：台账中最晚的数据截至{found}，而该期始于{period.start}。"
            "请先导入该期数据，或改用较早的期间。",
            f"No figures for {period.code}: the latest in the ledger ends on {found}, the period"
            f" begins on {period.start}. Import figures, or choose an earlier period.",
        )


def _occasion(
    board: Board, period: ReportingPeriod, vintage_label: str, wording: Wording
) -> Occasion:
    mapped = sum(1 for one in board.observations if one.indicator)
    return Occasion(
        as_of=long_date(period.end, wording),
        vintage=vintage_label or board.vintage,
        ledger=Ledger(observations=len(board.observations), mapped=mapped),
    )


def _paper(
    writer: Writer,
    period: ReportingPeriod,
    occasion: Occasion,
    moment: datetime,
    letterhead: Letterhead,
    synthetic: bool,
) -> Paper:
    wording, plan = writer.pen.wording, writer.pen.snapshot.plan
    signed = letterhead.issuer or f"{plan.area}{wording.word('draft')}"
    parts = [
        wording.word(key).format(title=plan.title, period=period.label)
        for key in ("title.1", "title.2")
    ]
    return Paper(
        title=title_lines(parts),
        subtitle=wording.word("subtitle").format(as_of=occasion.as_of),
        blocks=writer.body(),
        annexes=writer.annexes(),
        signed=signed,
        dated=long_date(moment.date(), wording),
        letterhead=letterhead,
        printed_by=letterhead.printed_by or signed,
        synthetic_label=wording.word("synthetic") if synthetic else "",
    )


def long_date(day: date, wording: Wording) -> str:
    """2026年1月5日: no padding, as the standard writes it."""
    return wording.word("date").format(year=day.year, month=day.month, day=day.day)


def _summary(taken: Snapshot, occasion: Occasion, wording: Wording) -> str:
    counts = dict.fromkeys(VERDICTS, 0) | dict.fromkeys(LIGHTS, 0)
    for line in taken.targets:
        counts[line.verdict] += 1
        counts[line.light] += 1
    return wording.word("sentence").format(as_of=occasion.as_of, total=len(taken.targets), **counts)


def _summary_en(kind: Kind, taken: Snapshot, period: ReportingPeriod) -> str:
    """The same in English: verdicts of a final evaluation, lights of a dispatch."""
    said = words()
    if kind == "final":
        counted = [
            (said.say(f"verdict.{one}", "en"), sum(line.verdict == one for line in taken.targets))
            for one in VERDICTS
        ]
    else:
        counted = [
            (said.say(f"light.{one}", "en"), sum(line.light == one for line in taken.targets))
            for one in LIGHTS
        ]
    parts = ", ".join(f"{count} {word}" for word, count in counted)
    return f"As of {period.end.isoformat()}, of {len(taken.targets)} targets: {parts}."


@cache
def rule_refs() -> tuple[RuleRef, ...]:
    """Every catalogue file that results and words rest on, with its hash."""
    return tuple(
        RuleRef(
            id=path.relative_to(CATALOG).as_posix(),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for folder in RULE_FOLDERS
        for path in sorted((CATALOG / folder).rglob("*.yaml"))
    )
