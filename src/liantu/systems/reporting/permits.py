"""Who may take which step for which unit: by role and scope, as the catalogue's roles say.

A unit's own steps are taken by whoever files in its scope or in one above it (a district may file
for its parks, the city for everybody); steps from above only by whoever accepts in a scope above.
Nobody accepts what their own scope files, but the city, which has nobody above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from liantu.errors import NotFound, Refused
from liantu.records.access import CITY, Capability, Scope, current, grants_with, may_write
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.rules import Step, Who

_CAPABILITY: dict[Who, Capability] = {"own": "file", "above": "accept", "publisher": "publish"}


def check(step: Step, sheet: Sheet, by: str = "") -> tuple[str, str]:
    """Name and role of whoever takes the step.

    Args:
        by: name to keep in place of the actor's own, for whoever has the shell.

    Raises:
        SignInNeeded: nobody acts.
        Refused: no role of theirs includes it for this unit.
    """
    actor = current()
    role = role_for(step, sheet)
    if role is None:
        raise Refused(
            f"账号“{actor.name}”不能对“{sheet.unit_name}”{step.zh}："
            "须为本单位或上级的报送、审核角色。请向系统管理员申请。",
            f"The account {actor.name!r} may not {step.en} for {sheet.unit_name}: it takes a role"
            " of this unit or of one above. Ask an administrator.",
        )
    return by or actor.name, role


def role_for(step: Step, sheet: Sheet) -> str | None:
    """Role in which whoever acts may take the step for the sheet; None where in none."""
    above = list(_scopes_above(sheet)) or [CITY]
    scopes = {_scope(sheet), *above} if step.who == "own" else set(above)
    held = grants_with(current(), _CAPABILITY[step.who])
    if step.who != "publisher":
        # Whose tables are others' neither files nor accepts them.
        writing = set(may_write(sheet.cycle.table))
        held = tuple(grant for grant in held if grant in writing)
    return next((grant.role for grant in held if grant.scope in scopes), None)


def may_see(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sheets that whoever acts may look at: their own scope's and those below it."""
    held = {grant.scope for grant in grants_with(current(), "read")}
    if CITY in held:
        return list(sheets)
    return [s for s in sheets if held.intersection({_scope(s), *_scopes_above(s)})]


def refuse_unseen(sheet: Sheet) -> None:
    """Go on only where whoever acts may look at the sheet.

    Raises:
        SignInNeeded: nobody acts.
        NotFound: it is another's; told as if it were not there.
    """
    if not may_see([sheet]):
        raise no_sheet(sheet.pk)


def no_sheet(number: int) -> NotFound:
    """The error for a sheet that is not there, or not for whoever acts."""
    return NotFound(f"没有编号为 {number} 的报送表。", f"There is no sheet {number}.")


def _scope(sheet: Sheet) -> Scope:
    """The scope of a unit; rows of no district are the city's."""
    return Scope(sheet.level, sheet.unit) if sheet.unit else CITY  # type: ignore[arg-type]


def _scopes_above(sheet: Sheet) -> Iterator[Scope]:
    above = sheet.above
    while above is not None:
        yield _scope(above)
        above = above.above


def may_publish() -> bool:
    """Does whoever acts publish for the city?"""
    return any(grant.scope == CITY for grant in grants_with(current(), "publish"))


def may_open() -> bool:
    """Does whoever acts open periods: who publishes for the city?"""
    return may_publish()


def refuse_opening() -> None:
    """Go on only where whoever acts may open periods.

    Raises:
        SignInNeeded, Refused: they may not.
    """
    if not may_open():
        raise Refused(
            f"账号“{current().name}”不能开期：须为市级发布角色。",
            f"The account {current().name!r} may not open periods: it takes a role of the city.",
        )


def refuse_publishing() -> None:
    """Go on only where whoever acts publishes for the city.

    Raises:
        SignInNeeded, Refused: they may not.
    """
    if not may_publish():
        raise Refused(
            f"账号“{current().name}”不能发布文件：须为市级发布角色。",
            f"The account {current().name!r} may not publish papers: it takes a role of the city.",
        )
