"""The states of a sheet and the steps between them, as declared; pure.

A sheet stands between the one above it and those below: approval goes bottom-up, un-acceptance
top-down. Whether a step is possible is told from where they stand, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from liantu.errors import Message
from liantu.systems.reporting.rules import CycleRules, State, Step, cycle_rules


@dataclass(frozen=True)
class Standing:
    """Where a sheet stands."""

    state: State
    above: State | None
    """State of the sheet above; None for the city's own."""
    below: tuple[State, ...] = ()
    rows: int = 0
    """Rows filed or at hand; above the filing level those of all below."""
    leaf: bool = True

    @property
    def top(self) -> bool:
        """Is it the sheet of the whole city?"""
        return self.above is None


def refusal(step: Step, standing: Standing, reason: str = "") -> Message | None:
    """Why a step is not possible; None where it is."""
    rules = cycle_rules()
    if standing.state not in step.from_:
        return _wrong_state(step, standing, rules)
    if step.top and not standing.top:
        return Message(
            f"“{step.zh}”只由全市汇总表进行。", f"Only the city's own sheet can {step.en}."
        )
    if step.below_top and standing.top:
        return Message(
            f"全市汇总表不能“{step.zh}”。", f"The city's own sheet cannot be {step.en}d."
        )
    if step.reason and not reason.strip():
        return Message(f"“{step.zh}”须写明理由。", f"To {step.en} needs a reason.")
    if "settled_below" in step.needs:
        waiting = sum(not rules.states[state].locks for state in standing.below)
        if waiting:
            return Message(
                f"下级还有 {waiting} 个单位未接收，不能“{step.zh}”。请先逐级接收或缺报结案。",
                f"{waiting} units below are not accepted yet; accept or waive them first.",
            )
    if "open_above" in step.needs and standing.above not in (None, "open"):
        word = rules.states[standing.above]
        return Message(
            f"上级表已是“{word.zh}”，下级不能“{step.zh}”。请自上而下，先由上级退回或取消接收。",
            f"The sheet above stands {word.en}: it must be reopened first, from the top down.",
        )
    if "rows" in step.needs and standing.leaf and not standing.rows and not reason.strip():
        return Message(
            "本期没有任何数据。确属没有的，请写明理由后报送。",
            "There are no rows for this period. Where there are none indeed, say why and file.",
        )
    return None


def _wrong_state(step: Step, standing: Standing, rules: CycleRules) -> Message:
    now = rules.states[standing.state]
    wanted_zh = "、".join(rules.states[state].zh for state in step.from_)
    wanted_en = ", ".join(rules.states[state].en for state in step.from_)
    return Message(
        f"当前状态是“{now.zh}”，不能“{step.zh}”（应为{wanted_zh}）。",
        f"It stands {now.en}; to {step.en} it must stand {wanted_en}.",
    )


def possible(standing: Standing, reason: str = "…") -> list[Step]:
    """Steps that can be taken from here, in the order of the rules."""
    return [step for step in cycle_rules().steps if refusal(step, standing, reason) is None]


def locks(state: State) -> bool:
    """Does the data layer refuse changes of what stands in this state?"""
    return cycle_rules().states[state].locks
