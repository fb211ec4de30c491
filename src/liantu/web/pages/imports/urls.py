"""Addresses of importing, below ``/imports/``."""

from __future__ import annotations

from django.urls import path, register_converter

from liantu.web.pages.imports import (
    accepting,
    additions,
    batches,
    choosing,
    figures,
    files,
    memory,
    rejected,
    review,
    steps,
)
from liantu.web.pages.imports.uploads import TOKEN


class TokenConverter:
    """Random name of a file on its way."""

    regex = TOKEN

    def to_python(self, value: str) -> str:
        """Django's hook."""
        return value

    def to_url(self, value: str) -> str:
        """Django's hook."""
        return value


register_converter(TokenConverter, "token")

urlpatterns = [
    path("", batches.batches, name="imports"),
    path("template/<slug:table_id>.xlsx", files.template_file, name="imports-template"),
    path("batch/<int:number>/", batches.batch, name="imports-batch"),
    path("batch/<int:number>/rejected.xlsx", rejected.mend_file, name="imports-batch-rejected"),
    path("rejected/", rejected.rejected, name="imports-rejected"),
    path("memory/", memory.memory, name="imports-memory"),
    path("memory/forget/", memory.forget, name="imports-forget"),
    path("memory/correct/", memory.correct, name="imports-correct"),
    path("memory/retire/", memory.retire, name="imports-retire"),
    path("review/", review.queue, name="imports-review"),
    path("review/<int:number>/", review.case, name="imports-case"),
    path("additions/", additions.additions, name="imports-additions"),
    path("additions/admit/", additions.admit_new, name="imports-additions-admit"),
    path("additions/<int:number>/", additions.addition, name="imports-addition"),
    path("new/", choosing.new, name="imports-new"),
    path("<token:token>/table/", choosing.choose_table, name="imports-table"),
    path("<token:token>/columns/", choosing.match_columns, name="imports-columns"),
    path("<token:token>/check/", accepting.check, name="imports-check"),
    path("<token:token>/figures/", figures.figures, name="imports-figures"),
    path("<token:token>/rejected.xlsx", accepting.mend_file, name="imports-mend"),
    path("<token:token>/progress", accepting.progress, name="imports-progress"),
    path("<token:token>/commit/", accepting.commit, name="imports-commit"),
    path("<token:token>/cancel/", steps.cancel, name="imports-cancel"),
]
