"""Papers to take away: a frozen edition rendered once, kept, and sent.

The address names kind, number and format only; the path of the file is made here, from the
edition's own hash, so that no address can reach any other file.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest

from liantu import __version__
from liantu.systems.dispatch import ledger
from liantu.systems.dispatch.edition import Edition, Kind
from liantu.systems.reporting.errata import Slip, errata_of, mark_of, with_errata

FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_KINDS: dict[str, Kind] = {
    "quarterly": "quarterly", "final": "final", "monthly": "monthly", "weekly": "weekly",
}  # fmt: skip


def paper(request: HttpRequest, kind: str, number: int, suffix: str) -> FileResponse:
    """``/documents/<kind>/<number>/paper.<docx|pdf|xlsx>``."""
    if kind not in _KINDS or suffix not in FORMATS:
        raise Http404(kind)
    edition = ledger.read(_KINDS[kind], number)
    path = _rendered(edition, errata_of(edition), suffix)
    # The response closes the file when it has been sent.
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type=FORMATS[suffix]
    )


def keep(edition: Edition, rendered: Path) -> None:
    """Keep files of an edition that lie in a folder, which is moved where nobody was first."""
    folder = _folder(edition)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir():
        fresh = Path(tempfile.mkdtemp(prefix=".paper-", dir=folder.parent))
        try:
            for path in rendered.iterdir():
                shutil.move(path, fresh)
            os.rename(fresh, folder)  # noqa: PTH104 - fails where another was first
        except OSError:
            if not folder.is_dir():
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _folder(edition: Edition, slips: tuple[Slip, ...] = ()) -> Path:
    papers = Path(settings.HOME) / "papers"
    mark = f"-{mark_of(slips)}" if slips else ""
    return papers / f"{edition.kind}-{edition.number}-{edition.sha256[:16]}{mark}-{__version__}"


def _rendered(edition: Edition, slips: tuple[Slip, ...], suffix: str) -> Path:
    """The edition's file of that format with its errata, rendered now if it has not been before."""
    folder = _folder(edition, slips)
    if not folder.is_dir():
        _render_whole(with_errata(edition, slips), folder)
    found = sorted(folder.glob(f"*.{suffix}"))
    if not found:
        raise Http404(suffix)
    return found[0]


def _render_whole(edition: Edition, folder: Path) -> None:
    """All formats or none: rendered beside, moved into place in one step."""
    from liantu.documents import render

    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".paper-", dir=folder.parent))
    try:
        render(edition, fresh)
        os.rename(fresh, folder)  # noqa: PTH104 - fails where another request was first
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
