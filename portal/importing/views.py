"""The pages of the import desk. Every batch is looked up in the user's own rows; another's answers 404."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.actions.audit import record_event
from portal.actions.jobs import has_live_job, sweep
from portal.enums import AuditAction, BatchState, Verdict
from portal.importing import pipeline, tasks
from portal.importing.forms import ApplyForm, UploadForm
from portal.importing.problem_file import problem_file
from portal.importing.resources import ImportRefused, SheetResource, resource_class, resource_classes
from portal.importing.template_file import template_file
from portal.models import ImportBatch
from portal.scoping import may_look

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_PAGE = 50
COLUMNS_SHOWN = 6
WARNED = "warning"


def _importer(request: HttpRequest) -> None:
    """Raise PermissionDenied unless the user may import at all."""
    if not (may_look(request.user) and request.user.has_perm("portal.import_importbatch") and request.user.agency):
        raise PermissionDenied


def _resource(request: HttpRequest, identifier: str) -> SheetResource:
    cls = resource_class(identifier)
    if cls is None or cls not in resource_classes(request.user):
        raise Http404
    return cls(user=request.user)


def _batch(request: HttpRequest, pk: uuid.UUID) -> ImportBatch:
    """Return a batch to work on; 404 for another agency's, as for none."""
    _importer(request)
    return _seen_batch(request, pk)


def _seen_batch(request: HttpRequest, pk: uuid.UUID) -> ImportBatch:
    """Return a batch to look at, which auditors may do without the right to import."""
    if not (may_look(request.user) and request.user.has_perm("portal.view_importbatch")):
        raise PermissionDenied
    sweep()
    return get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)


@login_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What can be imported, and the last imports of the agency."""
    _importer(request)
    sweep()
    context = {
        "title": "Impor",
        "resources": resource_classes(request.user),
        "batches": ImportBatch.objects.visible_to(request.user).select_related("by")[:10],
    }
    return render(request, "importing/start.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, identifier: str) -> HttpResponse:
    """Choose a file; it is read and judged, and nothing is written yet."""
    _importer(request)
    resource = _resource(request, identifier)
    form = UploadForm(request.POST or None, request.FILES or None, resource=resource, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        batch = pipeline.receive(
            file.read(),
            file.name,
            resource=identifier,
            by=request.user,
            target=form.cleaned_data.get("target", ""),
        )
        return _examine(request, batch)
    context = {"title": f"Impor {resource.label.lower()}", "resource": resource, "form": form}
    return render(request, "importing/upload.html", context)


def _examine(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    try:
        pipeline.stage(batch)
        if tasks.is_large(batch):
            tasks.start(tasks.CHECK, batch, request.user)
        else:
            pipeline.check(batch, request.user)
    except ImportRefused:
        pass  # the batch keeps the reason, and its page shows it
    if earlier := pipeline.seen_before(batch):
        messages.info(request, f"Berkas yang sama sudah disimpan pada {earlier.applied_at:%d-%m-%Y}.")
    return redirect("importing:batch", batch.pk)


@login_required
@require_GET
def template(request: HttpRequest, identifier: str) -> HttpResponse:
    """The empty workbook of a resource, with the choices of this user."""
    _importer(request)
    resource = _resource(request, identifier)
    return _download(template_file(resource), f"templat-{identifier}.xlsx")


@login_required
@require_GET
def batch(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was found in a file: counts that filter, the rows behind them, and the button that saves."""
    found = _seen_batch(request, pk)
    if found.state == BatchState.APPLYING or has_live_job(str(found.pk)):
        return render(request, "importing/working.html", {"title": found.filename, "batch": found})
    return render(request, "importing/batch.html", _batch_context(request, found))


def _batch_context(request: HttpRequest, found: ImportBatch, form: ApplyForm | None = None) -> dict[str, Any]:
    resource = pipeline.resource_of(found, request.user)
    chosen = request.GET.get("hasil", "")
    rows = found.rows.all()
    if chosen in Verdict.values:
        rows = rows.filter(verdict=chosen)
    elif chosen == WARNED:
        rows = rows.filter(messages__icontains='"level": "warning"')
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("hal"))
    columns = found.layout.get("columns", [])[:COLUMNS_SHOWN]
    return {
        "title": found.filename,
        "batch": found,
        "resource": resource,
        "form": form or ApplyForm(batch=found, user=request.user),
        "chosen": chosen,
        "tiles": _tiles(found, chosen),
        "page": page,
        "headings": [heading for _, heading in columns],
        "lines": [_line(resource, row, columns) for row in page],
        "writable": found.state in pipeline.WRITABLE and found.rows_new + found.rows_changed > 0,
        "can_retry": found.state in pipeline.CHECKABLE,
        "may_import": request.user.has_perm("portal.import_importbatch"),
        "saved": found.rows_new + found.rows_changed,
    }


def _tiles(found: ImportBatch, chosen: str) -> list[dict[str, Any]]:
    tiles = [{"key": key, "label": Verdict(key).label, "count": count} for key, count in found.counts.items()]
    tiles.append({"key": WARNED, "label": "Peringatan", "count": found.rows_warned})
    return [{**tile, "current": tile["key"] == chosen} for tile in tiles]


def _line(resource: SheetResource, row: Any, columns: list[list[str]]) -> dict[str, Any]:
    cells = row.cells
    return {
        "row": row,
        "verdict": Verdict(row.verdict).label if row.verdict else "",
        "cells": [(heading, resource.shown(name, cells.get(name))) for name, heading in columns],
    }


@login_required
@require_POST
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Judge the staged rows again, after something in the portal changed."""
    found = _batch(request, pk)
    if found.state in pipeline.CHECKABLE:
        try:
            pipeline.check(found, request.user)
        except ImportRefused as refusal:
            messages.error(request, str(refusal))
    return redirect("importing:batch", found.pk)


@login_required
@require_POST
def apply(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Save what the page showed: the valid rows, or all or nothing."""
    found = _batch(request, pk)
    form = ApplyForm(request.POST, batch=found, user=request.user)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("importing:batch", found.pk)
    kind = tasks.APPLY_ALL if form.cleaned_data["mode"] == ApplyForm.ALL else tasks.APPLY
    try:
        if tasks.is_large(found):
            tasks.start(kind, found, request.user)
        else:
            tasks.work(kind, found, request.user)
            messages.success(request, f"Tersimpan: {found.rows_new} baru, {found.rows_changed} berubah.")
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("importing:batch", found.pk)


@login_required
@require_GET
def problems(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The rejected rows as a workbook in the sender's own layout, to mend and send again."""
    found = _batch(request, pk)
    content = problem_file(found, pipeline.resource_of(found, request.user))
    record_event(
        AuditAction.EXPORT,
        by=request.user,
        obj=found,
        summary=f"baris bermasalah dari {found.filename}",
        data={"rows": found.rows_rejected},
        request=request,
    )
    return _download(content, "baris-bermasalah.xlsx")


def _download(content: bytes, filename: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store, private"},
    )
