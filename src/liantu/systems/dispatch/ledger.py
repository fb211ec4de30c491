"""Doors to the ledger of editions: freeze one, read one, list them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from liantu.errors import LiantuError, NotFound
from liantu.records import access, audit
from liantu.systems.dispatch.edition import FORMAT, Edition, Kind
from liantu.systems.dispatch.models import FrozenEdition

_ATTEMPTS = 5


def freeze(edition: Edition) -> Edition:
    """Number the edition and store it for good; the numbered edition comes back.

    Raises:
        Refused: whoever acts publishes nothing.
    """
    access.require("publish")
    for attempt in range(1, _ATTEMPTS + 1):
        latest = FrozenEdition.objects.filter(kind=edition.kind).order_by("number").last()
        numbered = edition.model_copy(update={"number": latest.number + 1 if latest else 1})
        try:
            with transaction.atomic():
                _row(numbered).save()
                audit.note(
                    audit.Act.PUBLISHED,
                    kind=numbered.kind,
                    key=str(numbered.number),
                    details={"sha256": numbered.sha256},
                )
        except IntegrityError:
            # Another edition took the number meanwhile: take the next.
            if attempt == _ATTEMPTS:
                raise
            continue
        break
    return numbered


def _row(edition: Edition) -> FrozenEdition:
    if edition.number is None:
        raise ValueError("an edition is numbered before it is stored")
    return FrozenEdition(
        kind=edition.kind,
        number=edition.number,
        period=edition.period,
        as_of=edition.as_of,
        plan_sha256=edition.plan.package_sha256,
        plan_title=edition.plan.title,
        vintage=edition.vintage,
        synthetic=edition.synthetic,
        summary=edition.summary,
        created_at=edition.created_at,
        fingerprint=edition.fingerprint,
        sha256=edition.sha256,
        content=edition.canonical(),
    )


def read(kind: Kind, number: int) -> Edition:
    """The edition of that kind and number, its hash checked.

    Raises:
        NotFound: there is none.
        LiantuError: the content is not what was frozen, or of another format.
    """
    access.require("read")
    row = FrozenEdition.objects.filter(kind=kind, number=number).first()
    if row is None:
        raise NotFound(
            f"没有第{number}期{kind}文件。可用 liantu report 生成，或在文件页查看已有各期。",
            f"There is no {kind} edition no. {number}. Make one with liantu report, or see the"
            " list of papers.",
        )
    return _edition(row)


def _edition(row: FrozenEdition) -> Edition:
    found = hashlib.sha256(row.content.encode()).hexdigest()
    if found != row.sha256:
        raise LiantuError(
            f"第{row.number}期{row.kind}文件的内容与冻结时不符（摘要{found[:12]}，"
            f"应为{row.sha256[:12]}）：台账可能被改动。请从备份恢复。",
            f"The {row.kind} edition no. {row.number} is not what was frozen (hash {found[:12]},"
            f" expected {row.sha256[:12]}): the ledger may have been altered. Restore a backup.",
        )
    content = json.loads(row.content)
    if content.get("format") != FORMAT:
        raise LiantuError(
            f"第{row.number}期{row.kind}文件为格式{content.get('format')}，本版程序读格式{FORMAT}。"
            f"请用冻结时的版本{content.get('code_version')}打开。",
            f"The {row.kind} edition no. {row.number} has format {content.get('format')}; this"
            f" version reads {FORMAT}. Open it with version {content.get('code_version')}.",
        )
    return Edition.model_validate(content)


def listed(kind: Kind | None = None) -> Sequence[FrozenEdition]:
    """Editions without their content, newest first."""
    access.require("read")
    rows = FrozenEdition.objects.defer("content").order_by("-created_at", "-id")
    return list(rows.filter(kind=kind) if kind else rows)


def same(kind: Kind, fingerprint: str) -> Edition | None:
    """The edition made from exactly the same plan, data, rules and words, if there is one."""
    row = FrozenEdition.objects.filter(kind=kind, fingerprint=fingerprint).last()
    return _edition(row) if row else None


def before(kind: Kind, plan_title: str, period: str, fingerprint: str) -> Edition | None:
    """The latest edition of the plan that a new one for ``period`` is compared with."""
    rows = FrozenEdition.objects.filter(kind=kind, plan_title=plan_title, period__lte=period)
    row = rows.exclude(fingerprint=fingerprint).order_by("number").last()
    return _edition(row) if row else None
