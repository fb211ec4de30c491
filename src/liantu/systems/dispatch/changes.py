"""What changed between two editions: lights, verdicts, figures, conflicts, contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from liantu.quantity.bound import Bound
from liantu.systems.dispatch.edition import Change, Edition, ObservationLine, TargetLine
from liantu.systems.dispatch.snapshot import Snapshot
from liantu.systems.dispatch.wording import Wording
from liantu.systems.targets.wording import amount


def compare(now: Snapshot, before: Edition, wording: Wording) -> tuple[Change, ...]:
    """Every difference, in the order of the present edition, what is gone last."""
    return (
        *_targets(now, before, wording),
        *_figures(now, before),
        *_findings(now, before),
    )


def _targets(now: Snapshot, before: Edition, wording: Wording) -> Iterator[Change]:
    earlier = {line.id: line for line in before.targets}
    present = {line.id for line in now.targets}
    told: set[tuple[str, str]] = set()
    for line in now.targets:
        old = earlier.get(line.id)
        if old is None:
            yield Change(kind="target_added", target=line.id, name=line.name, after=line.aim)
            continue
        yield from _state(line, old, wording)
        # A conflict that several targets share is one difference.
        for change in _conflicts(line, old):
            if (change.kind, change.before + change.after) not in told:
                told.add((change.kind, change.before + change.after))
                yield change
    for line in before.targets:
        if line.id not in present:
            yield Change(kind="target_gone", target=line.id, name=line.name, before=line.aim)


def _state(line: TargetLine, old: TargetLine, wording: Wording) -> Iterator[Change]:
    if line.light != old.light:
        yield Change(
            kind="light",
            target=line.id,
            name=line.name,
            before=wording.word(f"light.{old.light}"),
            after=wording.word(f"light.{line.light}"),
            cites=line.cites,
        )
    if line.verdict != old.verdict:
        yield Change(
            kind="verdict",
            target=line.id,
            name=line.name,
            before=wording.word(f"verdict.{old.verdict}"),
            after=wording.word(f"verdict.{line.verdict}"),
            cites=line.cites,
        )


def _conflicts(line: TargetLine, old: TargetLine) -> Iterator[Change]:
    for sentence in line.conflicts:
        if sentence not in old.conflicts:
            yield Change(kind="conflict_added", target=line.id, name=line.name, after=sentence)
    for sentence in old.conflicts:
        if sentence not in line.conflicts:
            yield Change(kind="conflict_gone", target=line.id, name=line.name, before=sentence)


def _figures(now: Snapshot, before: Edition) -> Iterator[Change]:
    """Figures are matched by what they say: another vintage may number its rows anew.

    A figure with the same name, period and source but another value was revised.
    """
    titles = {source.number: source.title for source in now.sources}
    old = {_key(one, _title(one, before)): one for one in before.observations}
    present = {_key(one, titles[one.source]): one for one in now.observations}
    gone = {key: one for key, one in old.items() if key not in present}
    former = {(_series(one), key[-1]): key for key, one in gone.items()}
    revised = set()
    for key, one in present.items():
        if key in old:
            continue
        match = former.get((_series(one), key[-1]))
        if match is not None and match not in revised:
            revised.add(match)
            yield _figure("figure_revised", one, gone[match])
        else:
            yield _figure("figure_added", one, None)
    for key, one in gone.items():
        if key not in revised:
            yield _figure("figure_withdrawn", None, one)


Key = tuple[str, str, str, float, str, str, str]


def _key(one: ObservationLine, title: str) -> Key:
    """What makes it the same figure in another vintage: what it says, and who says it."""
    return (one.name, one.area, one.period_code, one.value, one.unit, one.qualifier, title)


def _title(one: ObservationLine, edition: Edition) -> str:
    return edition.sources[one.source - 1].title


def _series(one: ObservationLine) -> tuple[str, str, str]:
    return (one.name, one.area, one.period_code)


def _figure(kind: str, now: ObservationLine | None, before: ObservationLine | None) -> Change:
    either = now or before
    assert either is not None
    return Change.model_validate(
        {
            "kind": kind,
            "target": "",
            "name": f"{either.name}（{either.period}）",
            "before": _value(before),
            "after": _value(now),
            "cites": (now.source,) if now else (),
        }
    )


def _value(one: ObservationLine | None) -> str:
    return "" if one is None else amount(Bound.exact(one.value), one.unit).zh


def _findings(now: Snapshot, before: Edition) -> Iterator[Change]:
    earlier = {line.key: line for line in before.findings}
    present = {line.key: line for line in now.findings}
    for key, line in present.items():
        if key not in earlier:
            yield Change(
                kind="finding_added",
                target="",
                name="、".join(line.names),
                after=line.finding.message,
            )
    for key, line in earlier.items():
        if key not in present:
            yield Change(
                kind="finding_gone",
                target="",
                name="、".join(line.names),
                before=line.finding.message,
            )
