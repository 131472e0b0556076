"""Background work that always ends: who is at work, and what is left of those who died."""

import os
import socket
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.enums import BatchState, JobState
from portal.models import Agency, ImportBatch, Job

STALE_MINUTES = 10  # for a process on another host, whose life only its heartbeat tells


@transaction.atomic
def queue_job(kind: str, target: str, *, total: int, message: str, agency: Agency, by: Any) -> Job:
    """Return a new job that waits for the worker; `target` is the key of what it works on."""
    return Job.objects.create(kind=kind, target=target, total=total, owner=by, agency=agency, message=message[:300])


def has_live_job(target: str) -> bool:
    """Tell whether a job for this target waits or is at work."""
    return Job.objects.filter(target=target, state__in=[JobState.QUEUED, JobState.RUNNING]).exists()


@transaction.atomic
def claim_job(job_id: str) -> Job | None:
    """Take a waiting job for this process and return it; None when it was taken before."""
    job = Job.objects.select_for_update(of=("self",)).select_related("owner__agency").get(pk=job_id)
    if job.state != JobState.QUEUED:
        return None
    job.state, job.process = JobState.RUNNING, process_name()
    job.save(update_fields=["state", "process", "heartbeat_at"])
    return job


def end_job(job: Job, state: JobState, message: str = "") -> None:
    """Note how a job ended, and why."""
    job.state, job.message = state, message[:300]
    job.done = job.total if state == JobState.DONE else job.done
    job.save(update_fields=["state", "done", "message", "heartbeat_at"])


def process_name() -> str:
    """Return `host:pid:start` of this process; the start time tells a recycled pid from the real one."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start_of(os.getpid())}"


def _start_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def is_alive(process: str) -> bool | None:
    """Tell whether a process of this host still runs; None when it is another host's and cannot be asked."""
    host, _, rest = process.partition(":")
    pid, _, start = rest.partition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return None if process else False
    return bool(_start_of(int(pid))) and _start_of(int(pid)) == start


@transaction.atomic
def sweep() -> int:
    """End every import and job whose process is no more; return how many.

    An interrupted import wrote nothing (one transaction), so it may simply be applied again.
    """
    swept = 0
    for batch in ImportBatch.objects.select_for_update().filter(state=BatchState.APPLYING):
        if is_alive(batch.process) is False:
            batch.state = BatchState.INTERRUPTED
            batch.process = ""
            batch.notices = [*batch.notices, "Penyimpanan terhenti di tengah jalan. Tidak ada yang tersimpan; ulangi."]
            batch.save(update_fields=["state", "process", "notices"])
            swept += 1
    limit = timezone.now() - timezone.timedelta(minutes=STALE_MINUTES)
    for job in Job.objects.select_for_update().filter(state=JobState.RUNNING):
        alive = is_alive(job.process)
        if alive is False or (alive is None and job.heartbeat_at < limit):
            job.state, job.message = JobState.FAILED, "Terhenti: proses yang mengerjakannya mati."
            job.save(update_fields=["state", "message", "heartbeat_at"])
            swept += 1
    return swept
