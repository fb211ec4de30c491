"""Duties, the chain of reminders by a real mail server, calendar feeds, the filing score."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from liantu.errors import NotFound, StorageFailed
from liantu.records import access
from liantu.records.access import Actor, Grant, Scope, acting
from liantu.systems.reporting.duties import duties
from liantu.systems.reporting.feed import calendar_by, calendar_of, end_feed, new_feed
from liantu.systems.reporting.models import Reminder, Sheet
from liantu.systems.reporting.opening import open_cycle
from liantu.systems.reporting.reminding import due_reminders, reached, send_due
from liantu.systems.reporting.rules import cycle_rules
from liantu.systems.reporting.scoring import score, score_of
from liantu.systems.reporting.standing import board
from liantu.systems.reporting.steps import cycle_named, sheet_named, take

from .conftest import DISTRICTS, Bring

pytestmark = pytest.mark.django_db

MONTH = "2026-10"
DUE = date(2026, 11, 11)
CITY = Actor("市局", (Grant("desk"),))
EAST = Actor("东区", (Grant("district", Scope("district", "A1")),))


def sheet(unit: str) -> Sheet:
    return sheet_named(cycle_named("firm_month", MONTH), unit)


@pytest.fixture
def month(bring: Bring) -> Bring:
    for district in DISTRICTS:
        bring(district, MONTH)
    open_cycle("firm_month", MONTH, by="规划处")
    return bring


def person(name: str, role: str, scope: str) -> User:
    made = User.objects.create(username=name, email=f"{name}@city.example")
    access.grant(made, role, access.scope_of(scope))
    return made


def told() -> list[tuple[str, str]]:
    return [(duty.kind, duty.sheet.unit) for duty in duties(DUE)]


def test_a_duty_is_of_the_scope_that_files_and_then_of_the_one_above(month: Bring) -> None:
    with acting(EAST):
        assert told() == [("file", "A1")]
        take(sheet("A1"), "file")
        assert told() == []
    with acting(CITY):
        assert told() == [("accept", "A1")]
        take(sheet("A1"), "accept")
        assert told() == []
    for district in ("A2", "A3"):
        take(sheet(district), "waive", reason="试", by="x")
    with acting(CITY):
        assert told() == [("next", "")]
    with acting(None):
        assert told() == []


@pytest.mark.parametrize(
    ("late", "rung"), [(-9, None), (-2, "soon"), (-1, "soon"), (0, "due"), (1, "late_1"),
                       (2, "late_1"), (3, "late_3"), (40, "late_3")],
)  # fmt: skip
def test_the_highest_rung_reached(late: int, rung: str | None) -> None:
    found = reached(late)
    assert (found.id if found else None) == rung


class Box:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []
        self.refuses = ""

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address == self.refuses:
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content)
        body = letter.get_payload(decode=True)
        assert isinstance(body, bytes)
        subject = str(make_header(decode_header(letter["Subject"])))
        self.letters.append((envelope.rcpt_tos[0], subject, body.decode()))
        return "250 OK"


@pytest.fixture
def post(settings: Any) -> Iterator[Box]:
    """A real SMTP server on a port of its own."""
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield box
    controller.stop()


def test_letters_go_up_the_chain_once_each(month: Bring, post: Box) -> None:
    person("east", "district", "district:A1")
    person("desk", "desk", "city")
    person("auditor", "auditor", "city")
    User.objects.create(username="nobody", email="nobody@city.example")
    take(sheet("A2"), "file", by="x")
    take(sheet("A3"), "file", by="x")
    assert send_due(date(2026, 11, 2)) == []
    for day, to in (
        (date(2026, 11, 9), ["east"]), (date(2026, 11, 10), []), (DUE, ["east"]),
        (date(2026, 11, 12), ["desk", "east"]), (date(2026, 11, 16), ["desk", "east"]),
        (date(2026, 12, 16), []),
    ):  # fmt: skip
        post.letters.clear()
        send_due(day)
        assert sorted(letter[0] for letter in post.letters) == [f"{n}@city.example" for n in to], (
            day
        )
    take(sheet("A1"), "file", by="x")
    assert due_reminders(date(2026, 12, 16)) == []


def test_a_letter_says_what_whose_and_how_late(month: Bring, post: Box) -> None:
    person("east", "district", "district:A1")
    Sheet.objects.filter(unit="A1").update(unit_name="东区\nBcc: all@city.example")
    send_due(date(2026, 11, 12))
    ((to, subject, body),) = post.letters
    assert to == "east@city.example"
    assert "规上工业企业月报 2026-10" in subject
    assert "\n" not in subject
    assert "已逾期 1 个工作日" in body
    assert "1 working days late" in body


def test_what_the_host_refuses_is_due_again(month: Bring, post: Box) -> None:
    person("east", "district", "district:A1")
    post.refuses = "east@city.example"
    with pytest.raises(StorageFailed, match="未能发出"):
        send_due(DUE)
    assert not Reminder.objects.exists()
    post.refuses = ""
    assert len(send_due(DUE)) == 1


def test_without_a_host_nothing_is_sent_and_nothing_is_lost(month: Bring, settings: Any) -> None:
    person("east", "district", "district:A1")
    settings.EMAIL_HOST = ""
    assert send_due(DUE) == []
    assert [due.to for due in due_reminders(DUE)] == ["east@city.example"]
    assert not Reminder.objects.exists()


def test_a_feed_holds_ones_duties_with_an_alarm_and_no_figure(month: Bring) -> None:
    east = person("east", "district", "district:A1")
    Sheet.objects.filter(unit="A1").update(unit_name="东区\nEND:VCALENDAR;,\\")
    raw = calendar_by(new_feed(east))
    calendar = Calendar.from_ical(raw)
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt == DUE
    assert "东区" in event["SUMMARY"]
    assert "END:VCALENDAR;,\\" in event["SUMMARY"]
    (alarm,) = event.walk("VALARM")
    assert DUE + timedelta(days=cycle_rules().alarm_days) > DUE
    assert alarm["TRIGGER"].dt == timedelta(hours=9) - timedelta(days=cycle_rules().alarm_days)
    assert raw.count(b"END:VCALENDAR\r\n") == 1
    assert b"5000" not in raw


def test_a_feed_ends_with_a_new_one_by_hand_and_with_the_account(month: Bring) -> None:
    east = person("east", "district", "district:A1")
    first = new_feed(east)
    second = new_feed(east)
    with pytest.raises(NotFound):
        calendar_by(first)
    assert calendar_by(second)
    assert end_feed(east) == 1
    with pytest.raises(NotFound):
        calendar_by(second)
    third = new_feed(east)
    east.is_active = False
    east.save()
    with pytest.raises(NotFound):
        calendar_by(third)
    with pytest.raises(NotFound):
        calendar_by("")


def test_a_feed_without_duties_is_an_empty_calendar() -> None:
    assert Calendar.from_ical(calendar_of([])).walk("VEVENT") == []


@given(*(st.integers(0, 300) for _ in range(6)))
def test_the_score_stays_within_its_bounds_and_falls_with_every_fault(
    late: int, expected: int, missing: int, rows: int, warnings: int, again: int
) -> None:
    missing = min(missing, expected)
    here = score(late, expected, missing, rows, warnings, again).points
    assert 0 <= here <= 100
    assert score(late + 1, expected, missing, rows, warnings, again).points <= here
    assert score(late, expected, missing, rows, warnings, again + 1).points <= here
    assert score(0, expected, 0, rows, 0, 0).points == pytest.approx(100)


def test_the_score_says_why(month: Bring) -> None:
    late = datetime(2026, 11, 13, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
    take(sheet("A1"), "file", by="x", now=late)
    take(sheet("A1"), "send_back", by="x", reason="试")
    take(sheet("A1"), "file", by="x")
    lines = {line.sheet.unit: line for line in board(cycle_named("firm_month", MONTH), DUE).lines}
    found = score_of(lines["A1"])
    assert found is not None
    parts = {part.name: part for part in found.parts}
    assert parts["timeliness"].figures == {"days": 2}
    assert parts["timeliness"].points == pytest.approx(40 * 0.6)
    assert parts["corrections"].figures == {"times": 1}
    assert score_of(lines["A2"]) is None
