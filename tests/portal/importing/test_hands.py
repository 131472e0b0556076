"""A batch is in one hand at a time: who comes late is refused, and what was left half-done never looks done."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from participants.models import Enrolment
from portal.actions.jobs import claim_job, queue_job, sweep
from portal.enums import BatchState, JobState
from portal.importing import pipeline, tasks
from portal.importing.rows import ImportRefused
from portal.models import ImportBatch, Job
from portal.spreadsheets import reading
from tests.imports.desk import read_here
from tests.portal.importing.desk import CLEAN, send
from tests.portal.importing.faults import at_statements, each, lost_statement
from tests.samples import Sample

LATE = timedelta(minutes=11)


@pytest.fixture
def batch(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> ImportBatch:
    monkeypatch.setattr(reading, "_read_in_child", read_here)
    return ImportBatch.objects.get(pk=send(clerk, CLEAN).context["batch"].pk)


@pytest.mark.parametrize("late", [pipeline.stage, lambda batch: pipeline.check(batch, batch.by)])
def test_who_read_the_batch_before_it_was_saved_changes_nothing(batch: ImportBatch, sample: Sample, late: Any):
    seen = ImportBatch.objects.get(pk=batch.pk)
    pipeline.apply(batch, by=sample.operator)
    saved = ImportBatch.objects.values().get()
    with pytest.raises(ImportRefused, match="dari halaman lain"):
        late(seen)
    assert ImportBatch.objects.values().get() == saved
    assert batch.rows.count() == 30


def test_what_is_saved_while_it_is_judged_stays_saved(
    batch: ImportBatch, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    other, judge = ImportBatch.objects.get(pk=batch.pk), pipeline._judge

    def slow(*args: Any) -> None:
        pipeline.apply(ImportBatch.objects.get(pk=batch.pk), by=sample.operator)
        judge(*args)

    monkeypatch.setattr(pipeline, "_judge", slow)
    with pytest.raises(ImportRefused, match="dari halaman lain"):
        pipeline.check(other, sample.operator)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_new, batch.applied_by) == (BatchState.APPLIED, 30, sample.operator)


def test_a_file_read_again_in_part_cannot_be_taken_for_the_whole(batch: ImportBatch):
    for fault, _ in each(lost_statement):
        with at_statements(fault), fault.raised():
            pipeline.stage(ImportBatch.objects.get(pk=batch.pk))
        transaction.set_rollback(False)  # a single save is a transaction of its own, but not inside a test's
        state, lines = ImportBatch.objects.values_list("state", flat=True).get(), batch.rows.count()
        assert state == BatchState.UPLOADED or lines == 30, fault.hit


@pytest.mark.parametrize("minutes", [0, 2])
def test_a_claim_that_could_not_be_given_back_grows_old(
    batch: ImportBatch, sample: Sample, monkeypatch: pytest.MonkeyPatch, minutes: int
):
    """The database went away while saving, so that the reason could not be noted; the process lives on."""

    def gone(*_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "release", gone)
        patch.setattr(pipeline, "_finish", gone)
        with pytest.raises(OperationalError):
            pipeline.apply(batch, by=sample.operator)
    batch.refresh_from_db()
    ImportBatch.objects.update(claimed_at=batch.claimed_at - timedelta(minutes=minutes))
    assert sweep() == (minutes > 0)
    if minutes:
        pipeline.apply(batch, by=sample.operator)
        assert Enrolment.objects.count() == 30


def test_a_job_that_could_not_be_ended_grows_old(batch: ImportBatch, sample: Sample):
    job = queue_job("check", str(batch.pk), total=30, message="x", agency=batch.agency, by=sample.operator)
    claim_job(str(job.pk))
    assert sweep() == 0
    Job.objects.update(heartbeat_at=timezone.now() - LATE)
    assert sweep() == 1
    assert Job.objects.get().state == JobState.FAILED


@pytest.mark.parametrize(("status", "state"), [("READY", JobState.QUEUED), ("RUNNING", JobState.FAILED)])
def test_a_job_whose_task_is_gone_does_not_wait_for_ever(
    batch: ImportBatch, sample: Sample, settings: Any, status: str, state: str
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.IMPORT_IN_REQUEST_ROWS = 10
    assert not tasks.run(tasks.APPLY, batch, sample.operator)
    DBTaskResult.objects.update(status=status)
    Job.objects.update(created_at=timezone.now() - LATE)
    assert sweep() == (state == JobState.FAILED)
    assert Job.objects.get().state == state
