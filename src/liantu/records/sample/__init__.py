"""The sample city: a synthetic city (模拟数据) calibrated to published totals, as files to import.

``write_city`` makes and writes it without a ledger; :mod:`liantu.records.sample.loading` brings
it in through the doors. Nothing in it describes a real firm; everything made from it says so
(:mod:`liantu.records.synthetic`).
"""

from liantu.records.sample.calibration import cities
from liantu.records.sample.making import write_city
from liantu.records.sample.manifest import Manifest, read_manifest

__all__ = ["Manifest", "cities", "read_manifest", "write_city"]
