"""The words of the screen: complete, in both languages, none left over."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from liantu.errors import InvalidDeclaration
from liantu.plan.finding import FindingKind, Severity
from liantu.plan.package import Form
from liantu.quantity.bound import Verdict
from liantu.records.figures.observation import Qualifier, Status
from liantu.systems.dispatch.edition import Kind
from liantu.systems.targets import listing
from liantu.systems.targets.state import Absence, Freshness, Light
from liantu.web.sections import Day
from liantu.words import read_words, words

SOURCE = Path(__file__).parents[2] / "src" / "liantu"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))


def test_every_key_used_in_a_template_exists() -> None:
    used = {
        key
        for path in TEMPLATES
        for key in re.findall(r"{% t [\"']([\w.]+)[\"']", path.read_text(encoding="utf-8"))
    }
    assert len(used) > 100
    assert not {key for key in used if not words().known(key)}


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("light", get_args(Light)),
        ("verdict", get_args(Verdict)),
        ("freshness", get_args(Freshness)),
        ("absence", [value for value in get_args(Absence) if value]),
        ("form", get_args(Form)),
        ("finding", get_args(FindingKind)),
        ("severity", get_args(Severity)),
        ("qualifier", get_args(Qualifier)),
        ("status", get_args(Status)),
        ("paper", get_args(Kind)),
        ("moment", [value for value in get_args(Day) if value]),
        ("present", ["recorded", "due"]),
        ("column", listing.COLUMNS),
        ("column", listing.FILTERS[1:]),
    ],
)
def test_every_code_has_its_words(prefix: str, values: list[str]) -> None:
    assert [value for value in values if not words().known(f"{prefix}.{value}")] == []


OURS = ("shell.yaml", "pages.yaml", "codes.yaml")


def keys_of(name: str) -> list[str]:
    text = (SOURCE / "catalog" / "words" / name).read_text(encoding="utf-8")
    return re.findall(r"(?m)^([^\s#:]+):", text)


@pytest.mark.parametrize("name", OURS)
def test_both_languages_name_the_same_figures(name: str) -> None:
    def figures(text: str) -> set[str]:
        return {part[1] for part in Formatter().parse(text) if part[1]}

    # A quarter is counted in words in one language and by number in the other.
    differing = [
        key
        for key in keys_of(name)
        if key != "quarter.label"
        and figures(words().entries[key].zh) != figures(words().entries[key].en)
    ]
    assert differing == []


def test_page_words_are_all_used() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in [*TEMPLATES, *SOURCE.rglob("*.py")]
    )
    coded = {"tabs", "moment", "present", "quarter", "trend", "kind", "rules", "paper", "sources"}
    left = [
        key
        for name in ("shell.yaml", "pages.yaml")
        for key in keys_of(name)
        if key not in text and key.split(".")[0] not in coded
    ]
    assert left == []


def test_an_unknown_key_names_itself() -> None:
    with pytest.raises(InvalidDeclaration, match=r"overview\.nothing"):
        words().say("overview.nothing", "zh")


def test_a_missing_language_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('a.b: {zh: 甲, en: ""}\n', encoding="utf-8")
    with pytest.raises(InvalidDeclaration, match=r"a\.b"):
        read_words(tmp_path)


def test_a_key_in_two_files_is_an_error(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("a.b: {zh: 甲, en: one}\n", encoding="utf-8")
    with pytest.raises(InvalidDeclaration, match=r"a\.b"):
        read_words(tmp_path)
