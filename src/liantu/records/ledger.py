"""The ledger's doors: load a plan, import figures, read them as of a vintage.

A file is accepted whole or not at all: its good rows lie in a file of the lake that becomes
visible in the one transaction that holds the batch and the rows sent back. Importing a file
again changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from liantu.errors import LiantuError, Message, NothingToCompute, UsageError, name_of
from liantu.plan.package import PlanPackage
from liantu.records import access, audit
from liantu.records.figures.breaks import with_breaks
from liantu.records.figures.cells import Problem
from liantu.records.figures.interpret import interpret
from liantu.records.figures.kept import rows_until, stage_figures, unknown_of
from liantu.records.figures.observation import Observation
from liantu.records.figures.observations_file import (
    Import,
    Rejected,
    Remark,
    read_observations,
    write_rejected_rows,
)
from liantu.records.lake.folder import alone
from liantu.records.lake.publishing import discard, publish, told_in_words
from liantu.records.models import Batch, PlanEdition, RejectedRow
from liantu.records.models.batches import FIGURES
from liantu.records.moments import moment_of, next_moment

_CHUNK = 500


# Plans --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LoadedPlan:
    """A plan in the ledger. ``already`` is true where it had been loaded before."""

    slug: str
    title: str
    sha256: str
    loaded_at: datetime
    already: bool


def load_plan(
    package: PlanPackage, source_text: str | None = None, *, slug: str = ""
) -> LoadedPlan:
    """Load a package and make it the plan in force; loading it again changes nothing more.

    Args:
        package: the compiled plan.
        source_text: its decoded text, for quotations; it must be the one it was compiled from.
        slug: ASCII name; by default made of the plan's years and its hash.

    Raises:
        UsageError: the text is not the package's own, or the slug names another package.
    """
    access.require("plan")
    if source_text is not None:
        _check_text(package, source_text)
    content = package.model_dump(mode="json")
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
    sha256 = hashlib.sha256(canonical.encode()).hexdigest()
    slug = slug or f"plan-{package.meta.start_year}-{package.meta.end_year}-{sha256[:8]}"
    with transaction.atomic():
        edition, created = PlanEdition.objects.get_or_create(
            sha256=sha256,
            defaults={
                "slug": _free_slug(slug, sha256),
                "title": package.meta.title,
                "package": content,
                "source_text": source_text or "",
                "source_sha256": package.meta.source_sha256,
                "loaded_at": timezone.now(),
            },
        )
        if not created:
            _renew(edition, source_text)
        audit.note(audit.Act.PLAN_LOADED, kind="plan", key=edition.slug, details={"sha256": sha256})
    return LoadedPlan(
        edition.slug, edition.title, edition.sha256, edition.loaded_at, already=not created
    )


def _check_text(package: PlanPackage, text: str) -> None:
    found = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    if found != package.meta.source_sha256:
        raise UsageError(
            f"所给原文与规划包《{package.meta.title}》不是同一文本（摘要 {found[:12]}，"
            f"应为 {package.meta.source_sha256[:12]}）。请给出编译时所用的文本，或重新编译。",
            f"The text is not the one the package was compiled from (hash {found[:12]}, expected"
            f" {package.meta.source_sha256[:12]}). Give that text, or compile again.",
        )


def _free_slug(slug: str, sha256: str) -> str:
    if PlanEdition.objects.filter(slug=slug).exclude(sha256=sha256).exists():
        raise UsageError(
            f"标识“{slug}”已用于另一规划包。请换一个标识。",
            f"The slug {slug!r} names another package. Choose another.",
        )
    return slug


def _renew(edition: PlanEdition, source_text: str | None) -> None:
    """A package loaded before comes into force again, and gains its text where it had none."""
    latest = PlanEdition.objects.first()
    if latest is not None and latest.pk != edition.pk:
        edition.loaded_at = timezone.now()
    if source_text and not edition.source_text:
        edition.source_text = source_text
    edition.save(update_fields=["loaded_at", "source_text"])


def has_plan() -> bool:
    """Is any plan loaded?"""
    return PlanEdition.objects.exists()


def current_plan() -> PlanPackage:
    """The package loaded last.

    Raises:
        NothingToCompute: the ledger holds no plan.
    """
    access.require("read")
    sha256 = PlanEdition.objects.values_list("sha256", flat=True).first()
    if sha256 is None:
        raise NothingToCompute(
            "台账中没有规划。请先用 liantu plan compile 编译，再用 liantu plan load 载入。",
            "The ledger holds no plan. Compile one with liantu plan compile, then load it with"
            " liantu plan load.",
        )
    return _package(sha256)


@lru_cache(maxsize=8)
def _package(sha256: str) -> PlanPackage:
    """A package by its content's hash, which cannot change."""
    return PlanPackage.model_validate(PlanEdition.objects.get(sha256=sha256).package)


