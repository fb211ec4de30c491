"""Doors by which records come in as files: csv, xlsx, parquet to rows of a declared table.

``check`` reads and judges, ``preview`` compares with what is known, ``write_rejected`` sends
rows back for mending, ``write_template`` and ``write_table`` write what ``check`` reads.
"""

from liantu.records.doors.check import Checked, check
from liantu.records.doors.mapping import Mapping, Match, load_mapping, save_mapping
from liantu.records.doors.problems import Problem, RejectedRow, RejectedRows

__all__ = [
    "Checked",
    "Mapping",
    "Match",
    "Problem",
    "RejectedRow",
    "RejectedRows",
    "check",
    "load_mapping",
    "save_mapping",
]
