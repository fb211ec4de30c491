"""Reports kept and made: readers of a kept one never wait, and few may be made at a time."""

from __future__ import annotations

import importlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from liantu.errors import Busy
from liantu.web.middleware import status_of

# The room shows its function by the same name.
reports = importlib.import_module("liantu.records.quality.report")


def test_more_readers_than_there_is_room_for_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, begun = threading.Event(), threading.Semaphore(0)
    made: list[date] = []

    def slow(moment: object, day: date) -> Any:
        begun.release()
        assert go_on.wait(30)
        made.append(day)
        return SimpleNamespace(day=day)

    monkeypatch.setattr(reports, "recorded_mark", lambda: ())
    monkeypatch.setattr(reports, "_report", slow)
    kept, new, other = date(2025, 1, 1), date(2025, 1, 2), date(2025, 1, 3)
    go_on.set()
    reports.report(day=kept)
    go_on.clear()
    assert begun.acquire(timeout=30)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(copy_context().run, reports.report, day=new)
        assert begun.acquire(timeout=30)
        waiting = pool.submit(copy_context().run, reports.report, day=new)
        while reports._room._value:  # until the second one waits
            time.sleep(0.001)
        assert reports.report(day=kept).day == kept
        with pytest.raises(Busy) as told:
            reports.report(day=other)
        assert status_of(told.value) == 503
        go_on.set()
        assert first.result(30) is waiting.result(30)
    assert made == [kept, new]
    assert reports.report(day=other).day == other
    reports.forget()


def test_in_a_busy_hour_pages_show_what_was_found_a_moment_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reports.forget()
    now = {"recorded": 1, "clock": 100.0, "records": 10**6}
    made: list[int] = []

    def look(moment: object, day: date) -> Any:
        made.append(now["recorded"])
        return reports.QualityReport(day, {}, pl.DataFrame(), SimpleNamespace(), age=now["clock"])

    monkeypatch.setattr(reports, "recorded_mark", lambda: (now["recorded"],))
    monkeypatch.setattr(reports, "_report", look)
    monkeypatch.setattr(reports.time, "monotonic", lambda: now["clock"])
    monkeypatch.setattr(reports.QualityReport, "total", lambda self, name: now["records"])
    day = date(2025, 1, 1)
    assert not reports.report(day=day, lately=True).overtaken
    now["recorded"] = 2
    assert reports.report(day=day, lately=True).overtaken
    assert made == [1]
    assert not reports.report(day=day).overtaken, "who asks for the present is given it"
    assert made == [1, 2]
    now["recorded"], now["clock"] = 3, now["clock"] + 3600
    assert not reports.report(day=day, lately=True).overtaken, "an hour ago is no moment ago"
    now["recorded"], now["records"] = 4, 100
    assert not reports.report(day=day, lately=True).overtaken, "few records are looked at anew"
    assert made == [1, 2, 3, 4]
    reports.forget()
