"""What must hold for whatever file is brought to the doors of figures and of corrections.

It is taken, or refused in both languages with the ledger and the lake as they were; every row is
known, taken or sent back with its problems; what was taken is read back the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from tests.fuzz.oracle import in_time, told

from liantu.errors import LiantuError
from liantu.records import intake, lake, ledger, registers
from liantu.records.figures.observations_file import (
    Import,
    read_observations,
    write_observations,
    write_rejected_rows,
)
from liantu.records.models import Batch, Correction, LakeFile, RejectedRow

_OF_THE_FILE = ("公式", "单元格", "完全相同")
"""Words of problems that a row has by its file: they end when it is written anew."""


def state() -> dict[str, Any]:
    """What there is, in both stores."""
    counts = {kept.__name__: kept.objects.count() for kept in (Batch, LakeFile, RejectedRow)}
    files = sorted(path.name for path in (Path(settings.HOME) / "lake").rglob("*.p*"))
    registered = {
        name: registers.model_of(name).versions.count() for name in ("firms", "chains", "parks")
    }
    return {**counts, **registered, "corrections": Correction.objects.count(), "files": files}


def figures_read(path: Path, back: Path) -> Import | None:
    """A file of figures read; good rows come back the same, bad ones as bad. None if refused."""
    try:
        with in_time():
            found = read_observations(path)
    except LiantuError as error:
        told(error)
        return None
    good = [one.row for one in found.observations]
    bad = [one.row for one in found.rejected]
    assert len({*good, *bad}) == len(good) + len(bad)
    for sent_back in found.rejected:
        assert sent_back.problems
        for message in (sent_back.message, *(p.message for p in sent_back.problems)):
            assert message.zh
            assert message.en
            str(message).encode()
    if found.observations:
        write_observations(found.observations, back)
        again = read_observations(back)
        assert [one.id for one in again.observations] == [one.id for one in found.observations]
        assert again.rejected == ()
    own = [r for r in found.rejected if not any(w in r.message.zh for w in _OF_THE_FILE)]
    if own:
        write_rejected_rows(own, back)
        assert len(read_observations(back).rejected) == len(own)
    return found


def figures_brought(path: Path, back: Path) -> None:
    """A file of figures brought to the ledger."""
    found = figures_read(path, back)
    before = state()
    try:
        with in_time():
            receipt = ledger.import_observations(path, by="试")
    except LiantuError as error:
        told(error)
        assert found is None
        assert state() == before
        return
    assert found is not None
    after = state()
    if not receipt.already:
        assert receipt.accepted + receipt.duplicates == len(found.observations)
        assert receipt.rejected == len(found.rejected)
        assert after["Batch"] == before["Batch"] + 1
        assert after["RejectedRow"] == before["RejectedRow"] + receipt.rejected
    assert after["LakeFile"] == before["LakeFile"] + bool(receipt.accepted)
    again = ledger.import_observations(path, by="又")
    assert again.already
    assert state() == after
    assert lake.check().defects == ()


def corrections_brought(path: Path) -> None:
    """A file of corrections brought to the ledger: all of it or nothing."""
    before = state()
    try:
        with in_time():
            read = intake.read_corrections(path)
            kept = intake.add_corrections(read, by="试")
    except LiantuError as error:
        told(error)
        assert state() == before
        return
    # A key may be written in several ways, all else is kept letter for letter.
    assert [(one.correction.column, one.correction.value) for one in kept] == [
        (one.column, one.value) for one in read
    ]
    after = state()
    assert after["corrections"] <= before["corrections"] + len({one.id for one in kept})
    assert [one.id for one in intake.add_corrections(read, by="又")] == [one.id for one in kept]
    assert state() == after
    assert lake.check().defects == ()
