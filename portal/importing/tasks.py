"""Large files are checked and applied by the background worker; the page follows the job."""

from typing import Any

from django.conf import settings
from django_tasks import task

from portal.actions.jobs import process_name
from portal.enums import JobState
from portal.importing import pipeline
from portal.importing.resources import ImportRefused
from portal.models import ImportBatch, Job

CHECK, APPLY, APPLY_ALL = "check", "apply", "apply_all"


def is_large(batch: ImportBatch) -> bool:
    """Tell whether a batch is too long to be worked on while somebody's browser waits."""
    return batch.rows_total > settings.IMPORT_IN_REQUEST_ROWS


def is_waiting(batch: ImportBatch) -> bool:
    """Tell whether a job for this batch is queued or at work."""
    return Job.objects.filter(target=str(batch.pk), state__in=[JobState.QUEUED, JobState.RUNNING]).exists()


def start(kind: str, batch: ImportBatch, by: Any) -> Job:
    """Queue a job for a batch and return it."""
    job = Job.objects.create(
        kind=kind, target=str(batch.pk), total=batch.rows_total, owner=by, agency=batch.agency, message=batch.filename
    )
    run_import.enqueue(str(job.pk))
    return job


def work(kind: str, batch: ImportBatch, by: Any) -> None:
    """Do what a job of that kind does. Raises ImportRefused."""
    if kind == CHECK:
        pipeline.check(batch, by)
    else:
        pipeline.apply(batch, by=by, all_or_nothing=kind == APPLY_ALL, seen_plan=batch.plan)


@task()
def run_import(job_id: str) -> None:
    """Run one job once; rights are those the owner has now, not those of the moment of the click."""
    job = Job.objects.select_related("owner__agency").get(pk=job_id)
    if job.state != JobState.QUEUED:
        return
    job.state, job.process = JobState.RUNNING, process_name()
    job.save(update_fields=["state", "process", "heartbeat_at"])
    try:
        batch = ImportBatch.objects.visible_to(job.owner).get(pk=job.target)
        work(job.kind, batch, job.owner)
        job.state, job.done, job.message = JobState.DONE, job.total, ""
    except ImportRefused as refusal:
        job.state, job.message = JobState.FAILED, str(refusal)[:300]
    except BaseException:
        job.state, job.message = (
            JobState.FAILED,
            "Terhenti karena kesalahan tak terduga; lihat log.",
        )
        job.save(update_fields=["state", "message", "heartbeat_at"])
        raise
    job.save(update_fields=["state", "done", "message", "heartbeat_at"])
