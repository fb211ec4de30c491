"""The sample city comes in once, on a ledger without records, and goes on where it was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from liantu.cli.main import main
from liantu.records import ledger, registers, synthetic
from liantu.records.figures.observations_file import write_observations
from liantu.records.models import Batch
from liantu.records.models.batches import FIGURES
from liantu.web.ready import ready
from liantu.web.sample_city import load_sample_city, wants_sample_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def test_it_is_loaded_once() -> None:
    assert wants_sample_city()
    files = load_sample_city(firms=200)
    assert registers.at("firms").count() == 200
    assert synthetic.of_table("firms").any
    assert Batch.objects.count() == files
    assert not wants_sample_city()


def test_a_start_that_was_stopped_goes_on() -> None:
    seen: list[str] = []

    def stop(name: str) -> None:
        """The second time a file is named it is being loaded."""
        if "市场主体" in name and name in seen:
            raise KeyboardInterrupt
        seen.append(name)

    with pytest.raises(KeyboardInterrupt):
        load_sample_city(stop, firms=200)
    before = Batch.objects.count()
    assert before
    assert wants_sample_city(), "records of a city half loaded are no reason to stop"
    files = load_sample_city(firms=200)
    assert Batch.objects.count() == files
    assert not wants_sample_city()


def test_a_ledger_with_records_is_left_alone() -> None:
    registers.upsert("chains", [{"chain_id": "c", "name": "丙链"}], by="链办")
    assert not wants_sample_city()


def test_loading_does_not_happen_by_itself() -> None:
    ready(with_first_plan=False)
    assert not Batch.objects.exists()


def _published(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, bytes]:
    """All that is said of published figures and of the targets they decide, byte for byte."""
    said = {}
    for kind in ("csv", "json"):
        for command in ("evaluate targets", "evaluate targets --as-of 2025-12-31"):
            with pytest.raises(SystemExit) as end:
                main([*command.split(), "--format", kind])
            assert not end.value.code
            said[f"{command} {kind}"] = capsys.readouterr().out.encode()
    write_observations(ledger.observations(), folder / "out.csv")
    said["figures"] = (folder / "out.csv").read_bytes()
    lake = folder / "lake" / "observations"
    for path in sorted(lake.glob("*.parquet")):
        said[path.name] = path.read_bytes()
    return said


def test_published_figures_and_states_stay_byte_for_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A city of synthetic records beside them changes nothing that was published."""
    ready()
    before = _published(tmp_path, capsys)
    assert len(ledger.observations()) > 300
    assert before["evaluate targets csv"].count(b"\n") > 80
    assert sum(name.endswith(".parquet") for name in before) == 1
    load_sample_city(firms=200)
    assert registers.at("firms").count() == 200
    assert _published(tmp_path, capsys) == before
    assert not Batch.objects.filter(table=FIGURES, synthetic=True).exists()
    assert Batch.objects.filter(synthetic=True).exists()
