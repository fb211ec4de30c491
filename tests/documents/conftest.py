"""Papers are laid out from the sample boards of the dispatch's own tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "systems" / "dispatch"))
