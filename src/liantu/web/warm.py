"""Before the first page: what every page reads is read once, and left out of what is collected.

Python looks for unused objects by walking all that it holds; declarations, pages and boards are
some hundred thousand that are never given up, and each walk would hold up every reader for a fifth
of a second. They are set aside once they are there; what requests make is still looked through.
"""

from __future__ import annotations

import gc
import logging

from django.db import DatabaseError, connection
from django.urls import get_resolver

from liantu.errors import LiantuError
from liantu.records.access import OPERATOR, acting
from liantu.records.figures.indicators import load_indicators
from liantu.records.tables.declared import load_tables
from liantu.systems.reporting.rules import cycle_rules
from liantu.systems.targets.board import board
from liantu.systems.targets.moment import default_date
from liantu.words import words

_log = logging.getLogger(__name__)
_THRESHOLDS = (50_000, 20, 20)
"""New objects before the youngest are walked, and how often before the older ones are."""


def warm() -> None:
    """Read what pages need, and set it aside; a ledger that is not ready yet is left for later."""
    get_resolver().url_patterns  # noqa: B018 - imports every page
    for read in (load_tables, load_indicators, words, cycle_rules):
        read()
    try:
        with acting(OPERATOR):
            board(default_date())
    except (LiantuError, DatabaseError) as error:
        _log.info("the board is evaluated by the first page: %s", error)
    finally:
        connection.close()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
