"""Every figure in the ledger: mapped or not, with its qualifier, source, conflicts and vintage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.errors import UsageError
from liantu.records import ledger
from liantu.records.figures.observation import Observation, Resolved
from liantu.records.figures.resolve import resolve
from liantu.systems.targets import downloads
from liantu.systems.targets.moment import moment_of

PAGE = 100
"""Rows of one page: a large ledger is paged here, not in the browser."""
_MAPPING = ("mapped", "unmapped")
_TRUST = ("official", "press", "repost", "plan", "editorial", "待核实")


@dataclass(frozen=True)
class Asked:
    """A checked request for the list of figures."""

    q: str
    mapping: str
    trust: str
    page: int

    @property
    def filters(self) -> dict[str, str]:
        pairs = {"q": self.q, "mapping": self.mapping, "trust": self.trust}
        return {name: value for name, value in pairs.items() if value}


def read_asked(query: Mapping[str, str]) -> Asked:
    """Check the parameters of the address.

    Raises:
        UsageError: a filter or page number that does not exist, each named.
    """
    page = query.get("page", "1")
    if not page.isdecimal() or len(page) > 6 or int(page) < 1:
        raise _unknown("page", page, "1, 2, 3 …")
    for name, known in (("mapping", _MAPPING), ("trust", _TRUST)):
        value = query.get(name, "")
        if value and value not in known:
            raise _unknown(name, value, "、".join(known))
    return Asked(
        query.get("q", "").strip()[:100],
        query.get("mapping", ""),
        query.get("trust", ""),
        int(page),
    )


def _unknown(name: str, value: str, expected: str) -> UsageError:
    return UsageError(
        f"参数 {name} 的值“{value[:40]}”无法识别，应为：{expected}。",
        f"Parameter {name} has the unknown value {value[:40]!r}; expected: {expected}.",
    )


def sources(request: HttpRequest) -> HttpResponse:
    """``/sources/``: filtered and paged; the address holds both."""
    moment = moment_of(request)
    asked = read_asked(request.GET.dict())
    every = ledger.observations(moment.vintage)
    found = [item for item in every if fits(item, asked)]
    first = (asked.page - 1) * PAGE
    mapped = sum(1 for item in every if item.indicator)
    context = {
        "moment": moment,
        "asked": asked,
        "rows": found[first : first + PAGE],
        "first": first + 1,
        "last": min(first + PAGE, len(found)),
        "count": len(found),
        "total": len(every),
        "mapped": mapped,
        "unmapped": len(every) - mapped,
        "conflicts": len(conflicting(every)),
        "batches": list(reversed(ledger.vintages())),
        "previous_page": asked.page - 1,
        "next_page": asked.page + 1 if first + PAGE < len(found) else 0,
        "trusts": _TRUST,
        "mappings": _MAPPING,
    }
    return render(request, "liantu/pages/sources.html", context)


def fits(item: Observation, asked: Asked) -> bool:
    """Is the figure one of those asked for?"""
    if asked.mapping and bool(item.indicator) != (asked.mapping == "mapped"):
        return False
    if asked.trust and item.source.trust != asked.trust:
        return False
    if not asked.q:
        return True
    text = " ".join(
        (item.id, item.indicator, item.name, item.area, item.period.label, item.source.title,
         item.note, *item.scope)
    ).lower()  # fmt: skip
    return all(word in text for word in asked.q.lower().split())


@lru_cache(maxsize=4)
def _resolved(observations: tuple[Observation, ...]) -> tuple[Resolved, ...]:
    """Choosing among sources is the same for one vintage, however often it is shown."""
    return tuple(resolve(observations))


def conflicting(observations: Sequence[Observation]) -> list[Resolved]:
    """Groups of figures that do not agree, with the one chosen."""
    return [item for item in _resolved(tuple(observations)) if item.conflict]


def conflicts(request: HttpRequest) -> HttpResponse:
    """``/sources/conflicts/``: figures that disagree, side by side."""
    moment = moment_of(request)
    groups = conflicting(ledger.observations(moment.vintage))
    return render(request, "liantu/pages/conflicts.html", {"moment": moment, "groups": groups})


def observations_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Every figure of the vintage, in the format of the import."""
    every = ledger.observations(moment_of(request).vintage)
    return downloads.observations_file(every, "observations", kind)
