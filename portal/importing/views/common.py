"""What the pages of the desk share: who may come in, and which batch is theirs."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from portal.actions.jobs import sweep
from portal.importing import tasks
from portal.importing.registry import resource_class, resource_classes
from portal.importing.resources import SheetResource
from portal.importing.rows import ImportRefused
from portal.models import ImportBatch
from portal.scoping import may_look

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def importer(request: HttpRequest) -> None:
    """Raise PermissionDenied unless the user may import at all."""
    if not (may_look(request.user) and request.user.has_perm("portal.import_importbatch") and request.user.agency):
        raise PermissionDenied


def resource_for(request: HttpRequest, identifier: str) -> SheetResource:
    """Return a resource of the user's role; 404 for others."""
    cls = resource_class(identifier)
    if cls is None or cls not in resource_classes(request.user):
        raise Http404
    return cls(user=request.user)


def own_batch(request: HttpRequest, pk: uuid.UUID) -> ImportBatch:
    """Return a batch to work on; 404 for another agency's, as for none."""
    importer(request)
    return seen_batch(request, pk)


def seen_batch(request: HttpRequest, pk: uuid.UUID) -> ImportBatch:
    """Return a batch to look at, which auditors and approvers may do without the right to import."""
    if not (may_look(request.user) and request.user.has_perm("portal.view_importbatch")):
        raise PermissionDenied
    sweep()
    return get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)


def attempt(request: HttpRequest, work: Callable[[], Any]) -> bool:
    """Do something that may be refused, and tell the reason; return whether it was done."""
    try:
        work()
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def run(request: HttpRequest, kind: str, batch: ImportBatch) -> bool:
    """Run or queue a step of the batch; return True when it is already done."""
    done: list[bool] = []
    attempt(request, lambda: done.append(tasks.run(kind, batch, request.user)))
    return any(done)


def back_to(batch: ImportBatch) -> HttpResponse:
    """Return the way to the batch's page."""
    return redirect("importing:batch", batch.pk)


def download(content: bytes, filename: str) -> HttpResponse:
    """Return a workbook as an attachment that no cache keeps."""
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store, private"},
    )
