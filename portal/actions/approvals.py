"""A second person for large imports: whoever hands in is not the one who agrees."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from portal.actions.audit import record_event
from portal.actions.imports import WRITABLE, ImportRefused, lock_batch
from portal.enums import AuditAction, BatchState
from portal.models import ImportBatch


@transaction.atomic
def submit(batch: ImportBatch, *, by: Any, all_or_nothing: bool) -> None:
    """Hand a checked batch in for approval. Raises ImportRefused when it is not ready."""
    found = lock_batch(batch, by=by)
    if found.state not in WRITABLE or not by.has_perm("portal.import_importbatch"):
        raise ImportRefused(f"Impor ini tidak dapat diajukan: {found.get_state_display().lower()}.")
    found.state, found.all_or_nothing = BatchState.SUBMITTED, all_or_nothing
    found.submitted_at, found.submitted_by = timezone.now(), by
    found.approved_at = found.approved_by = None
    found.ticket = uuid.uuid4()
    found.save()
    record_event(AuditAction.IMPORT, by=by, obj=found, summary=f"{found.filename}: diajukan untuk disetujui")


@transaction.atomic
def give_back(batch: ImportBatch, *, by: Any, note: str = "") -> None:
    """Return a handed-in batch to its sender, with a note; the sender may take it back too. Raises ImportRefused."""
    found = lock_batch(batch, by=by)
    if found.state != BatchState.SUBMITTED:
        raise ImportRefused("Impor ini tidak sedang menunggu persetujuan.")
    if by.pk != found.submitted_by_id and not by.has_perm("portal.approve_importbatch"):
        raise PermissionDenied
    found.state, found.submitted_at, found.submitted_by = BatchState.CHECKED, None, None
    sentence = f"Dikembalikan oleh {by}: {note.strip() or 'tanpa catatan'}."
    found.notices, found.ticket = [*found.notices, sentence], uuid.uuid4()
    found.save()
    record_event(AuditAction.IMPORT, by=by, obj=found, summary=f"{found.filename}: {sentence}")


def assert_may_approve(batch: ImportBatch, *, by: Any) -> None:
    """Raise ImportRefused unless this user may agree to what somebody else handed in."""
    if batch.state != BatchState.SUBMITTED:
        raise ImportRefused("Impor ini tidak sedang menunggu persetujuan.")
    if not by.has_perm("portal.approve_importbatch"):
        raise PermissionDenied
    if by.pk in {batch.submitted_by_id, batch.by_id}:
        raise ImportRefused("Yang mengunggah atau mengajukan tidak dapat menyetujui impornya sendiri.")
