"""Next tasks around imports and the lock of years."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from portal.dashboard import Task, register_tasks
from portal.enums import BatchState, YearState
from portal.models import FiscalYear, ImportBatch
from portal.scoping import visible


@register_tasks
def import_tasks(user: Any) -> Iterator[Task]:
    """Remind of files that were checked and then left, and of those that a second person must agree to."""
    if user.has_perm("portal.import_importbatch"):
        waiting = visible(ImportBatch, user).filter(state=BatchState.CHECKED)
        url = f"{reverse('admin:portal_importbatch_changelist')}?state={BatchState.CHECKED}"
        yield Task("Impor belum disimpan", waiting.count(), url)
    if user.has_perm("portal.approve_importbatch"):
        handed_in = visible(ImportBatch, user).filter(state=BatchState.SUBMITTED)
        url = f"{reverse('admin:portal_importbatch_changelist')}?state={BatchState.SUBMITTED}"
        yield Task("Impor menunggu persetujuan Anda", handed_in.exclude(submitted_by=user).count(), url)


@register_tasks
def reopening_tasks(user: Any) -> Iterator[Task]:
    """Remind of closed years that somebody else asked to open again."""
    if user.has_perm("portal.approve_fiscalyear"):
        asked = visible(FiscalYear, user).filter(state=YearState.CLOSED, reopen_requested_by__isnull=False)
        url = reverse("admin:portal_fiscalyear_changelist")
        waiting = asked.exclude(reopen_requested_by=user).count()
        yield Task("Pembukaan kembali tahun anggaran menunggu persetujuan Anda", waiting, url)
