"""Disclosure control of published tables: what to hide, and the attack that must fail.

``sensitivity`` says which cells tell of a single respondent, ``cells_of`` and ``with_ratios``
tie the cells of all tables of one publication, ``protect`` hides what must be hidden besides,
``attack`` tries to compute it back.
"""

from liantu.methods.disclosure.attack import Recovered, attack
from liantu.methods.disclosure.cells import Cells, Dimension, cells_of, with_ratios
from liantu.methods.disclosure.primary import Rules, Sensitivity, sensitivity
from liantu.methods.disclosure.protection import Protection, protect

__all__ = [
    "Cells",
    "Dimension",
    "Protection",
    "Recovered",
    "Rules",
    "Sensitivity",
    "attack",
    "cells_of",
    "protect",
    "sensitivity",
    "with_ratios",
]
