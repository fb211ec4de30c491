"""The board: every state of the plan in force, on one date and one vintage of the ledger.

Evaluation is pure and the ledger append-only, so a board of one plan, vintage and date never
changes: it is computed once and kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock

from liantu.errors import UsageError
from liantu.plan.audit import audit
from liantu.plan.finding import Finding
from liantu.plan.package import PlanPackage
from liantu.quantity.period import FIRST_YEAR, LAST_YEAR
from liantu.records.figures.indicators import load_indicators
from liantu.records.figures.observation import Observation
from liantu.systems.targets.computed import Computed
from liantu.systems.targets.evaluate import evaluate
from liantu.systems.targets.state import TargetState

KEPT = 64
"""Boards kept in memory; one holds some hundred states."""

PLANS_KEPT = 8
"""Audits kept in memory, one a package."""


@dataclass(frozen=True)
class Board:
    """A plan, its states and its audit, as they stood."""

    package: PlanPackage
    states: tuple[TargetState, ...]
    findings: tuple[Finding, ...]
    as_of: date
    vintage: str
    observations: tuple[Observation, ...]
    """All figures of the vintage, used or not."""
    computed: tuple[Computed, ...] = ()
    """What the records come to, used or not; never of synthetic records."""
    synthetic: bool = False
    """True where the figures are of a made-up city."""

    def state(self, target_id: str) -> TargetState | None:
        return next((one for one in self.states if one.target_id == target_id), None)


def board(as_of: date, vintage: str | None = None) -> Board:
    """The board of the plan in force.

    Args:
        as_of: the date the lights speak of.
        vintage: id of a vintage, or an ISO date or time; the latest by default.
    Raises:
        UsageError: the date is out of range.
        NothingToCompute: the ledger holds no plan.
        NotFound: there is no such vintage.
    """
    from liantu.records import ledger
    from liantu.systems.targets.from_records import computed

    check_date(as_of)
    package = ledger.current_plan()
    observations = ledger.observations(vintage)
    found = computed(load_indicators().indicators, package.meta.start_year - 1, as_of, vintage)
    return _kept(package, observations, as_of, ledger.vintage_id(vintage), found)


def check_date(as_of: date) -> None:
    """Refuse a date no plan or statistic reaches.

    Raises:
        UsageError: before 1900 or after 2100, a slip of the pen.
    """
    if not FIRST_YEAR <= as_of.year <= LAST_YEAR:
        raise UsageError(
            f"评价基准日 {as_of} 超出范围，应在 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间。请改正日期。",
            f"The as-of date {as_of} is out of range; it must lie between {FIRST_YEAR} and"
            f" {LAST_YEAR}. Mend the date.",
        )


_BOARDS: OrderedDict[tuple[int, int, date, str, int], Board] = OrderedDict()
_LOCK = Lock()


def _kept(
    package: PlanPackage, observations: tuple[Observation, ...], as_of: date, vintage: str,
    found_computed: tuple[Computed, ...],
) -> Board:  # fmt: skip
    """The board from memory, else made and kept.

    The ledger gives the same objects for the same content, and a kept board holds on to them,
    so that their identities cannot be taken over by other content while it is kept.
    """
    key = (id(package), id(observations), as_of, vintage, id(found_computed))
    with _LOCK:
        found = _BOARDS.get(key)
        if found is not None:
            _BOARDS.move_to_end(key)
            return found
    made = make_board(package, observations, as_of, vintage, found_computed)
    with _LOCK:
        _BOARDS[key] = made
        while len(_BOARDS) > KEPT:
            _BOARDS.popitem(last=False)
    return made


def make_board(
    package: PlanPackage, observations: tuple[Observation, ...], as_of: date, vintage: str = "",
    computed_values: tuple[Computed, ...] = (),
) -> Board:  # fmt: skip
    """A board without a ledger: from a package, observations and computed values at hand."""
    return Board(
        package=package,
        states=tuple(evaluate(package, observations, as_of, computed=computed_values)),
        findings=findings_of(package),
        as_of=as_of,
        vintage=vintage,
        observations=observations,
        computed=computed_values,
    )


def findings_of(
    package: PlanPackage, assumptions: Mapping[str, float] | None = None
) -> tuple[Finding, ...]:
    """The audit of a package, told which of its indicators the catalogue can measure.

    ``assumptions`` replace the declared defaults, as in :func:`liantu.plan.audit.audit`.
    """
    indicators = load_indicators()
    return tuple(
        audit(
            package,
            assumptions,
            known_indicators=lambda name, scope: bool(indicators.match(name, tuple(scope))),
        )
    )
