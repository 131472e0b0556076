"""Long exports, written by the background worker; the page of the request follows the job."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone
from django_tasks import task

from portal.actions.jobs import beat_of, claim_job, end_job
from portal.enums import JobState
from portal.models import Job
from reports.actions.export_requests import needs_second_person
from reports.base import ExportRefused, run_export
from reports.models import ExportRequest
from reports.registry import permitted_exporters
from reports.rules import file_stem

GONE = "Laporan ini tidak tersedia lagi bagi Anda."


@task()
def run_export_request(job_id: str) -> None:
    """Write one requested export; rights are those the owner has now, not those of the moment of the click."""
    job = claim_job(job_id)
    if job is None:
        return
    try:
        rows = _write(job)
    except ExportRefused as refusal:
        end_job(job, JobState.FAILED, str(refusal))
    except BaseException:
        end_job(job, JobState.FAILED, "Terhenti karena kesalahan tak terduga; lihat log.")
        raise
    else:
        end_job(job, JobState.DONE, total=rows)


def _write(job: Job) -> int:
    asked = ExportRequest.objects.visible_to(job.owner).get(pk=job.target)
    exporter = permitted_exporters(job.owner).get(asked.exporter)
    if exporter is None or needs_second_person(asked) or asked.record_id:
        raise ExportRefused([GONE])
    params = asked.params
    stem = file_stem(asked.exporter, params.get("year", ""), params.get("budget_line", ""), timezone.localtime())
    with tempfile.TemporaryDirectory() as folder:
        receipt = run_export(
            exporter(full_nik=asked.full_nik, reason=asked.reason),
            user=job.owner,
            params=params,
            file_format=asked.format,
            per=asked.per,
            target=Path(folder) / f"{stem}.{asked.format}",
            beat=_counting(beat_of(job), asked.rows),
        )
    asked.record = receipt.record
    asked.save(update_fields=["record"])
    return receipt.record.rows


def _counting(beat: Callable[[int, int], None], total: int) -> Callable[[int], None]:
    done = 0

    def heard(rows: int) -> None:
        nonlocal done
        done += rows
        beat(done, max(done, total))

    return heard
