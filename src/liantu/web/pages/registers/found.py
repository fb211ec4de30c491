"""Which version of which record an address means, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from liantu.errors import NotFound
from liantu.records import registers
from liantu.records.moments import moment_of
from liantu.records.registers import Change, Register, register_of
from liantu.web.pages.registers.cells import title_of
from liantu.web.pages.registers.recorded import recorded_by


@dataclass(frozen=True)
class Found:
    """A record with all its versions; ``version`` is the one in force at the moment asked for."""

    reg: Register
    key: str
    versions: tuple[Change, ...]
    version: Change
    vintage: str | None
    moment: datetime | None

    @property
    def values(self) -> dict[str, Any]:
        return self.version.values

    @property
    def title(self) -> str:
        return title_of(self.reg, self.values, self.key)

    @property
    def past(self) -> bool:
        """Is a past state asked for, which cannot be edited?"""
        return self.moment is not None

    @property
    def known(self) -> tuple[Change, ...]:
        """The versions recorded by the moment asked for."""
        return tuple(one for one in self.versions if one.version <= self.version.version)

    @property
    def latest(self) -> Change:
        return self.versions[-1]


def find(request: HttpRequest, table_id: str, key: str) -> Found:
    """The record that an address names, deleted or merged ones too.

    Raises:
        NotFound: nobody ever filed it, or not yet by the moment asked for; in the latter case
            the message says when it was.
    """
    reg = register_of(table_id)
    vintage = recorded_by(request.GET)
    moment = moment_of(vintage)
    versions = _versions(reg, key)
    by_then = [one for one in versions if moment is None or one.at <= moment]
    if not by_then:
        first = versions[0]
        raise NotFound(
            f"“{reg.table.zh}”的 {key[:80]} 在 {vintage} 时尚未入账：最早由 {first.by} 于"
            f" {first.at:%Y-%m-%d %H:%M:%S} 记入。请去掉时点，或改选其后的时点。",
            f"{reg.table.id} {key[:80]!r} had not been recorded by {vintage}: {first.by} filed it"
            f" first on {first.at:%Y-%m-%d %H:%M:%S}. Drop the moment, or choose a later one.",
        )
    return Found(reg, key, versions, by_then[-1], vintage, moment)


def current(table_id: str, key: str) -> Found:
    """The record as it is now.

    Raises:
        NotFound: nobody ever filed it.
    """
    reg = register_of(table_id)
    versions = _versions(reg, key)
    return Found(reg, key, versions, versions[-1], None, None)


def _versions(reg: Register, key: str) -> tuple[Change, ...]:
    if "\x00" in key:  # which no database is asked for
        raise NotFound(
            f"“{reg.table.zh}”中没有这样的键：键中不能有空字符。请核对代码。",
            f"{reg.table.id} has no such key: a key holds no null character. Check the code.",
        )
    return tuple(registers.history(reg.table.id, key))
