"""Whatever is done to a register, every moment of it can be read again as it was."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liantu.records import registers
from liantu.records.models import Chain

KEYS = ("a", "b", "c", "d")
CELL = st.sampled_from([None, "甲", "乙"])
STEP = st.one_of(
    st.tuples(st.just("upsert"), st.dictionaries(st.sampled_from(KEYS), CELL, min_size=1)),
    st.tuples(st.just("edit"), st.sampled_from(KEYS), CELL),
    st.tuples(st.just("delete"), st.sampled_from(KEYS)),
    st.tuples(st.just("restore"), st.sampled_from(KEYS)),
)


def present() -> dict[str, str | None]:
    return dict(registers.at("chains").values_list("chain_id", "office"))


def take(step: tuple, state: dict[str, str | None], gone: dict[str, str | None]) -> None:  # type: ignore[type-arg]
    """Do one step to the register and to a plain dictionary."""
    match step:
        case "upsert", cells:
            rows = [{"chain_id": k, "name": "链", "office": v} for k, v in cells.items()]
            registers.upsert("chains", rows, by="x")
            state.update(cells)
        case "edit", key, cell if key in state:
            version = registers.find("chains", key).version
            registers.edit("chains", key, {"office": cell}, version, "x")
            state[key] = cell
        case "delete", key if key in state:
            registers.delete("chains", key, by="x", reason="x")
            gone[key] = state.pop(key)
        case "restore", key if key in gone and key not in state:
            registers.restore("chains", key, by="x")
            state[key] = gone[key]


@pytest.mark.django_db(transaction=True)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=12))
def test_every_past_state_is_read_again(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    Chain.versions.all()._raw_delete("default")
    state: dict[str, str | None] = {}
    gone: dict[str, str | None] = {}
    past: list[tuple[datetime, dict[str, str | None]]] = []
    for step in steps:
        take(step, state, gone)
        assert present() == state
        latest = Chain.versions.order_by("recorded_from").last()
        if latest is not None:
            past.append((latest.recorded_from, dict(state)))
    for moment, then in past:
        frame = registers.read("chains", as_of=moment, columns=["chain_id", "office"])
        assert dict(frame.rows()) == then
    for key in {key for _, then in past for key in then}:
        versions = registers.history("chains", key)
        assert [v.version for v in versions] == list(range(1, len(versions) + 1))
        assert all(one.until == two.at for one, two in pairwise(versions))
