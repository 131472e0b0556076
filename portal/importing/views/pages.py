"""The pages of the desk that show: start, upload, template, a batch, its progress, its faulty rows."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from portal.actions.audit import record_event
from portal.actions.imports import TryLater
from portal.actions.jobs import live_job, sweep
from portal.enums import AuditAction, BatchState
from portal.importing import pipeline, tasks
from portal.importing.forms import ReturnForm, UploadForm
from portal.importing.judging import resource_of
from portal.importing.presentation import context_of
from portal.importing.problem_file import problem_file
from portal.importing.registry import resource_classes
from portal.importing.rows import ImportRefused
from portal.importing.template_file import template_file
from portal.importing.views.common import back_to, download, importer, own_batch, resource_for, seen_batch
from portal.models import ImportBatch


@login_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What can be imported, and the last imports of the agency."""
    importer(request)
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
    importer(request)
    resource = resource_for(request, identifier)
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
    required = [column.label for column in resource.columns.values() if column.required]
    context = {"title": f"Impor {resource.label.lower()}", "resource": resource, "form": form, "required": required}
    return render(request, "importing/upload.html", context)


def _examine(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    try:
        tasks.run(tasks.EXAMINE, batch, request.user)
    except TryLater as busy:
        messages.warning(request, str(busy))
    except ImportRefused:
        pass  # the batch keeps the reason, and its page shows it
    if earlier := pipeline.seen_before(batch):
        day = f"{earlier.applied_at:%d-%m-%Y}"
        messages.info(request, f"Berkas yang sama sudah disimpan pada {day}; menyimpannya lagi tidak menggandakan.")
    return back_to(batch)


@login_required
@require_GET
def template(request: HttpRequest, identifier: str) -> HttpResponse:
    """The empty workbook of a resource, with the choices of this user."""
    importer(request)
    resource = resource_for(request, identifier)
    return download(template_file(resource), f"templat-{identifier}.xlsx")


@login_required
@require_GET
def batch(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was found in a file: counts that filter, the rows behind them, and what can be done about them."""
    found = seen_batch(request, pk)
    job = live_job(str(found.pk))
    if found.state == BatchState.APPLYING or job:
        return render(request, "importing/working.html", {"title": found.filename, "batch": found, "job": job})
    resource = resource_of(found, request.user)
    if found.state == BatchState.COLUMNS and request.user.has_perm("portal.import_importbatch"):
        return redirect("importing:columns", found.pk)
    context: dict[str, Any] = context_of(found, request.user, request.GET, resource)
    context["return_form"] = ReturnForm()
    return render(request, "importing/batch.html", context)


@login_required
@require_GET
def progress(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    """Tell how far the work on a batch is: {"working", "done", "total", "seconds_left"}."""
    found = seen_batch(request, pk)
    job = live_job(str(found.pk))
    return JsonResponse(
        {
            "working": bool(job) or found.state == BatchState.APPLYING,
            "done": job.done if job else 0,
            "total": job.total if job else found.rows_total,
            "seconds_left": job.seconds_left if job else None,
        }
    )


@login_required
@require_GET
def problems(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The rejected rows as a workbook in the sender's own layout, to mend and send back."""
    found = own_batch(request, pk)
    content = problem_file(found, resource_of(found, request.user))
    record_event(
        AuditAction.EXPORT,
        by=request.user,
        obj=found,
        summary=f"baris bermasalah dari {found.filename}",
        data={"rows": found.rows_rejected},
        request=request,
    )
    return download(content, "baris-bermasalah.xlsx")
