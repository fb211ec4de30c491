"""Pages of jobs: the list with what can be asked for, one job with its progress."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liantu.errors import LiantuError, NothingToCompute
from liantu.records import access
from liantu.systems.language import language
from liantu.systems.reporting.periods import period_at
from liantu.systems.targets.moment import default_date, last_quarter_end
from liantu.web.jobs import queue, telling
from liantu.web.jobs.kinds import kinds
from liantu.web.jobs.rules import job_rules
from liantu.web.jobs.showing import shown
from liantu.web.pages.imports.batches import paged
from liantu.words import words

_GIVEN = ("as_of", "period")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def jobs(request: HttpRequest) -> HttpResponse:
    """``/jobs/``: jobs, the latest first; a form for each kind that may be asked for here."""
    trouble = None
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in _GIVEN}
        try:
            return redirect("job", number=queue.ask(request.POST.get("kind", ""), given).pk)
        except LiantuError as error:
            trouble = error.message
    page = paged(request, queue.seen(), job_rules().shown)
    day = _day()
    context = {
        "page": page,
        "jobs": [shown(job) for job in page],
        "trouble": trouble,
        "kinds": [kind for kind in kinds().values() if kind.offered and access.allowed(kind.needs)],
        "as_of": day.isoformat(),
        "periods": _periods(day),
    }
    return render(request, "liantu/jobs/jobs.html", context, status=422 if trouble else 200)


def _day() -> date:
    """What is mostly asked about: the last quarter of the plan that has ended."""
    try:
        return default_date()
    except NothingToCompute:
        return last_quarter_end(timezone.localdate())


def _periods(day: date) -> dict[str, str]:
    """The period that each kind is mostly asked of: the last one that has ended; this week."""
    today = timezone.localdate()
    return {
        "week": period_at(today, "week").code,
        "month": period_at(today, "month").shifted(-1).code,
        "quarter": f"{day.year}Q{day.month // 3}",
    }


@never_cache
@require_safe
def job(request: HttpRequest, number: UUID) -> HttpResponse:
    """``/jobs/<number>/``."""
    found = queue.find(number)
    mine = access.current().user_id in (None, found.user_id) or access.allowed("operate")
    return render(request, "liantu/jobs/job.html", {"shown": shown(found), "mine": mine})


@never_cache
@require_safe
def state(request: HttpRequest, number: UUID) -> JsonResponse:
    """``/jobs/<number>/state``: how far it is, for the page that shows it."""
    found = shown(queue.find(number))
    state_words = words().say(f"jobs.state.{found.job.state}", language())
    return JsonResponse(
        {
            "state": found.job.state,
            "words": state_words,
            "open": found.job.is_open,
            "done": found.done,
            "total": found.total,
            "text": found.now,
        },
        json_dumps_params={"ensure_ascii": False},
    )


@require_POST
def cancel(request: HttpRequest, number: UUID) -> HttpResponse:
    """Stop a job."""
    return redirect("job", number=queue.cancel(number).pk)


@require_POST
def again(request: HttpRequest, number: UUID) -> HttpResponse:
    """Ask for the same once more."""
    return redirect("job", number=queue.again(number).pk)


@never_cache
@require_safe
def file(request: HttpRequest, number: UUID, name: str) -> FileResponse:
    """A file that a job made; its name is one of those that lie there, never a path."""
    access.require("export")
    found = queue.find(number)
    path = telling.file_of(found.pk, name)
    if path is None:
        raise Http404(name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
