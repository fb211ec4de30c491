"""Parameters that many operations take; their words are ``api.param.<name>``."""

from __future__ import annotations

from typing import Annotated

from ninja.params.functions import Path, Query

from liantu.systems.api.rules import api_rules

_LONGEST_MOMENT = 40

Limit = Annotated[int, Query(ge=1, le=api_rules().most_rows)]
Offset = Annotated[int, Query(ge=0, le=api_rules().most_skipped)]
Moment = Annotated[str, Query(max_length=_LONGEST_MOMENT)]
Words = Annotated[str, Query(max_length=100)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""A number in the address, as far as a database counts."""
PAGE_ROWS = api_rules().page_rows
