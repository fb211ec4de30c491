"""Papers from frozen results: Word by GB/T 9704, PDF/A, spreadsheet annex.

Two doors. :func:`render` lays out an edition that has been frozen; :func:`report` does the
whole job from the ledger (evaluate, compare, freeze, lay out). Nothing is computed here.
"""

from liantu.documents.rendering import render
from liantu.documents.reporting import report

__all__ = ["render", "report"]
