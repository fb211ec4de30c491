"""Doors by which records come in as files: csv, xlsx, parquet to rows of a declared table.

``check`` reads and judges, ``preview`` compares with what is known, ``write_rejected`` sends
rows back for mending, ``template`` and ``write_table`` write what ``check`` reads.
"""

from liantu.records.doors.check import Checked, check
from liantu.records.doors.corrections import Correction, apply_corrections
from liantu.records.doors.mapping import Mapping, Match, load_mapping, save_mapping
from liantu.records.doors.preview import Preview, preview, with_current
from liantu.records.doors.problems import Problem, RejectedRow, RejectedRows
from liantu.records.doors.sketch import Sketch, sketch
from liantu.records.doors.template import template, write_template
from liantu.records.doors.writing import write_rejected, write_table

__all__ = [
    "Checked",
    "Correction",
    "Mapping",
    "Match",
    "Preview",
    "Problem",
    "RejectedRow",
    "RejectedRows",
    "Sketch",
    "apply_corrections",
    "check",
    "load_mapping",
    "preview",
    "save_mapping",
    "sketch",
    "template",
    "with_current",
    "write_rejected",
    "write_table",
    "write_template",
]
