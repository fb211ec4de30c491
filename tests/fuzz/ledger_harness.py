"""Coverage-guided fuzzing of the doors of figures and of corrections, on a ledger.

``python -m tests.fuzz.ledger_harness KIND --seconds N``. The ledger is a file of SQLite in a
folder that is thrown away; every input is taken back after it was judged.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_HOME = tempfile.mkdtemp()
os.environ |= {"LIANTU_HOME": _HOME, "LIANTU_DATABASE_URL": ""}

import atheris  # noqa: E402

from liantu.web.ready import ready  # noqa: E402

with atheris.instrument_imports(include=["liantu.records.doors", "liantu.records.figures"]):
    # What reads and judges is watched: the less there is of it, the more inputs are tried.
    from liantu.records.doors import check
    from liantu.records.figures import observations_file

ready(with_first_plan=False)

from liantu.records import accept, registers  # noqa: E402
from liantu.records.quality import report  # noqa: E402

with atheris.instrument_imports(include=["liantu.records.intake", "liantu.records.ledger"]):
    from liantu.records import intake, ledger

from django.db import transaction  # noqa: E402
from tests.fuzz.harness import asked, fuzz  # noqa: E402
from tests.fuzz.ledger_oracle import corrections_brought, figures_brought  # noqa: E402
from tests.fuzz.ledger_seeds import FIGURES, corrections, fill  # noqa: E402

from liantu.records.access import OPERATOR, act_as  # noqa: E402

KINDS = ("figures", "corrections")


def seeds(kind: str, folder: Path) -> None:
    """Small whole files of a kind."""
    for number, text in enumerate(FIGURES if kind == "figures" else corrections()):
        for encoding in ("utf-8", "gb18030"):
            (folder / f"seed-{number}-{encoding}").write_bytes(text.encode(encoding))


def one_input(kind: str, path: Path, data: bytes) -> None:
    """Bring a file; then all is as it was."""
    path.write_bytes(data)
    with transaction.atomic():
        if kind == "figures":
            figures_brought(path, path.with_suffix(".csv"))
        else:
            corrections_brought(path)
        transaction.set_rollback(True)
    _as_it_was()


def _as_it_was() -> None:
    """Files of the lake whose batch was taken back go with it."""
    from liantu.records.models import LakeFile

    lake = Path(_HOME) / "lake"
    known = set(LakeFile.objects.values_list("name", flat=True))
    for path in lake.rglob("*.parquet"):
        if path.relative_to(lake).as_posix() not in known:
            path.unlink()


def main() -> None:
    """Run until the time is over."""
    kind, seconds, corpus = asked(__doc__, KINDS)
    act_as(OPERATOR)
    fill(Path(_HOME))
    try:
        fuzz(
            kind, seconds, corpus, lambda folder: seeds(kind, folder),
            lambda path, data: one_input(kind, path, data),
        )  # fmt: skip
    finally:
        shutil.rmtree(_HOME, ignore_errors=True)


if __name__ == "__main__":
    assert all((check, observations_file, accept, registers, report, intake, ledger))
    main()
