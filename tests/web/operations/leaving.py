"""A process of the pages, as the server starts it: ``python leaving.py LOG [fails]``.

It keeps a thread that never ends, and logs into memory, which is written when logging is shut down.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
import threading
from logging.handlers import MemoryHandler

from liantu.web.leaving import leave_without_threads


def work(log: str, fails: bool) -> None:
    """What the process does."""
    leave_without_threads()
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    kept = MemoryHandler(1000, target=logging.FileHandler(log), flushOnClose=True)
    logging.getLogger().addHandler(kept)
    logging.getLogger().warning("the last word")
    if fails:
        raise RuntimeError("it failed")


if __name__ == "__main__":
    one = multiprocessing.get_context("spawn").Process(
        target=work, args=(sys.argv[1], "fails" in sys.argv)
    )
    one.start()
    one.join()
    sys.exit(one.exitcode)
