"""Asking for an export that waits: for the worker, or first for a second person."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from portal.actions.audit import record_event
from portal.actions.jobs import queue_job
from portal.enums import AuditAction
from portal.models import Job
from reports.models import ExportRequest

JOB_KIND = "export"
NOT_ONESELF = "Permintaan sendiri harus disetujui orang lain."
DECIDED = "Permintaan ini sudah diputuskan."


def needs_second_person(request: ExportRequest) -> bool:
    """Tell whether somebody else must agree before the file is written (full NIK of many people)."""
    return request.full_nik and request.rows > settings.EXPORT_NIK_ROWS and request.approved_at is None


@transaction.atomic
def ask_for_export(
    *,
    exporter: str,
    params: Mapping[str, str],
    per: date | None,
    file_format: str,
    rows: int,
    full_nik: bool,
    reason: str,
    by: Any,
) -> tuple[ExportRequest, Job | None]:
    """Keep what is asked for; return it with the job that waits for the worker, None while a second person must agree.

    Raises ValidationError for what the model refuses.
    """
    asked = ExportRequest(
        exporter=exporter,
        params=dict(params),
        per=per,
        format=file_format,
        rows=rows,
        full_nik=full_nik,
        reason=reason.strip()[:300],
        owner=by,
        agency=by.agency,
    )
    asked.full_clean()
    asked.save(force_insert=True)
    if full_nik:
        _tell(asked, f"NIK lengkap {rows} orang diminta: {asked.reason}", by)
    return asked, None if needs_second_person(asked) else _queued(asked)


@transaction.atomic
def decide_export(request: ExportRequest, *, agree: bool, by: Any) -> Job | None:
    """Agree to or refuse full NIK for somebody else; return the job that now waits for the worker.

    Raises PermissionDenied without the right to full NIK, ValidationError for one's own or a decided request.
    """
    if not by.has_perm("participants.reveal_person"):
        raise PermissionDenied
    asked = ExportRequest.objects.select_for_update().get(pk=request.pk)
    if asked.owner_id == by.pk:
        raise ValidationError(NOT_ONESELF)
    if not needs_second_person(asked) or asked.refused_at:
        raise ValidationError(DECIDED)
    if agree:
        asked.approved_at, asked.approved_by = timezone.now(), by
    else:
        asked.refused_at, asked.refused_by = timezone.now(), by
    asked.save()
    _tell(asked, f"Permintaan NIK lengkap {asked.owner} {'disetujui' if agree else 'ditolak'}", by)
    return _queued(asked) if agree else None


def _queued(request: ExportRequest) -> Job:
    return queue_job(
        JOB_KIND,
        str(request.pk),
        total=request.rows,
        message=request.exporter,
        agency=request.agency,
        by=request.owner,
    )


def _tell(request: ExportRequest, summary: str, by: Any) -> None:
    record_event(AuditAction.EXPORT, by=by, obj=request, summary=summary, data={"rows": request.rows})
