"""What a vintage may be called."""

from __future__ import annotations

import pytest
from django.utils import timezone

from liantu.errors import UsageError
from liantu.records.moments import moment_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    ["", "abc", "-1", "2025-13-01", "\0", "0001-01-01T00:00:00+14:00", "1899-12-31",
     "9999-12-31", "9999-12-31T23:00:00+00:00"],
)  # fmt: skip
def test_what_is_no_moment_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="无法识别"):
        moment_of(text)


def test_a_day_lasts_to_its_end() -> None:
    found = moment_of("2025-12-31")
    assert found is not None
    assert timezone.localtime(found).strftime("%F %T.%f") == "2025-12-31 23:59:59.999999"
