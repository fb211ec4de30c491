"""Issues bulletins on the machinery of frozen editions: composed, numbered, kept for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.utils import timezone

import liantu
from liantu.records import synthetic
from liantu.records.ledger import current_plan
from liantu.records.tables.declared import table
from liantu.systems.dispatch import ledger
from liantu.systems.dispatch.compose import long_date, rule_refs
from liantu.systems.dispatch.edition import Change, Edition, EditionRef, Figure, Kind
from liantu.systems.dispatch.paper import Annex, Block, Letterhead, Paper
from liantu.systems.dispatch.pen import Pen
from liantu.systems.dispatch.snapshot import Snapshot, plan_ref
from liantu.systems.dispatch.title import title_lines
from liantu.systems.dispatch.wording import Wording
from liantu.systems.reporting.errata import Slip, slips
from liantu.systems.reporting.gathering import Gathered, gather
from liantu.systems.reporting.monthly import Monthly
from liantu.systems.reporting.periods import Period
from liantu.systems.reporting.rules import cycle_rules
from liantu.systems.reporting.steps import settled_vintage
from liantu.systems.reporting.weekly import Weekly, week_of
from liantu.words import words

KEPT = ("record", "count")
"""Figures that an edition is compared by with the one before."""
LEFT = ("erratum.", "change.", "count.changes")
"""Figures that speak of the comparison itself, or have a section of their own."""


def issue_monthly(
    code: str, *, letterhead: Letterhead | None = None, now: datetime | None = None
) -> Edition:
    """The bulletin of a month; asking again for the same gives the same edition.

    Raises:
        InvalidPeriod: no such month.
        NothingToCompute: nothing of it is published, or the ledger holds no plan.
    """
    moment = timezone.localtime(now)  # whole: what is corrected in the same second is told apart
    gathered, head = gather(code), letterhead or Letterhead()
    made = slips(gathered.period.code)
    plan = plan_ref(current_plan())
    mark = fingerprint(gathered, made, plan.package_sha256, head)
    known = ledger.same("monthly", mark)
    if known is not None:
        return known
    before = ledger.before("monthly", plan.title, gathered.period.code, mark)
    wording = Wording("monthly")
    snapshot = Snapshot(plan, (), (), (), ())

    def writer(pen: Pen, changes: Sequence[Change], reference: EditionRef | None) -> Writing:
        return Monthly(pen, gathered, made, changes, reference)

    draft = Draft("monthly", gathered.period, gathered.vintage, gathered.synthetic, mark,
                  _summary(gathered, "zh"), _summary(gathered, "en"))  # fmt: skip
    return _frozen(draft, snapshot, wording, writer, before, head, moment)


def issue_weekly(
    code: str, *, letterhead: Letterhead | None = None, now: datetime | None = None,
    as_of: str | None = None,
) -> Edition:  # fmt: skip
    """The report of a week as it stood at its end, or as it stands now while it runs.

    Asking again for the same moment gives the same edition, whatever happened since.

    Args:
        as_of: a day or time within the week: the report as it stood then.

    Raises:
        InvalidPeriod: no such week.
        UsageError: the week has not begun, or the moment lies outside it.
        NothingToCompute: no period was going on, or the ledger holds no plan.
    """
    moment = timezone.localtime(now)
    week, head = week_of(code, moment, as_of), letterhead or Letterhead()
    day = timezone.localtime(week.moment).date()
    plan = plan_ref(current_plan())
    snapshot, wording = Snapshot(plan, (), (), (), ()), Wording("weekly")

    def writer(pen: Pen, changes: Sequence[Change], reference: EditionRef | None) -> Writing:
        return Weekly(pen, week, changes, reference)

    told = _written(snapshot, wording, writer)
    vintage = settled_vintage(week.moment.isoformat())
    parts = [week.period.code, day.isoformat(), plan.package_sha256, liantu.__version__,
             head.model_dump_json(), vintage, *(f"{rule.id} {rule.sha256}" for rule in rule_refs()),
             *(f"{one.id} {one.text}" for one in told)]  # fmt: skip
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    known = ledger.same("weekly", mark)
    if known is not None:
        return known
    before = ledger.before("weekly", plan.title, week.period.code, mark)
    counts = [each.counts for each in week.boards]
    said = {
        "period": week.period.code, "cycles": len(counts),
        "units": sum(each["units"] for each in counts),
        "waiting": sum(each["open"] for each in counts),
        "late": sum(each["late"] for each in counts),
    }  # fmt: skip
    made_up = any(synthetic.of_table(each.cycle.table, vintage).any for each in week.boards)
    draft = Draft(
        "weekly", week.period, vintage, made_up, mark,
        words().say("cycles.weekly_sentence", "zh", **said),
        words().say("cycles.weekly_sentence", "en", **said),
        day,
    )  # fmt: skip
    return _frozen(draft, snapshot, wording, writer, before, head, moment)


class Writing(Protocol):
    """Whoever writes a bulletin with a pen."""

    def figures(self) -> None:
        """Write the body."""

    def body(self) -> tuple[Block, ...]:
        """The body as written."""

    def annexes(self) -> tuple[Annex, ...]:
        """What stands behind it."""


Writer = Callable[[Pen, Sequence[Change], EditionRef | None], Writing]


@dataclass(frozen=True)
class Draft:
    """What is known of an edition before it is written."""

    kind: Kind
    period: Period
    vintage: str
    synthetic: bool
    fingerprint: str
    summary: str
    summary_en: str
    day: date | None = None
    """As of when it is told, where that is not the end of the period."""


def _frozen(
    draft: Draft, snapshot: Snapshot, wording: Wording, writer: Writer, before: Edition | None,
    head: Letterhead, moment: datetime,
) -> Edition:  # fmt: skip
    """Written, compared with the edition before, numbered and kept."""
    changes = _changes(_written(snapshot, wording, writer), before)
    pen, plan = Pen(snapshot, wording), snapshot.plan
    reference = before.reference() if before else None
    written = writer(pen, changes, reference)
    written.figures()
    blocks = written.body()
    annexes = written.annexes()
    label = draft.period.label(lambda key, **figures: words().say(key, "zh", **figures))
    signed = head.issuer or f"{plan.area}{wording.word('draft')}"
    paper = Paper(
        title=title_lines(
            [wording.word(f"title.{n}").format(area=plan.area, period=label) for n in (1, 2)]
        ),
        subtitle=wording.word("subtitle").format(
            vintage=draft.vintage, day=long_date(draft.day or draft.period.end, wording)
        ),
        blocks=blocks,
        annexes=annexes,
        signed=signed,
        dated=long_date(moment.date(), wording),
        letterhead=head,
        printed_by=head.printed_by or signed,
        synthetic_label=wording.word("synthetic") if draft.synthetic else "",
    )
    return ledger.freeze(
        Edition(
            kind=draft.kind, period=draft.period.code, period_label=label,
            as_of=draft.day or draft.period.end, plan=plan, vintage=draft.vintage,
            vintage_label=draft.vintage, code_version=liantu.__version__, rules=rule_refs(),
            created_at=moment, fingerprint=draft.fingerprint, synthetic=draft.synthetic,
            targets=(), findings=(), observations=(), sources=(), figures=pen.figures,
            changes=changes, previous=reference, summary=draft.summary,
            summary_en=draft.summary_en, paper=paper,
        )
    )  # fmt: skip


def fingerprint(
    gathered: Gathered, made: Sequence[Slip], plan: str, letterhead: Letterhead
) -> str:  # fmt: skip
    """Hash of everything a bulletin is made from, but the moment and the edition before."""
    parts = [
        gathered.period.code, plan, liantu.__version__, letterhead.model_dump_json(), repr(made),
        *(f"{rule.id} {rule.sha256}" for rule in rule_refs()),
        *(
            f"{each.rule.id} {each.cycle.vintage} {each.units!r}"
            f" {[(one.unit, one.column.name, one.amount, one.growth) for one in each.sums]!r}"
            for each in gathered.cycles
        ),
        str(gathered.synthetic),
    ]  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _written(snapshot: Snapshot, wording: Wording, writer: Writer) -> tuple[Figure, ...]:
    """The figures of a bulletin, before it is known what changed."""
    pen = Pen(snapshot, wording)
    draft = writer(pen, (), None)
    draft.figures()
    draft.annexes()
    return pen.figures


def _changes(now: Sequence[Figure], before: Edition | None) -> tuple[Change, ...]:
    """Figures of records that say something else than in the edition before, by their names."""
    if before is None:
        return ()
    old = {one.id: one.text for one in before.figures if one.basis in KEPT}
    new = {one.id: one.text for one in now if one.basis in KEPT}
    names = {one.id: one.text for one in (*before.figures, *now)}
    return tuple(
        Change(
            kind="figure_revised" if key in old and key in new
            else "figure_added" if key in new else "figure_withdrawn",
            target="", name=_named(key, names), before=old.get(key, ""), after=new.get(key, ""),
        )
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key) and not key.startswith(LEFT)
    )  # fmt: skip


def _named(key: str, names: dict[str, str]) -> str:
    """``firm_month.A1.revenue_cny`` in words: the return, the unit, the column."""
    rule_id, _, rest = key.removeprefix("count.").partition(".")
    rules = {each.id: each for each in cycle_rules().cycles}
    if rule_id not in rules:
        return key
    unit, _, part = rest.rpartition(".") if rest.count(".") <= 1 else rest.partition(".")
    declared, said = table(rules[rule_id].table), []
    for piece in part.split("."):
        if piece in declared.by_name:
            said.append(declared[piece].zh)
        else:
            known = words().known(f"cycles.part_name.{piece}")
            said.append(words().say(f"cycles.part_name.{piece}", "zh") if known else piece)
    whose = names.get(f"{rule_id}.{unit}.name", words().say("cycles.whole_city", "zh"))
    named = rules[rule_id].zh
    return (
        f"{whose} {''.join(said)}"
        if whose.startswith(named)
        else f"{named}：{whose} {''.join(said)}"
    )


def _summary(gathered: Gathered, language: str) -> str:
    units = [unit for each in gathered.cycles for unit in each.units]
    return words().say(
        "cycles.bulletin_sentence",
        "en" if language == "en" else "zh",
        period=gathered.period.code,
        cycles=len(gathered.cycles),
        units=len(units),
        late=sum(unit.late > 0 for unit in units),
        waived=sum(unit.state == "waived" for unit in units),
        vintage=gathered.vintage,
    )
