"""``/metrics`` in the text format of Prometheus: requests, and what ledger and lake hold.

For the machine itself, or for whoever shows the token of the settings; a request that came through
a proxy is not the machine's own, wherever the proxy runs.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from liantu import __version__, site
from liantu.errors import Message
from liantu.records.access import Actor, Grant, acting
from liantu.records.models import Batch, LakeFile
from liantu.web.errors import error_page
from liantu.web.jobs.models import Job, State
from liantu.web.jobs.working import workers_alive
from liantu.web.operations.counting import FOLDER
from liantu.web.operations.readiness import database_answers, free_bytes
from liantu.web.operations.rules import operation_rules

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "liantu_requests", "Requests by address pattern and status.", ("route", "method", "status"),
    registry=REGISTRY,
)  # fmt: skip
SECONDS = Histogram(
    "liantu_request_seconds", "Time to answer by address pattern.", ("route",),
    buckets=operation_rules().buckets, registry=REGISTRY,
)  # fmt: skip
_COUNTS = Actor("metrics", (Grant("auditor"),))
"""Numbers of the whole city, no record."""
_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
_PROXIED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
_REFUSED = Message(
    "只有本机或出示口令者可读取运行指标。请在本机读取，或设置 LIANTU_METRICS_TOKEN 并出示。",
    "Metrics are for the machine itself or whoever shows the token. Read them on the machine, or"
    " set LIANTU_METRICS_TOKEN and show it.",
)


class _Kept:
    """What ledger and lake hold at the moment of asking."""

    def collect(self) -> Iterator[Any]:
        """Gauges, in the form of Prometheus's client."""
        about = GaugeMetricFamily("liantu_about", "The program.", labels=["version"])
        about.add_metric([__version__], 1)
        yield about
        yield GaugeMetricFamily("liantu_disk_free_bytes", "Free under the home.", free_bytes())
        up = database_answers()
        yield GaugeMetricFamily("liantu_ledger_up", "Does the ledger answer?", int(up))
        if up:
            yield from self._rows()

    def _rows(self) -> list[Any]:
        try:
            with acting(_COUNTS):
                return list(_counted())
        except DatabaseError:
            return []  # not migrated yet; readiness says so


def _counted() -> Iterator[Any]:
    latest = Batch.objects.order_by("-accepted_at").first()
    lake = LakeFile.objects.aggregate(files=Count("id"), size=Sum("size"))
    jobs = dict(Job.objects.order_by().values_list("state").annotate(Count("id")))
    states = GaugeMetricFamily("liantu_jobs", "Jobs by state.", labels=["state"])
    for state in State:
        states.add_metric([state.value], jobs.get(state.value, 0))
    yield states
    yield GaugeMetricFamily("liantu_workers", "Workers alive on this machine.", workers_alive())
    yield GaugeMetricFamily("liantu_batches", "Files accepted.", Batch.objects.count())
    yield GaugeMetricFamily("liantu_lake_files", "Files of the lake.", lake["files"])
    yield GaugeMetricFamily("liantu_lake_bytes", "Their size.", lake["size"] or 0)
    if latest:
        at = latest.accepted_at.timestamp()
        yield GaugeMetricFamily("liantu_latest_batch_seconds", "When, in Unix time.", at)


def _told() -> CollectorRegistry:
    """What is told: counts of every process that answers pages, and what is kept."""
    registry = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(_Kept())
    return registry


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """``/metrics``."""
    if not may_read(request):
        return error_page(request, _REFUSED, 403)
    return HttpResponse(generate_latest(_told()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def may_read(request: HttpRequest) -> bool:
    """Is it the machine itself, or does it show the token?"""
    meta = request.META
    if meta.get("REMOTE_ADDR") in _LOOPBACK and not any(name in meta for name in _PROXIED):
        return True
    token = site.text("metrics_token")
    shown = meta.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(shown.encode(), token.encode())
