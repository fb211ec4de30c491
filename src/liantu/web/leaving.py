"""How a process of the pages ends: by itself once its work is done, as it must where that failed.

The server's own threads outlive its last request; one that comes back to an interpreter which is
being taken down ends the process with a crash. A process that did its work is therefore ended at
once, when all that it logged is written; one that failed keeps its exit status.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import sys
from multiprocessing import util


class _Work:
    """Whether the work of this process ended with an error."""

    failed = False

    def look(self) -> None:
        """Called while the process's own function is left, by an error or without."""
        self.failed = sys.exc_info()[1] is not None

    def leave(self) -> None:
        """The last thing that Python does in this process, where all went well."""
        if self.failed:
            return
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def leave_without_threads() -> None:
    """Arrange it in a process that another one started; elsewhere nothing is to be arranged."""
    if multiprocessing.parent_process() is None:
        return
    work = _Work()
    util.Finalize(None, work.look, exitpriority=0)
    atexit.register(work.leave)
