"""Files that the import hands out: templates, rows to mend."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liantu.records.doors import template
from liantu.records.doors.rules import door_rules
from liantu.records.tables.declared import load_tables
from liantu.web.downloads import FORMATS


def attached(path: Path) -> HttpResponse:
    """A small file to take away; read whole, so that the place it lies in may go."""
    return _attached(path.read_bytes(), path.name)


def _attached(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=FORMATS["xlsx"])
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@never_cache
@require_safe
def template_file(request: HttpRequest, table_id: str) -> HttpResponse:
    """``/imports/template/<table>.xlsx``: a workbook to fill in."""
    declared = load_tables().get(table_id)
    if declared is None:
        raise Http404(table_id)
    return _attached(template(declared), f"{declared.zh}-{declared.id}.xlsx")


def mend_name(file_name: str, *, synthetic: bool) -> str:
    """Name of the workbook of rows to mend: after the file they came in."""
    label = f"{door_rules().synthetic.label}-" if synthetic else ""
    return f"待改正-{label}{Path(file_name).stem[:40]}.xlsx"
