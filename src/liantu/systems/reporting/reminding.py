"""Reminders by e-mail, along the declared chain: once to everybody whom a rung names.

In the pages duties show all the time; mail goes out only where the site names an SMTP host.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from liantu import site
from liantu.errors import StorageFailed
from liantu.records.access import Grant as Held
from liantu.records.access import Scope, load_roles
from liantu.records.models.access import Grant
from liantu.systems.reporting.models import Reminder, Sheet
from liantu.systems.reporting.rules import Rung, cycle_rule, cycle_rules
from liantu.systems.reporting.standing import line_of
from liantu.words import words

_SUBJECT = 120


@dataclass(frozen=True)
class Due:
    """One reminder that is due: of a sheet, by a rung, to an address."""

    sheet: Sheet
    rung: Rung
    late: int
    """Working days after the due day; negative before."""
    to: str


def reached(late: int) -> Rung | None:
    """The highest rung reached so many working days after the due day (before: negative)."""
    rungs = [rung for rung in cycle_rules().reminders if rung.after <= late]
    return rungs[-1] if rungs else None


def due_reminders(today: date | None = None) -> list[Due]:
    """Reminders that are due and were not sent, of every sheet that waits to be filed."""
    day = today or timezone.localdate()
    found = []
    rows = Sheet.objects.filter(leaf=True, state="open").select_related("cycle", "above__above")
    for sheet in rows:
        line = line_of(sheet, day)
        late = line.late or -line.left
        rung = reached(late)
        if rung is None:
            continue
        told = set(Reminder.objects.filter(sheet=sheet, kind=rung.id).values_list("to", flat=True))
        found += [Due(sheet, rung, late, to) for to in _addresses(sheet, rung) if to not in told]
    return found


def send_due(today: date | None = None) -> list[Due]:
    """Send what is due; what was sent.

    Each reminder is noted and sent in one transaction: where the host refuses, it is due again.

    Raises:
        StorageFailed: the SMTP host cannot be reached or refuses; what was sent before stands.
    """
    waiting = due_reminders(today)
    if not settings.EMAIL_HOST or not waiting:
        return []
    sent = []
    try:
        connection = get_connection()
        connection.open()
        for due in waiting:
            with transaction.atomic():
                Reminder.objects.create(
                    sheet=due.sheet, kind=due.rung.id, to=due.to, sent_at=timezone.now()
                )
                message(due, connection).send()
            sent.append(due)
        connection.close()
    except (SMTPException, OSError) as error:
        raise StorageFailed(
            f"提醒邮件未能发出（已发 {len(sent)} 封，待发 {len(waiting) - len(sent)} 封）："
            f"{error}。请检查 smtp_* 设置后重试，已发的不会重发。",
            f"Mail could not be sent ({len(sent)} sent, {len(waiting) - len(sent)} waiting):"
            f" {error}. Check the settings smtp_*; nothing is sent twice.",
        ) from error
    return sent


def message(due: Due, connection: object = None) -> EmailMessage:
    """The reminder as a letter."""
    sheet, rule = due.sheet, cycle_rule(due.sheet.cycle.rule)
    figures = {
        "unit": sheet.unit_name, "name": rule.zh, "name_en": rule.en,
        "period": sheet.cycle.period, "due": sheet.cycle.due_on.isoformat(), "days": abs(due.late),
    }  # fmt: skip
    key = "late" if due.late > 0 else "soon" if due.late < 0 else "today"
    lines = [words().say(f"cycles.mail.{key}", language, **figures) for language in ("zh", "en")]
    address = site.text("site_url").rstrip("/")
    if address:
        lines.append(f"{address}/cycles/sheet/{sheet.pk}/")
    subject = words().say("cycles.mail.subject", "zh", **figures)
    return EmailMessage(
        # A name from a register may hold a line break, which no header may.
        " ".join(subject.split())[:_SUBJECT],
        "\n\n".join(lines) + "\n",
        to=[due.to],
        connection=connection,  # type: ignore[arg-type]
    )


def _addresses(sheet: Sheet, rung: Rung) -> Iterator[str]:
    """Addresses of the accounts that a rung names, each once."""
    wanted: set[tuple[str, Scope]] = set()
    above = sheet.above
    for whom in rung.to:
        if whom == "own":
            wanted.add(("file", Scope(sheet.level, sheet.unit)))  # type: ignore[arg-type]
        elif whom == "above" and above is not None:
            wanted.add(("accept", Scope(above.level, above.unit)))  # type: ignore[arg-type]
        else:
            wanted.add(("accept", Scope("city")))
    rows = Grant.objects.filter(revoked_at__isnull=True, user__is_active=True)
    roles = load_roles().roles
    told: set[str] = set()
    for row in rows.exclude(user__email="").select_related("user").order_by("user__email"):
        held = Held(row.role, Scope(row.scope_kind, row.scope_key))  # type: ignore[arg-type]
        may = roles[held.role].may if held.role in roles else ()
        named = any(scope == held.scope and capability in may for capability, scope in wanted)
        if named and row.user.email not in told:
            told.add(row.user.email)
            yield row.user.email
