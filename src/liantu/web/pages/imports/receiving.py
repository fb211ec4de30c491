"""Takes the bytes of an upload as they come, within the doors' limit, to the disk of the uploads.

Django reads a form before any view runs; what goes wrong here is therefore noted on the request
and raised by the view (:func:`received`), which can show it in its own page.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from liantu.errors import LiantuError, Refused, UnreadableInput, UsageError, unwritable
from liantu.records.doors.rules import door_rules
from liantu.web.pages.imports.uploads import Upload, incoming_folder, keep

FIELD = "file"


class Incoming(UploadedFile):  # type: ignore[type-arg]
    """A file that is removed with its request, unless it was given a folder before."""

    def close(self) -> None:
        """Also called by Django when the request ends."""
        # It may have been moved to its own folder.
        with suppress(FileNotFoundError):
            super().close()


class BoundedUpload(FileUploadHandler):
    """Writes one file to disk while it comes; refuses what is too large as soon as it is."""

    request: HttpRequest

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._file: Incoming | None = None
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        try:
            folder = incoming_folder()
            # Closed by Django at the end of the request, or moved before.
            file = tempfile.NamedTemporaryFile(dir=folder, prefix="upload-")  # noqa: SIM115
        except OSError as error:
            self._stop(unwritable("uploads", error))
        except Refused:
            raise
        except LiantuError as error:
            self._stop(error)
        else:
            self._file = Incoming(file, self.file_name, self.content_type)
            self._close_with_request()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some bytes more; returns nothing, so that no other handler sees them."""
        self._size += len(raw_data)
        if self._size > door_rules().limits.largest_mb * 1024 * 1024:
            self._stop(too_large(str(self.file_name)))
        try:
            assert self._file is not None
            self._file.write(raw_data)
        except OSError as error:
            self._stop(unwritable(str(self.file_name), error))

    def file_complete(self, file_size: int) -> Incoming | None:
        """The file has come whole."""
        file = self._file
        if file is None:
            return None
        try:
            file.flush()
        except OSError as error:
            self._note(unwritable(str(self.file_name), error))
            self._drop()
            return None
        file.size = file_size
        self._file = None
        return file

    def upload_interrupted(self) -> None:
        """The browser went away."""
        self._drop()

    def _close_with_request(self) -> None:
        """Django closes files that came whole; one broken off is closed here, log or no log."""
        close = self.request.close

        def closing() -> None:
            self._drop()
            close()

        self.request.close = closing  # type: ignore[method-assign]

    def _stop(self, problem: LiantuError) -> None:
        self._note(problem)
        self._drop()
        # The rest is read and thrown away: a browser shows no answer before it has sent all.
        raise StopUpload(connection_reset=False)

    def _note(self, problem: LiantuError) -> None:
        self.request.upload_problem = problem  # type: ignore[attr-defined]

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def received(request: HttpRequest) -> Upload:
    """The file of the form, in a folder of its own.

    Raises:
        UnreadableInput: too large, or empty.
        UsageError: no file was chosen, or more than one.
        StorageFailed: it could not be kept.
    """
    files = request.FILES.getlist(FIELD)  # reads the form, where nothing did before
    problem = getattr(request, "upload_problem", None)
    if isinstance(problem, LiantuError):
        raise problem
    if len(files) != 1 or not isinstance(files[0], Incoming):
        raise UsageError(
            "没有收到文件。请选择一个 csv、xlsx 或 parquet 文件；一次导入一份。",
            "No file came. Choose one csv, xlsx or parquet file; import one at a time.",
        )
    file = files[0]
    if not file.size:
        raise UnreadableInput(
            f"{file.name} 是空文件。应为带表头的数据表。请检查导出是否成功。",
            f"{file.name} is empty. Expected a table with a header. Check the export.",
        )
    assert file.file is not None
    return keep(Path(str(file.file.name)), str(file.name), file.size)


def too_large(name: str) -> UnreadableInput:
    """The file is larger than the doors take."""
    limit = door_rules().limits.largest_mb
    return UnreadableInput(
        f"{name} 超过 {limit} MB，未接收。请分批导入，或存为 parquet。",
        f"{name} is larger than {limit} MB and was not taken. Import it in parts, or save it as"
        " parquet.",
    )
