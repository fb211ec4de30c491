"""Addresses of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from liantu.web import downloads
from liantu.web.api import account, document, root
from liantu.web.operations import metrics, readiness
from liantu.web.pages import documents, methods, overview, plan, site, sources
from liantu.web.pages.imports import rejected
from liantu.web.sign_in.pages import to_own_password, to_sign_in

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("screen/", overview.screen, name="screen"),
    path("plan/", plan.plan, name="plan"),
    path("plan/findings/", plan.findings, name="findings"),
    path("plan/<str:clause_id>/", plan.clause, name="clause"),
    path("sources/", sources.sources, name="sources"),
    path("sources/conflicts/", sources.conflicts, name="conflicts"),
    path("sources/rejected/", rejected.moved, name="rejected"),
    path(
        "sources/file/observations.<slug:kind>", sources.observations_file, name="observations-file"
    ),
    path("documents/", documents.documents, name="documents"),
    path("documents/monthly/<str:period>/issue/", documents.issue_bulletin, name="bulletin-issue"),
    path("documents/<slug:kind>/<int:number>/paper.<slug:suffix>", downloads.paper, name="paper"),
    path("records/quality/", include("liantu.web.pages.quality.urls")),
    path("records/", include("liantu.web.pages.registers.urls")),
    path("indicators/", include("liantu.systems.indicators.urls")),
    path("cycles/", include("liantu.systems.reporting.urls")),
    path("imports/", include("liantu.web.pages.imports.urls")),
    path("admin/login/", to_sign_in),
    path("admin/password_change/", to_own_password),
    path("jobs/", include("liantu.web.jobs.urls")),
    path("admin/", admin.site.urls),
    path("methods/", methods.methods, name="methods"),
    path("accounts/", include("liantu.web.accounts.urls")),
    path("audit/", include("liantu.web.audit_log.urls")),
    path("", include("liantu.web.sign_in.urls")),
    path("language/", site.choose_language, name="language"),
    path("healthz", readiness.health, name="healthz"),
    path("readyz", readiness.readiness, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/openapi.json", document.openapi, name="openapi"),
    path("api/docs/", document.documentation, name="api-docs"),
    path("api/v1/", root.api.urls),
    path("account/tokens/", account.own_tokens, name="own-tokens"),
    path("account/tokens/revoke/", account.revoke_token, name="revoke-token"),
    path("", include("liantu.systems.targets.urls")),
]

handler400 = "liantu.web.errors.bad_request"
handler403 = "liantu.web.errors.forbidden"
handler404 = "liantu.web.errors.not_found"
handler500 = "liantu.web.errors.server_error"
handler429 = "liantu.web.errors.too_many"