def source_text(package: PlanPackage) -> str:
    """The text a package was compiled from, empty where it was not loaded with it."""
    found = (
        PlanEdition.objects.filter(source_sha256=package.meta.source_sha256)
        .exclude(source_text="")
        .values_list("source_text", flat=True)
        .first()
    )
    return found or ""


# Figures in ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Receipt:
    """What an import came to. ``already``: the same file had been imported before."""

    vintage: str
    file_name: str
    accepted: int
    duplicates: int
    rejected: int
    already: bool
    problems: tuple[Message, ...] = ()
    """One message a row sent back."""
    warnings: tuple[Remark, ...] = ()

    @property
    def summary_zh(self) -> str:
        if self.already:
            again = f"当时退回 {self.rejected} 行，用 liantu data rejected --batch {self.vintage} "
            return f"{self.file_name} 此前已导入（批次 {self.vintage}），未作任何改动。" + (
                f"{again}--out 文件 取回。" if self.rejected else ""
            )
        return (
            f"{self.file_name}：入库 {self.accepted} 行，已有 {self.duplicates} 行，"
            f"退回 {self.rejected} 行，提示 {len(self.warnings)} 条（批次 {self.vintage}）。"
        )

    @property
    def summary_en(self) -> str:
        if self.already:
            again = f" {self.rejected} rows were sent back then: fetch them with liantu data"
            return (
                f"{self.file_name} was imported before (batch {self.vintage}): nothing changed."
            ) + (f"{again} rejected --batch {self.vintage} --out FILE." if self.rejected else "")
        return (
            f"{self.file_name}: {self.accepted} rows accepted, {self.duplicates} known,"
            f" {self.rejected} sent back, {len(self.warnings)} remarks (batch {self.vintage})."
        )


def import_observations(path: Path, by: str) -> Receipt:
    """Check a file and accept its good rows; bad rows are kept to be mended.

    Args:
        path: CSV or xlsx of observations.
        by: who brings it, kept in the ledger.

    Raises:
        UnreadableInput, NothingToCompute, NotFound: nothing could be read; nothing is written.
        StorageFailed: the disk is full or cannot be written; nothing was changed.
    """
    access.require("plan")
    if path.is_file() and (known := _imported_before(_sha256(path), name_of(path))):
        return known  # not a row need be checked
    read = read_observations(path)
    sha256 = _sha256(path)
    # While the lake is ours, nobody else can bring the file or one of its figures.
    with told_in_words(), alone() as folder:
        if known := _imported_before(sha256, name_of(path)):
            return known
        batch = _accept(read, name_of(path), sha256, by, folder)
    return Receipt(
        str(batch.pk),
        name_of(path),
        batch.accepted,
        batch.duplicates,
        batch.rejected,
        already=False,
        problems=tuple(rejected.message for rejected in read.rejected),
        warnings=read.warnings,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _imported_before(sha256: str, file_name: str) -> Receipt | None:
    known = Batch.objects.filter(sha256=sha256, table=FIGURES).first()
    if known is None:
        return None
    return Receipt(str(known.pk), file_name, 0, 0, known.rejected, already=True)


def _accept(read: Import, file_name: str, sha256: str, by: str, folder: Path) -> Batch:
    fresh = unknown_of(read.observations)
    staged = stage_figures(fresh, folder)
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                accepted_at=next_moment(),
                file_name=file_name[:255],
                sha256=sha256,
                table=FIGURES,
                by=by[:100],
                accepted=fresh.height,
                duplicates=len(read.observations) - fresh.height,
                rejected=len(read.rejected),
                filed_in=access.filed_in(),
                warnings=[[w.row, w.column, w.message.zh, w.message.en] for w in read.warnings],
            )
            publish(staged, batch)
            _keep_rejected(read.rejected, batch)
            audit.note(
                audit.Act.IMPORTED,
                by=by,
                kind="observations",
                key=str(batch.pk),
                details={"rows": batch.accepted, "sent_back": batch.rejected, "sha256": sha256},
            )
    except BaseException:
        discard(staged)
        raise
    return batch


