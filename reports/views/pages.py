"""The pages of reports: which there are, the filter page, and the file itself."""

import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from participants.queries import totals
from portal.scoping import may_look
from programs.filters import TrainingFilterSet
from reports.base import ExportRefused, run_export
from reports.base.exporter import Selection, filter_faults
from reports.queries import listed
from reports.registry import permitted_exporters
from reports.rules import file_stem
from reports.views.screen import headings, lines_of

ROWS_A_PAGE = 50
PAGE = "hal"
CONTENT_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The reports this role may take."""
    exporters = permitted_exporters(request.user)
    if not exporters:
        raise PermissionDenied
    return render(request, "reports/index.html", {"title": "Laporan", "exporters": exporters.values()})


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
        "headings": headings(),
        "lines": lines_of(page.object_list),
    }
    return render(request, "reports/trainings.html", context)


@login_required
@require_POST
def export(request: HttpRequest, identifier: str) -> HttpResponse:
    """Write the report of the filters in the address and hand it out. POST, because it leaves a record."""
    exporter = permitted_exporters(request.user).get(identifier)
    if exporter is None:
        raise Http404
    stem = file_stem(identifier, request.GET.get("year", ""), request.GET.get("budget_line", ""), timezone.localtime())
    file_format = request.POST.get("format", "")
    with tempfile.TemporaryDirectory() as folder:
        try:
            receipt = run_export(
                exporter(),
                user=request.user,
                params=request.GET,
                file_format=file_format,
                target=Path(folder) / f"{stem}.{'csv' if file_format == 'csv' else 'xlsx'}",
                request=request,
            )
        except ExportRefused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, sentence)
            return redirect(f"{reverse('reports:trainings')}?{request.GET.urlencode()}")
        path = receipt.files[0] if file_format == "xlsx" else _zipped(Path(folder) / f"{stem}.zip", receipt.files)
        return _download(path.open("rb"), path)


def _zipped(path: Path, files: Sequence[Path]) -> Path:
    """CSV has no second sheet; the sheets travel together, so that none loses its Keterangan."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


def _download(file: BinaryIO, path: Path) -> FileResponse:
    """The open file outlives its folder: nothing stays on the disk, whatever the browser does."""
    response = FileResponse(file, as_attachment=True, filename=path.name, content_type=CONTENT_TYPES[path.suffix])
    response["Cache-Control"] = "no-store, private"
    return response
