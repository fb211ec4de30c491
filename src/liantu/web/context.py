"""What every page shows around its content: place, period, vintage, navigation by chapter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from liantu.errors import LiantuError
from liantu.records.access import Capability, allowed, somebody
from liantu.systems.language import language
from liantu.systems.reporting.duties import duties_count
from liantu.systems.targets.moment import Moment, last_quarter_end, moment_of, quarter_ends
from liantu.systems.targets.summary import Chapter, chapters
from liantu.web.sections import SECTIONS, Day, day_of
from liantu.web.sign_in.limits import FACTOR

TABS = {
    "overview": ("overview",),
    "targets": ("targets", "target"),
    "indicators": ("indicators", "indicator", "indicators-compare"),
    "plan": ("plan", "clause"),
    "findings": ("findings",),
    "records": tuple(page for pages in SECTIONS["records"].values() for page in pages),
    "cycles": tuple(page for pages in SECTIONS["cycles"].values() for page in pages),
    "sources": ("sources", "conflicts"),
    "documents": ("documents", "jobs", "job"),
    "methods": ("methods",),
}
"""Main navigation: name of the page → pages shown under it."""


@dataclass(frozen=True)
class Tab:
    """One entry of the main navigation."""

    name: str
    words: str
    current: bool
    waiting: int = 0
    """Things that wait for the reader there."""


@dataclass(frozen=True)
class QuarterEnd:
    """One choice of the reference date."""

    day: date
    year: int
    quarter: int
    chosen: bool


@dataclass(frozen=True)
class VintageChoice:
    """One choice of the vintage."""

    id: str
    accepted: Any
    file_name: str
    chosen: bool


@dataclass(frozen=True)
class Shell:
    """Header and left navigation; ``moment`` is None where there is no plan to speak of."""

    moment: Moment | None
    day: Day = "judged"
    """What the day chosen in the header means on this page."""
    day_asked: bool = False
    quarter_ends: tuple[QuarterEnd, ...] = ()
    vintages: tuple[VintageChoice, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    synthetic: bool = False


def shell(request: HttpRequest) -> dict[str, Any]:
    """Django context processor."""
    context = {
        "language": language(),
        "here": request.get_full_path(),
        "actor": somebody(),
        "keeps_accounts": _may("accounts"),
        "reads_log": _may("audit"),
        "factor_needed": _factor_needed(request),
        "tabs": _tabs(request),
        "sections": _sections(request),
        "shell": Shell(None),
    }
    if getattr(request, "shell_is_bare", False) or somebody() is None:
        return context
    try:
        moment = moment_of(request)
    except LiantuError:
        # The page itself is the message about this error; the shell stays bare.
        return context
    return {**context, "shell": _shell(moment, day_of(_now(request)))}


def _may(capability: Capability) -> bool:
    return somebody() is not None and allowed(capability)


def _factor_needed(request: HttpRequest) -> bool:
    """Is a second factor due before anything else?"""
    actor = somebody()
    needed = actor is not None and actor.roles & set(settings.SIGN_IN.second_factor)
    return bool(needed and not request.session.get(FACTOR))


def _now(request: HttpRequest) -> str | None:
    return request.resolver_match.url_name if request.resolver_match else None


def _tabs(request: HttpRequest) -> tuple[Tab, ...]:
    now = _now(request)
    # A page about a ledger that is away does not ask it.
    bare = getattr(request, "shell_is_bare", False)
    waiting = {} if bare else {"cycles": duties_count()}
    return tuple(
        Tab(name, f"tabs.{name}", now in pages, waiting.get(name, 0))
        for name, pages in TABS.items()
    )


def _sections(request: HttpRequest) -> tuple[Tab, ...]:
    """Sections of the entry that this page stands under; none where it has only one."""
    now = _now(request)
    for sections in SECTIONS.values():
        if any(now in pages for pages in sections.values()) and len(sections) > 1:
            return tuple(Tab(n, f"sections.{n}", now in pages) for n, pages in sections.items())
    return ()


def _shell(moment: Moment, day: Day) -> Shell:
    return Shell(
        moment=moment,
        day=day,
        day_asked="as_of" in dict(moment.asked),
        quarter_ends=_quarter_ends(moment, day),
        vintages=_vintages(moment),
        chapters=chapters(moment.board),
        synthetic=moment.board.synthetic,
    )


def _quarter_ends(moment: Moment, day: Day) -> tuple[QuarterEnd, ...]:
    """Choices of the day; where a page shows the present unless asked, none may be chosen."""
    latest = last_quarter_end(timezone.localdate())
    days = quarter_ends(moment.board.package.meta.start_year, latest)
    chosen = day == "judged" or "as_of" in dict(moment.asked)
    if chosen and moment.as_of not in days:
        days = sorted({*days, moment.as_of}, reverse=True)
    return tuple(
        QuarterEnd(end, end.year, (end.month + 2) // 3, chosen and end == moment.as_of)
        for end in days
    )


def _vintages(moment: Moment) -> tuple[VintageChoice, ...]:
    from liantu.records.ledger import vintages

    return tuple(
        VintageChoice(item.id, item.accepted_at, item.file_name, item.id == moment.board.vintage)
        for item in vintages()
    )
