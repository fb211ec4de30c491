"""Words of the import pages: none left over, none missing, both languages alike."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from liantu.records.doors.rules import door_rules
from liantu.records.models import CaseKind, CaseState
from liantu.words import words

SOURCE = Path(__file__).parents[3] / "src" / "liantu"
CODED = {"step", "how", "stage", "state", "action", "verdict", "decide", "case_kind",
         "case_question", "addition_state", "templates_of", "true", "false"}  # fmt: skip


def keys() -> list[str]:
    text = (SOURCE / "catalog" / "words" / "imports.yaml").read_text(encoding="utf-8")
    return re.findall(r"(?m)^([^\s#:]+):", text)


def test_both_languages_name_the_same_figures() -> None:
    def figures(text: str) -> set[str]:
        return {part[1] for part in Formatter().parse(text) if part[1]}

    found = {key: words().entries[key] for key in keys()}
    assert [k for k, entry in found.items() if figures(entry.zh) != figures(entry.en)] == []


def test_every_word_is_used() -> None:
    paths = [*(SOURCE / "web").rglob("*.html"), *SOURCE.rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    ours = [key for key in keys() if key.startswith("imports.")]
    assert [k for k in ours if k not in text and k.split(".")[1] not in CODED] == []


def test_every_kind_of_problem_and_every_verdict_has_its_words() -> None:
    coded = [f"problem.{code}" for code in door_rules().problems]
    coded += [f"imports.verdict.{state}" for state in CaseState.values]
    coded += [f"imports.case_kind.{kind}" for kind in CaseKind.values]
    coded += [f"imports.case_question.{kind}" for kind in CaseKind.values]
    assert [key for key in coded if not words().known(key)] == []
