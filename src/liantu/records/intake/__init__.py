"""Files in and out of the records, with all that is remembered of their sources.

``guess`` tells which table a file holds; ``prepare`` reads and checks it with the mapping and
the corrections kept, ``commit`` takes it in; ``import_folder`` does so for many files in the
order of their references; ``export`` writes what imports again unchanged.
"""

from liantu.records.doors.corrections import Correction
from liantu.records.intake.corrections import (
    KeptCorrection,
    add_correction,
    add_corrections,
    corrections,
    retire_correction,
)
from liantu.records.intake.corrections_file import read_corrections
from liantu.records.intake.direct import key_of, keys_frame, withdraw
from liantu.records.intake.exporting import count_of, export, rows_of
from liantu.records.intake.folder import FolderImport, Left, import_folder, import_order
from liantu.records.intake.guessing import CORRECTIONS, OBSERVATIONS, Guess, guess, settled
from liantu.records.intake.known import Names, names_for, names_of_register, past_of, rows_under
from liantu.records.intake.mappings import (
    KeptMapping,
    forget,
    history_of,
    mapping_of,
    mappings,
    remember,
    with_matches,
    write_mapping,
)
from liantu.records.intake.naming import column_named, matched, value_said, written
from liantu.records.intake.one_record import (
    Record,
    RecordChange,
    edit_record,
    history_of_record,
    parts_of,
    record_of,
)
from liantu.records.intake.preparing import Prepared, commit, latest_of, prepare
from liantu.records.intake.sent_back import Waiting, waiting, write_sent_back

__all__ = [
    "CORRECTIONS",
    "OBSERVATIONS",
    "Correction",
    "FolderImport",
    "Guess",
    "KeptCorrection",
    "KeptMapping",
    "Left",
    "Names",
    "Prepared",
    "Record",
    "RecordChange",
    "Waiting",
    "add_correction",
    "add_corrections",
    "column_named",
    "commit",
    "corrections",
    "count_of",
    "edit_record",
    "export",
    "forget",
    "guess",
    "history_of",
    "history_of_record",
    "import_folder",
    "import_order",
    "key_of",
    "keys_frame",
    "latest_of",
    "mapping_of",
    "mappings",
    "matched",
    "names_for",
    "names_of_register",
    "parts_of",
    "past_of",
    "prepare",
    "read_corrections",
    "record_of",
    "remember",
    "retire_correction",
    "rows_of",
    "rows_under",
    "settled",
    "value_said",
    "waiting",
    "with_matches",
    "withdraw",
    "write_mapping",
    "write_sent_back",
    "written",
]
