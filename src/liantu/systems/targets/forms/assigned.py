"""Targets whose value another document sets: unknown until that document is bound."""

from __future__ import annotations

from dataclasses import replace

from liantu.errors import Message
from liantu.systems.targets.forms.case import Case, Outcome, wanted
from liantu.systems.targets.forms.level import level
from liantu.systems.targets.wording import say, target_words


def assigned(case: Case) -> Outcome:
    """The bound document's value as a level; without it, no judgement, and what is missing."""
    found = case.binding.declaration.assigned
    if found is not None:
        target = case.target.model_copy(
            update={"low": found.low, "high": found.high, "unit": found.unit, "comparator": ">="}
            if found.low is not None
            else {"low": None, "high": found.high, "unit": found.unit, "comparator": "<="}
        )
        return level(replace(case, target=target))
    who = case.target.reference or ""
    other = say("target.other_document")
    document = Message(who, who) if who else other
    what = say("missing.what_years", name=case.name, years=f"{case.clock.start}—{case.clock.end}")
    return Outcome(
        verdict="cannot_tell",
        final=False,
        reason=say(
            "reason.assigned",
            name=case.name,
            target=target_words(case.target),
            document=document,
        ),
        missing=(say("missing.document", name=case.name, document=document).zh, wanted(case, what)),
        rules=(case.rules.assigned.id,),
        absence="not_applicable",
    )
