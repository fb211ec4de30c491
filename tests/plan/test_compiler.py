"""The whole way from a text to a package, its store and its quotations."""

from __future__ import annotations

import csv
import json
import re
import time
from pathlib import Path

import pytest

from liantu.declarations import CATALOG
from liantu.errors import InvalidDeclaration, NotFound, NothingToCompute, UsageError
from liantu.plan.compiler import compile_text, source_sha256
from liantu.plan.layout import clean
from liantu.plan.package import Item, PlanPackage
from liantu.plan.quote import Quoter
from liantu.plan.reader import read_source
from liantu.plan.store import (
    PLAN_FILE,
    TARGET_COLUMNS,
    TARGETS_FILE,
    read_package,
    targets_csv,
    write_package,
)  # fmt: skip

from .printing import Press, printed
from .sample_plans import NAMES, sample, write_docx, write_pdf

PARTS = (
    "clauses", "targets", "facts", "industries", "carriers", "layouts", "zones", "measures",
    "platforms", "mechanisms",
)  # fmt: skip


@pytest.fixture(scope="module")
def package() -> PlanPackage:
    return compile_text(sample("yunzhou"))


def items(package: PlanPackage) -> list[Item]:
    return [item for part in PARTS for item in getattr(package, part)]


def told(package: PlanPackage) -> list[dict[str, object]]:
    """What a package says, without where it says so."""
    return [item.model_dump(exclude={"start", "end", "heading_end"}) for item in items(package)]


@pytest.mark.parametrize("name", NAMES)
def test_sample_plans_compile_with_evidence_for_every_item(name: str) -> None:
    text = sample(name)
    compiled = compile_text(text)
    assert compiled.meta.source_sha256 == source_sha256(text)
    assert compiled.meta.source_chars == len(text)
    assert compiled.targets
    for part in PARTS:
        ids = [item.id for item in getattr(compiled, part)]
        assert len(ids) == len(set(ids)), part
        assert all(re.fullmatch(r"[a-z0-9.#\-]+", item_id, re.I) for item_id in ids)
    assert all(0 <= item.start < item.end <= len(text) for item in items(compiled))


@pytest.mark.parametrize("name", NAMES)
def test_printing_a_plan_does_not_change_what_it_says(name: str) -> None:
    plain = compile_text(sample(name))
    assert told(compile_text(printed(sample(name), Press()))) == told(plain)


def test_word_and_pdf_say_the_same(tmp_path: Path) -> None:
    word = compile_text(read_source(write_docx(tmp_path / "plan.docx")).text)
    pdf = compile_text(read_source(write_pdf(tmp_path / "plan.pdf")).text)
    assert told(word) == told(pdf)
    assert any(target.clause == "专栏1" for target in word.targets)


def test_names_are_the_words_at_their_offsets(package: PlanPackage) -> None:
    text = sample("yunzhou")
    for node in (*package.industries, *package.carriers, *package.platforms):
        assert clean(text[node.start : node.end]).text == node.name


def test_a_text_without_targets_or_years_is_refused() -> None:
    with pytest.raises(NothingToCompute, match="没有量化目标"):
        compile_text("云州市“十五五”规划\n一、总体要求\n坚持稳中求进。\n")
    with pytest.raises(NothingToCompute, match="没有规划期年份"):
        compile_text("会议纪要\n讨论了下一步工作。\n")


def test_a_package_survives_the_store(package: PlanPackage, tmp_path: Path) -> None:
    where = write_package(package, tmp_path / "new" / "package")
    assert read_package(where) == package
    assert sorted(path.name for path in where.iterdir()) == [PLAN_FILE, TARGETS_FILE]
    assert [path.name for path in where.parent.iterdir()] == ["package"]
    with (where / TARGETS_FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == TARGET_COLUMNS
    assert [row["id"] for row in rows] == [target.id for target in package.targets]


def test_writing_again_replaces_the_package(package: PlanPackage, tmp_path: Path) -> None:
    where = tmp_path / "package"
    write_package(package, where)
    fewer = package.model_copy(update={"targets": package.targets[:1]})
    write_package(fewer, where)
    assert read_package(where) == fewer
    assert list(tmp_path.iterdir()) == [where]


def test_other_peoples_files_are_not_overwritten(package: PlanPackage, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        write_package(package, mine)
    assert [path.name for path in mine.iterdir()] == ["notes.txt"]
    with pytest.raises(UsageError, match="是文件"):
        write_package(package, mine / "notes.txt")


def test_a_failure_leaves_the_older_package(
    package: PlanPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = write_package(package, tmp_path / "package")
    monkeypatch.setattr("liantu.plan.store.targets_csv", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_package(package.model_copy(update={"targets": ()}), where)
    assert read_package(where) == package
    assert list(tmp_path.iterdir()) == [where]


def test_a_broken_package_is_refused(package: PlanPackage, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="compile"):
        read_package(tmp_path)
    where = write_package(package, tmp_path / "package")
    plan = where / PLAN_FILE
    data = json.loads(plan.read_text(encoding="utf-8"))
    plan.write_text("{", encoding="utf-8")
    with pytest.raises(InvalidDeclaration, match="重新编译"):
        read_package(where)
    plan.write_text(json.dumps(data | {"colour": 1}), encoding="utf-8")
    with pytest.raises(InvalidDeclaration, match="colour"):
        read_package(where)
    data["targets"][0]["end"] = 10**9
    data["clauses"][3]["parent"] = "c99"
    plan.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InvalidDeclaration, match=r"c99|上级"):
        read_package(where)


def test_cells_a_spreadsheet_would_run_are_neutralised(package: PlanPackage) -> None:
    evil = package.targets[0].model_copy(update={"indicator": "=cmd|' /C calc'!A0"})
    text = targets_csv(package.model_copy(update={"targets": (evil,)}))
    assert "'=cmd" in text


def test_quotations_need_the_very_text(package: PlanPackage) -> None:
    quoter = Quoter(package, sample("yunzhou"))
    target = next(t for t in package.targets if "增加值突破" in quoter.quote(t).text)
    quotation = quoter.quote(target)
    assert quotation.words in quotation.text
    assert quotation.text.startswith("到2030年")
    assert quotation.text.endswith("。")
    assert quoter.quote(target, context=False).text == quotation.words
    assert set(quoter.quotes(package.targets)) == {t.id for t in package.targets}
    with pytest.raises(UsageError, match="SHA-256"):
        Quoter(package, sample("yunzhou") + " ")


def test_the_first_plan_compiles_within_its_time(plan_text: str) -> None:
    compile_text(plan_text)
    begin = time.process_time()
    compiled = compile_text(plan_text)
    assert time.process_time() - begin < 2
    assert len(compiled.targets) >= 80


def test_the_package_holds_no_sentence_of_the_plan(plan_text: str) -> None:
    """Names, figures and short terms only: nothing long, nothing with a full stop."""
    compiled = compile_text(plan_text)
    for item in items(compiled):
        for value in item.model_dump().values():
            for text in value if isinstance(value, tuple) else (value,):
                assert not isinstance(text, str) or (len(text) <= 40 and "。" not in text), text


def test_the_committed_package_is_what_the_text_compiles_to(plan_text: str) -> None:
    fitting = [
        found
        for path in sorted((CATALOG / "plans").glob(f"*/package/{PLAN_FILE}"))
        if (found := read_package(path.parent)).meta.source_sha256 == source_sha256(plan_text)
    ]
    assert len(fitting) == 1, "the catalogue holds one package of this text"
    assert compile_text(plan_text) == fitting[0]
