"""Who a record is about: credit codes, firm names, and which rows mean the same firm."""

from liantu.records.identity.firm_name import FirmName, split_name, split_names
from liantu.records.identity.places import Places

__all__ = ["FirmName", "Places", "split_name", "split_names"]