def _keep_rejected(rejected: Sequence[Rejected], batch: Batch) -> None:
    RejectedRow.objects.bulk_create(
        (
            RejectedRow(
                batch=batch,
                row=r.row,
                line=r.line,
                cells={column: text.replace("\x00", "") for column, text in r.cells.items()},
                problems=[[p.column, p.message.zh, p.message.en] for p in r.problems],
            )
            for r in rejected
        ),
        batch_size=_CHUNK,
    )


# Figures out --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Vintage:
    """What had been accepted by the moment that a batch was."""

    id: str
    accepted_at: datetime
    file_name: str
    by: str
    accepted: int
    duplicates: int
    rejected: int
    sha256: str
    table: str = FIGURES
    """Id of the declared table; empty for published figures."""


def vintages() -> list[Vintage]:
    """Vintages, oldest first, of figures and tables; batches that brought nothing make none."""
    return [_vintage(batch) for batch in Batch.objects.filter(accepted__gt=0)]


def vintage_id(vintage: str | None = None) -> str:
    """Id of the vintage that :func:`observations` would read; empty where there is none yet.

    Raises:
        NotFound, UsageError: as :func:`observations`.
    """
    batches = _batches(vintage)
    return str(batches[-1].pk) if batches else ""


def _vintage(batch: Batch) -> Vintage:
    return Vintage(
        str(batch.pk),
        timezone.localtime(batch.accepted_at),
        batch.file_name,
        batch.by,
        batch.accepted,
        batch.duplicates,
        batch.rejected,
        batch.sha256,
        batch.table,
    )


def observations(vintage: str | None = None) -> tuple[Observation, ...]:
    """All figures accepted up to a vintage, in order of acceptance and row.

    Args:
        vintage: id of a batch, or an ISO date or time; the latest by default.

    Raises:
        NotFound: there is no such batch.
        UsageError: the text is neither.
    """
    batches = _batches(vintage)
    return _read_rows(tuple((b.pk, b.sha256, b.accepted_at) for b in batches))


def _batches(vintage: str | None) -> Sequence[Batch]:
    accepted = Batch.objects.filter(accepted__gt=0, table=FIGURES)
    moment = moment_of(vintage)
    return list(accepted if moment is None else accepted.filter(accepted_at__lte=moment))


@lru_cache(maxsize=8)
def _read_rows(batches: tuple[tuple[int, str, datetime], ...]) -> tuple[Observation, ...]:
    """Rows of the batches as observations. Batches never change, so neither does the answer."""
    if not batches:
        return ()
    found = []
    for row, cells in rows_until(batches[-1][-1]):
        read = interpret(cells, row)
        if read.observation is None:
            raise _no_longer_readable(row, read.problems)
        found.append(read.observation)
    return with_breaks(found)


def _no_longer_readable(row: int, problems: Sequence[Problem]) -> LiantuError:
    zh = " ".join(problem.message.zh for problem in problems)
    en = " ".join(problem.message.en for problem in problems)
    return LiantuError(
        f"台账第 {row} 行按现行目录无法读取：{zh} 请核对近期对 catalog 的改动。",
        f"Row {row} of the ledger cannot be read by the present catalogue: {en} Check recent"
        " changes of the catalogue.",
    )


def rejected(vintage: str | None = None) -> list[Rejected]:
    """Figures sent back: of one batch, or of the latest batch that had any."""
    rows = RejectedRow.objects.filter(batch__table=FIGURES)
    if vintage is None:
        latest = rows.order_by("batch__accepted_at").last()
        rows = rows.filter(batch_id=latest.batch_id) if latest else rows.none()
    else:
        rows = rows.filter(batch_id=int(vintage) if vintage.isdecimal() else -1)
    return [
        Rejected(
            r.row,
            r.line,
            r.cells,
            tuple(Problem(column, Message(zh, en)) for column, zh, en in r.problems),
        )
        for r in rows
    ]


def write_rejected(path: Path, vintage: str | None = None) -> int:
    """Write the rows sent back as CSV or xlsx; mended, the file imports again as it is.

    Raises:
        NothingToCompute: no row was sent back.
    """
    rows = rejected(vintage)
    if not rows:
        raise NothingToCompute("没有退回的行。", "No rows were sent back.")
    write_rejected_rows(rows, path)
    return len(rows)
