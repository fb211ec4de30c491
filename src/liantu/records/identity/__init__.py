"""Who a record is about: credit codes, firm names, and which rows mean the same firm."""

from liantu.records.identity.firm_name import FirmName, split_name
from liantu.records.identity.name_columns import split_names
from liantu.records.identity.pairing import ReviewPair, crowded, duplicates, resolve, review_queue
from liantu.records.identity.places import Places

__all__ = [
    "FirmName",
    "Places",
    "ReviewPair",
    "crowded",
    "duplicates",
    "resolve",
    "review_queue",
    "split_name",
    "split_names",
]
