"""Background work that always ends: who is at work, and what is left of those who died."""

import os
import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.enums import BatchState, JobState
from portal.models import Agency, ImportBatch, Job

STALE_MINUTES = 10  # without a word: the process is gone, or has lost the database
CLAIM_MINUTES = 1  # longer than it takes from claiming an import to locking its row
BEAT_SECONDS = 1


@transaction.atomic
def queue_job(kind: str, target: str, *, total: int, message: str, agency: Agency, by: Any) -> Job:
    """Return a new job that waits for the worker; `target` is the key of what it works on."""
    return Job.objects.create(kind=kind, target=target, total=total, owner=by, agency=agency, message=message[:300])


def live_job(target: str) -> Job | None:
    """Return the job for this target that waits or is at work, if any."""
    return Job.objects.filter(target=target, state__in=[JobState.QUEUED, JobState.RUNNING]).first()


def failure_of(target: str) -> str:
    """Return why the newest job for this target failed; '' when it did not, or there is none."""
    newest = Job.objects.filter(target=target).order_by("-created_at").values_list("state", "message").first()
    return newest[1] if newest and newest[0] == JobState.FAILED else ""


@transaction.atomic
def claim_job(job_id: str) -> Job | None:
    """Take a waiting job for this process and return it; None when it was taken before."""
    job = Job.objects.select_for_update(of=("self",)).select_related("owner__agency").get(pk=job_id)
    if job.state != JobState.QUEUED:
        return None
    job.state, job.process, job.started_at = JobState.RUNNING, process_name(), timezone.now()
    job.save(update_fields=["state", "process", "started_at", "heartbeat_at"])
    return job


def beat_of(job: Job) -> Callable[[int, int], None]:
    """Return what tells how many rows of a job are done and how many there are, at most once a second.

    It must be heard while the work's own transaction is open. PostgreSQL gets a connection of its own for that; SQLite
    has one writer at a time, so there the word waits until the work lies outside a transaction.
    """
    last = 0.0

    def beat(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < BEAT_SECONDS:
            return
        last = time.monotonic()
        if not connection.in_atomic_block:
            Job.objects.filter(pk=job.pk).update(done=done, total=total, heartbeat_at=timezone.now())
        elif connection.vendor == "postgresql":
            with closing(connection.copy()) as other, other.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {Job._meta.db_table} SET done = %s, total = %s, heartbeat_at = now() WHERE id = %s",  # noqa: S608
                    [done, total, job.pk],
                )

    return beat


def end_job(job: Job, state: JobState, message: str = "", *, total: int = 0) -> None:
    """Note how a job ended, and why; `total` is how many rows it turned out to have."""
    job.state, job.message, job.total = state, message[:300], total or job.total
    job.done = job.total if state == JobState.DONE else job.done
    job.save(update_fields=["state", "done", "total", "message", "heartbeat_at"])


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


def sweep() -> int:
    """End every import and job whose process is no more; return how many.

    An interrupted import wrote nothing (one transaction), so it may simply be applied again.
    """
    # Nearly always there is nothing; then nobody waits for the writer's place (SQLite).
    at_work = ImportBatch.objects.filter(state=BatchState.APPLYING).exists()
    if not (at_work or Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists()):
        return 0
    return _sweep()


@transaction.atomic
def _sweep() -> int:
    swept, now = 0, timezone.now()
    applying = ImportBatch.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=BatchState.APPLYING)
    for batch in applying:
        # Whoever applies holds the row's lock (on SQLite the only one there is). So an old claim that can be locked is
        # of a process that died, or that lost the database before it could give the batch back.
        alive = is_alive(batch.process)
        if alive is not False and batch.claimed_at:
            alive = now - batch.claimed_at < timezone.timedelta(minutes=CLAIM_MINUTES)
        if alive is False:
            batch.state = BatchState.INTERRUPTED
            batch.process = ""
            batch.notices = [*batch.notices, "Penyimpanan terhenti di tengah jalan. Tidak ada yang tersimpan; ulangi."]
            batch.save(update_fields=["state", "process", "notices"])
            swept += 1
    limit = now - timezone.timedelta(minutes=STALE_MINUTES)
    for job in Job.objects.select_for_update(skip_locked=True).filter(state=JobState.RUNNING):
        alive = is_alive(job.process)
        if alive is False or job.heartbeat_at < limit:  # one that lives and says nothing has lost the database
            job.state, job.message = JobState.FAILED, "Terhenti: proses yang mengerjakannya mati."
            job.save(update_fields=["state", "message", "heartbeat_at"])
            swept += 1
    for job in Job.objects.select_for_update(skip_locked=True).filter(state=JobState.QUEUED, created_at__lt=limit):
        task = DBTaskResult.objects.filter(status=TaskResultStatus.READY, args_kwargs__args__0=str(job.pk))
        if not task.exists():  # the worker took it and died before it took the job
            job.state, job.message = JobState.FAILED, "Terhenti: pekerjaan ini tidak sampai dikerjakan. Ulangi."
            job.save(update_fields=["state", "message", "heartbeat_at"])
            swept += 1
    return swept
