"""What the shipped fonts can show, and what stands in for the rest."""

from __future__ import annotations

from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from sample_boards import edition

from liantu.documents.glyphs import characters, showable
from liantu.documents.pdf import pdf
from liantu.systems.dispatch.wording import sentences

SERIF = characters(Path(str(pylopdf_fonts_zh_cn.serif_path())))
SANS = characters(Path(str(pylopdf_fonts_zh_cn.sans_path())))


@pytest.mark.parametrize("letter", "成仿9A—…“”《》●■▲○≥≤≈−÷×²℃〓　")
def test_papers_own_characters_are_there(letter: str) -> None:
    assert ord(letter) in SERIF & SANS


@pytest.mark.parametrize("name", ["common", "final", "quarterly"])
def test_every_sentence_can_be_shown(name: str) -> None:
    for sentence in sentences(name).words.values():
        assert showable(sentence, SERIF & SANS) == sentence


def test_missing_characters_are_marked_and_controls_dropped() -> None:
    assert showable("增长😀3%\x00\u202e。\n完", SERIF) == "增长〓3%。\n完"
    assert showable("plain", frozenset()) == "plain"


def test_a_rare_character_does_not_stop_the_paper() -> None:
    made = edition("final")
    odd = made.targets[0].model_copy(update={"name": "😀"})
    paper = made.paper.model_copy(update={"signed": "临江市😀"})
    assert pdf(made.model_copy(update={"paper": paper, "targets": (odd,)})).startswith(b"%PDF")


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.otf"
    path.write_bytes(b"OTTO\x00\x00" + b"\x00" * 40)
    with pytest.raises(ValueError, match="no table cmap"):
        characters(path)
