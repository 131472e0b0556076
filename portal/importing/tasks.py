"""Large files are checked and applied by the background worker; the page follows the job."""

from typing import Any

from django.conf import settings
from django_tasks import task

from portal.actions.jobs import claim_job, end_job, queue_job
from portal.enums import JobState
from portal.importing import pipeline
from portal.importing.resources import ImportRefused
from portal.models import ImportBatch

CHECK, APPLY, APPLY_ALL = "check", "apply", "apply_all"


def is_large(batch: ImportBatch) -> bool:
    """Tell whether a batch is too long to be worked on while somebody's browser waits."""
    return batch.rows_total > settings.IMPORT_IN_REQUEST_ROWS


def start(kind: str, batch: ImportBatch, by: Any) -> None:
    """Queue a job for a batch."""
    job = queue_job(kind, str(batch.pk), total=batch.rows_total, message=batch.filename, agency=batch.agency, by=by)
    run_import.enqueue(str(job.pk))


def work(kind: str, batch: ImportBatch, by: Any) -> None:
    """Do what a job of that kind does. Raises ImportRefused."""
    if kind == CHECK:
        pipeline.check(batch, by)
    else:
        pipeline.apply(batch, by=by, all_or_nothing=kind == APPLY_ALL, seen_plan=batch.plan)


@task()
def run_import(job_id: str) -> None:
    """Run one job once; rights are those the owner has now, not those of the moment of the click."""
    job = claim_job(job_id)
    if job is None:
        return
    try:
        work(job.kind, ImportBatch.objects.visible_to(job.owner).get(pk=job.target), job.owner)
    except ImportRefused as refusal:
        end_job(job, JobState.FAILED, str(refusal))
    except BaseException:
        end_job(job, JobState.FAILED, "Terhenti karena kesalahan tak terduga; lihat log.")
        raise
    else:
        end_job(job, JobState.DONE)
