"""A calendar feed for each person (iCalendar), under a secret address that can be ended.

The address is shown once; the ledger keeps a hash. Whoever holds the address reads the due days of
one person's duties and nothing else: no figure, no name of a firm.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from icalendar import Alarm, Calendar, Event

from liantu import site
from liantu.errors import NotFound
from liantu.records.access import acting, actor_of
from liantu.systems.reporting.duties import Duty, duties
from liantu.systems.reporting.models import Feed
from liantu.systems.reporting.rules import cycle_rule, cycle_rules
from liantu.words import words

_BYTES = 32
_PRODUCT = "-//Liantu//cycles//ZH"


def new_feed(user: Any) -> str:
    """Make the person's feed, which ends the one before; its secret, shown this once."""
    secret = secrets.token_urlsafe(_BYTES)
    with transaction.atomic():
        end_feed(user)
        Feed.objects.create(user=user, digest=_digest(secret), made_at=timezone.now())
    return secret


def end_feed(user: Any) -> int:
    """End the person's feeds; how many there were."""
    return Feed.objects.filter(user=user, ended_at__isnull=True).update(ended_at=timezone.now())


def has_feed(user: Any) -> bool:
    """Does the person have a feed?"""
    return Feed.objects.filter(user=user, ended_at__isnull=True).exists()


def calendar_by(secret: str) -> bytes:
    """The feed under a secret, as its person would see their duties now.

    Raises:
        NotFound: no such feed, or it was ended, or its account is closed.
    """
    found = (
        Feed.objects.select_related("user")
        .filter(digest=_digest(secret), ended_at__isnull=True)
        .first()
    )
    actor = actor_of(found.user) if found is not None else None
    if actor is None:
        raise NotFound(
            "没有这个日历订阅，或已停用。请在报送页重新生成。",
            "There is no such calendar feed, or it was ended. Make a new one on the duties page.",
        )
    with acting(actor):
        return calendar_of(duties())


def calendar_of(found: list[Duty]) -> bytes:
    """Duties as a calendar: a day each, with an alarm before."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", words().say("cycles.feed.title", "zh"))
    for duty in found:
        calendar.add_component(_event(duty))
    written: bytes = calendar.to_ical()
    return written


def _event(duty: Duty) -> Event:
    sheet, rule = duty.sheet, cycle_rule(duty.sheet.cycle.rule)
    figures = {"unit": sheet.unit_name, "name": rule.zh, "period": sheet.cycle.period}
    due = sheet.cycle.due_on
    event = Event()
    event.add("uid", f"{sheet.cycle.rule}-{sheet.cycle.period}-{sheet.pk}-{duty.kind}@liantu")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("summary", words().say(f"cycles.feed.{duty.kind}", "zh", **figures))
    support = "、".join(each.zh for each in rule.support)
    note = words().say("cycles.feed.note", "zh", lead=rule.lead.zh, support=support)
    if not sheet.cycle.due_announced:
        note += words().say("cycles.unannounced", "zh")
    event.add("description", note)
    address = site.text("site_url").rstrip("/")
    if address:
        event.add("url", f"{address}/cycles/sheet/{sheet.pk}/")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words().say(f"cycles.feed.{duty.kind}", "zh", **figures))
    # In the morning of the day before: an all-day event begins at midnight.
    alarm.add("trigger", timedelta(hours=9) - timedelta(days=cycle_rules().alarm_days))
    event.add_component(alarm)
    return event


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
