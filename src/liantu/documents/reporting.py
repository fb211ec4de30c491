"""The whole job behind ``liantu report``: from the ledger to files on disk."""

from __future__ import annotations

from pathlib import Path

from liantu.documents.letterhead import office_letterhead
from liantu.documents.rendering import OnStep, check_folder, no_report, render
from liantu.systems.dispatch.paper import Letterhead


def report(
    kind: str,
    period: str | None,
    out_dir: Path,
    *,
    vintage: str | None = None,
    previous: int | None = None,
    letterhead: Letterhead | None = None,
    on_step: OnStep = no_report,
) -> list[Path]:
    """Issue the edition for a period and write its .docx, .pdf and .xlsx.

    An edition is frozen only together with its files: where they cannot be laid out or written,
    nothing is frozen. Asked again with the same plan, data, rules and words, the edition frozen
    before is written again, byte for byte.

    Args:
        kind: ``quarterly`` (季度调度) or ``final`` (终期评估).
        period: ``2025Q4``; for a final evaluation also ``2025``. None: the plan's last.
        out_dir: folder for the files, made where it is missing.
        vintage: vintage of the ledger; the latest by default.
        previous: number of the edition to compare with; by default the latest before.
        letterhead: what only the issuing office knows (issuer, red head, addressees); by
            default that of the file named in ``LIANTU_LETTERHEAD``.
        on_step: told each step as it begins, for a progress bar.
    Returns:
        The files written: .docx, .pdf, .xlsx.
    Raises:
        UsageError: unknown kind or period, a period outside the plan or still to come, a
            folder that cannot be written into.
        NothingToCompute: no plan, no targets, or no figures for the period.
        NotFound: the vintage or the edition to compare with does not exist.
    """
    # Models load with Django, which a caller who only renders an edition does not need.
    from django.db import transaction

    from liantu.systems.dispatch.issue import issue

    check_folder(out_dir)
    head = letterhead or office_letterhead()
    on_step("evaluate")
    with transaction.atomic():
        edition = issue(kind, period, vintage=vintage, previous=previous, letterhead=head)
        return render(edition, out_dir, on_step=on_step)


def bulletin(
    kind: str, period: str, out_dir: Path, *, letterhead: Letterhead | None = None,
    template: Path | None = None, as_of: str | None = None, on_step: OnStep = no_report,
) -> list[Path]:  # fmt: skip
    """Issue a bulletin of a month or a week and write its files, errata made since on every page.

    Args:
        kind: ``monthly`` (月通报) or ``weekly`` (周报告).
        period: ``2026-10`` or ``2026-W48``.
        as_of: of a week: the day or time as of which it is told; by default its end, or now.
        template: a clerk's own document, filled in place of the house's (:mod:`.clerk`).
    Raises:
        InvalidPeriod: no such period.
        NothingToCompute: nothing of it is published, or no plan.
        UsageError: a folder that cannot be written into, or a template that cannot be filled.
    """
    from django.db import transaction

    from liantu.documents.clerk import fill_template
    from liantu.systems.reporting.bulletins import issue_monthly, issue_weekly
    from liantu.systems.reporting.errata import errata_of, with_errata

    check_folder(out_dir)
    head = letterhead or office_letterhead()
    on_step("evaluate")
    with transaction.atomic():
        if kind == "monthly":
            edition = issue_monthly(period, letterhead=head)
        else:
            edition = issue_weekly(period, letterhead=head, as_of=as_of)
        shown = with_errata(edition, errata_of(edition))
        paths = render(shown, out_dir, on_step=on_step)
        if template is not None:
            own = out_dir / f"{edition.name}-{template.stem}.docx"
            own.write_bytes(fill_template(template, shown))
            paths.append(own)
    return paths
