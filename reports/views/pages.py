"""The pages of reports: which there are, the filter page, and the file itself."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from participants.queries import totals
from portal.scoping import may_look
from programs.filters import TrainingFilterSet
from reports.actions.export_requests import ask_for_export
from reports.asof import parse_day
from reports.base import Exporter, ExportRefused, run_export
from reports.base.exporter import Selection, filter_faults
from reports.base.run import permitted_selection
from reports.models import ExportRequest
from reports.queries import listed
from reports.registry import permitted_exporters
from reports.rules import file_stem
from reports.tasks import run_export_request
from reports.views.files import attachment, zipped
from reports.views.screen import headings, lines_of

ROWS_A_PAGE = 50
PAGE = "hal"
MOST_REQUESTS = 10


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The reports this role may take."""
    exporters = permitted_exporters(request.user)
    if not exporters:
        raise PermissionDenied
    asked = ExportRequest.objects.visible_to(request.user).select_related("owner", "record")[:MOST_REQUESTS]
    context = {"title": "Laporan", "exporters": exporters.values(), "asked": asked}
    return render(request, "reports/index.html", context)


@login_required
@require_safe
def trainings(request: HttpRequest) -> HttpResponse:
    """Rows of the filters, totals of the whole selection, and the files of it. The address holds the whole state."""
    if not (may_look(request.user) and request.user.has_perm("programs.view_training")):
        raise PermissionDenied
    filterset = TrainingFilterSet(request.GET, request=request)
    context: dict[str, Any] = {"title": "Saring pelatihan", "form": filterset.form}
    if faults := filter_faults(filterset):
        return render(request, "reports/trainings.html", context | {"faults": faults})
    selection = Selection(filterset)
    figures = totals(selection.rows)
    paginator = Paginator(listed(selection.rows), ROWS_A_PAGE)
    paginator.count = figures["trainings"]  # already counted
    page = paginator.get_page(request.GET.get(PAGE))
    context |= {
        "exporters": permitted_exporters(request.user).values(),
        "query": selection.query.urlencode(),
        "pills": [
            {"label": label, "value": value, "rest": selection.without(name)}
            for name, (label, value) in zip(selection.names, selection.words, strict=True)
        ],
        "totals": figures,
        "page": page,
        "today": timezone.localdate().isoformat(),
        "headings": headings(),
        "lines": lines_of(page.object_list),
    }
    return render(request, "reports/trainings.html", context)


@login_required
@require_POST
def export(request: HttpRequest, identifier: str) -> HttpResponse:
    """Write the report of the filters in the address and hand it out; a long one, or one with full NIK, is queued.

    POST, because it leaves a record.
    """
    kind = permitted_exporters(request.user).get(identifier)
    if kind is None:
        raise Http404
    try:
        per = parse_day(request.POST.get("per", ""))
        exporter = kind(full_nik=bool(request.POST.get("full_nik")), reason=request.POST.get("reason", ""))
        return _export(request, exporter, per)
    except ValueError as fault:
        sentences = [str(fault)]
    except ExportRefused as refusal:
        sentences = refusal.sentences
    except ValidationError as fault:
        sentences = fault.messages
    for sentence in sentences:
        messages.error(request, sentence)
    return redirect(f"{reverse('reports:trainings')}?{request.GET.urlencode()}")


def _export(request: HttpRequest, exporter: Exporter, per: date | None) -> HttpResponse:
    file_format, user = request.POST.get("format", ""), request.user
    selection = permitted_selection(exporter, user, request.GET, file_format)
    rows = exporter.size(selection.rows)
    if exporter.full_nik or rows > settings.EXPORT_IN_REQUEST_ROWS:
        with transaction.atomic():  # a job without its task would wait for ever
            asked, job = ask_for_export(
                exporter=exporter.identifier,
                params=selection.query.dict(),
                per=per,
                file_format=file_format,
                rows=rows,
                full_nik=exporter.full_nik,
                reason=exporter.reason,
                by=user,
            )
            if job:
                run_export_request.enqueue(str(job.pk))
        return redirect("reports:request", asked.pk)
    year, code = request.GET.get("year", ""), request.GET.get("budget_line", "")
    stem = file_stem(exporter.identifier, year, code, timezone.localtime())
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{stem}.{file_format}"
        receipt = run_export(
            exporter, user=user, params=request.GET, file_format=file_format, target=target, per=per, request=request
        )
        path = receipt.files[0] if file_format != "csv" else zipped(target.with_suffix(".zip"), receipt.files)
        return attachment(path.open("rb"), path.name)
