"""Exports that wait for the worker or for a second person: their page, their progress, their file."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.actions.jobs import failure_of, live_job, sweep
from portal.scoping import may_look
from reports.actions.export_requests import decide_export, needs_second_person
from reports.models import ExportRequest
from reports.registry import exporter_of
from reports.tasks import run_export_request
from reports.views.files import attachment, in_one_file


@login_required
@require_GET
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where an export stands: waiting for somebody, at work, ready for its owner, refused or failed."""
    asked, job = _seen(request, pk), live_job(str(pk))
    exporter = exporter_of(asked.exporter)
    until = _until(asked)
    context = {
        "title": exporter.label if exporter else asked.exporter,
        "asked": asked,
        "job": job,
        "waits": needs_second_person(asked) and not asked.refused_at,
        "may_decide": asked.owner_id != request.user.pk and request.user.has_perm("participants.reveal_person"),
        "own": asked.owner_id == request.user.pk,
        "failure": "" if job or asked.record_id else failure_of(str(pk)),
        "until": until,
        "expired": until is not None and until < timezone.now(),
    }
    return render(request, "reports/request.html", context)


@login_required
@require_GET
def progress(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    """Tell how far the work is: {"working", "done", "total", "seconds_left"}."""
    asked, job = _seen(request, pk), live_job(str(pk))
    return JsonResponse(
        {
            "working": bool(job),
            "done": job.done if job else 0,
            "total": job.total if job else asked.rows,
            "seconds_left": job.seconds_left if job else None,
        }
    )


@login_required
@require_POST
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree to full NIK for a colleague, or refuse it."""
    asked = _seen(request, pk)
    try:
        job = decide_export(asked, agree=request.POST.get("decision") == "agree", by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        if job:
            run_export_request.enqueue(str(job.pk))
        messages.success(request, "Disetujui; berkas sedang dibuat." if job else "Ditolak.")
    return redirect("reports:request", pk)


@never_cache
@login_required
@require_GET
def download(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """Hand the file to who asked for it, for a day; a link in somebody else's hands gives nothing."""
    asked = _seen(request, pk)
    until = _until(asked)
    if asked.owner_id != request.user.pk or until is None or until < timezone.now():
        raise Http404
    name, content = in_one_file(asked.record)
    return attachment(content, name)


def _seen(request: HttpRequest, pk: uuid.UUID) -> ExportRequest:
    if not (may_look(request.user) and request.user.has_perm("reports.export_exportrecord")):
        raise PermissionDenied
    sweep()
    rows = ExportRequest.objects.visible_to(request.user).select_related("record", "owner", "approved_by", "refused_by")
    return get_object_or_404(rows, pk=pk)


def _until(asked: ExportRequest) -> datetime | None:
    return asked.record.at + timedelta(hours=settings.EXPORT_LINK_HOURS) if asked.record_id else None
