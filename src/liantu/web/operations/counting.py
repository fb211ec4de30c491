"""Counts of requests by several processes that answer pages, told as one.

Each process writes its counts to files of its own in one folder; whoever asks for them is given
their sums, whichever process answers. The folder lasts as long as the server.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library of the counts looks for the folder, in the environment."""


@contextmanager
def counted_together() -> Iterator[None]:
    """Let the processes started inside count together."""
    with tempfile.TemporaryDirectory(prefix="liantu-counts-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]
