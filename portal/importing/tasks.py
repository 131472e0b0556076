"""Large files are read, checked and applied by the background worker; the page follows the job."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django_tasks import task

from portal.actions.approvals import assert_may_approve
from portal.actions.jobs import beat_of, claim_job, end_job, queue_job
from portal.enums import JobState
from portal.importing import pipeline
from portal.importing.judging import Beat
from portal.importing.rows import ImportRefused
from portal.models import ImportBatch

EXAMINE, CHECK, APPLY, APPLY_ALL, APPROVE = "examine", "check", "apply", "apply_all", "approve"


def is_large(batch: ImportBatch) -> bool:
    """Tell whether a batch is too long to be worked on while somebody's browser waits."""
    if not batch.rows_total:
        return batch.size > settings.IMPORT_IN_REQUEST_BYTES
    return batch.rows_total > settings.IMPORT_IN_REQUEST_ROWS


def run(kind: str, batch: ImportBatch, by: Any) -> bool:
    """Do the work now, or queue it for a large batch; return True when it is done. Raises ImportRefused."""
    if not is_large(batch):
        work(kind, batch, by)
        return True
    with transaction.atomic():  # a job without its task would wait for ever
        job = queue_job(kind, str(batch.pk), total=batch.rows_total, message=batch.filename, agency=batch.agency, by=by)
        run_import.enqueue(str(job.pk))
    return False


def work(kind: str, batch: ImportBatch, by: Any, beat: Beat | None = None) -> None:
    """Do what a job of that kind does. Raises ImportRefused."""
    if kind == EXAMINE:
        pipeline.stage(batch, beat)
    elif kind == CHECK:
        pipeline.check(batch, by, beat)
    elif kind in {APPLY, APPLY_ALL}:
        pipeline.apply(batch, by=by, all_or_nothing=kind == APPLY_ALL, seen_plan=batch.plan, beat=beat)
    elif kind == APPROVE:
        pipeline.approve(batch, by=by, beat=beat)


def approve(batch: ImportBatch, by: Any) -> bool:
    """Agree to a handed-in batch and save it, now or in the background. Raises ImportRefused, PermissionDenied."""
    assert_may_approve(batch, by=by)
    return run(APPROVE, batch, by)


@task()
def run_import(job_id: str) -> None:
    """Run one job once; rights are those the owner has now, not those of the moment of the click."""
    job = claim_job(job_id)
    if job is None:
        return
    try:
        batch = ImportBatch.objects.visible_to(job.owner).get(pk=job.target)
        work(job.kind, batch, job.owner, beat_of(job))
    except ImportRefused as refusal:
        end_job(job, JobState.FAILED, str(refusal))
    except BaseException:
        end_job(job, JobState.FAILED, "Terhenti karena kesalahan tak terduga; lihat log.")
        raise
    else:
        end_job(job, JobState.DONE, total=batch.rows_total)
