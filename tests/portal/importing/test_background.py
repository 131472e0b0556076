"""Large files in the background: progress, sweeping of the dead, and what is not kept."""

import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.models import Enrolment
from portal.actions import imports
from portal.actions.jobs import beat_of, claim_job, queue_job, sweep
from portal.enums import BatchState, JobState
from portal.importing import pipeline
from portal.importing.rows import ImportRefused
from portal.models import ImportBatch, Job
from portal.spreadsheets.reading import ReaderBusy
from portal.storage import EncryptedFileSystemStorage
from tests.portal.importing.desk import CLEAN, HURRIED, counts, post, save, send
from tests.samples import Sample


@pytest.fixture
def batch(clerk: Client) -> ImportBatch:
    return send(clerk, CLEAN).context["batch"]


def test_the_page_follows_the_job(clerk: Client, batch: ImportBatch, sample: Sample):
    job = queue_job("apply", str(batch.pk), total=100, message="x", agency=batch.agency, by=sample.operator)
    page = clerk.get(reverse("importing:batch", args=[batch.pk])).content.decode()
    assert "Menunggu giliran" in page
    assert "portal/progress" in page
    assert 'http-equiv="refresh"' in page
    claim_job(str(job.pk))
    Job.objects.filter(pk=job.pk).update(
        done=25, started_at=timezone.now() - timedelta(seconds=10), heartbeat_at=timezone.now()
    )
    page = clerk.get(reverse("importing:batch", args=[batch.pk])).content.decode()
    assert "25 dari 100 baris, sekitar 30 detik lagi" in page
    answer = clerk.get(reverse("importing:progress", args=[batch.pk])).json()
    assert answer == {"working": True, "done": 25, "total": 100, "seconds_left": 30}


def test_nothing_is_mended_while_a_job_is_at_work(clerk: Client, batch: ImportBatch, sample: Sample):
    queue_job("check", str(batch.pk), total=30, message="x", agency=batch.agency, by=sample.operator)
    page = clerk.post(reverse("importing:apply", args=[batch.pk]), {"token": "x"}, follow=True)
    assert "sedang dikerjakan" in page.content.decode()
    assert not Enrolment.objects.exists()


def test_progress_tells_nothing_when_nothing_is_at_work(clerk: Client, batch: ImportBatch):
    answer = clerk.get(reverse("importing:progress", args=[batch.pk])).json()
    assert answer == {"working": False, "done": 0, "total": 30, "seconds_left": None}


def test_a_beat_is_noted_at_most_once_a_second(batch: ImportBatch, sample: Sample, monkeypatch: pytest.MonkeyPatch):
    job = queue_job("check", str(batch.pk), total=30, message="x", agency=batch.agency, by=sample.operator)
    clock = iter([10.0, 10.0, 10.5, 11.5, 11.5])
    monkeypatch.setattr("portal.actions.jobs.time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr("portal.actions.jobs.connection", SimpleNamespace(in_atomic_block=False))
    beat = beat_of(job)
    heard = []
    for done in (5, 10, 15):
        beat(done, 30)
        heard.append(Job.objects.get(pk=job.pk).done)
    assert heard == [5, 5, 15]


def test_an_import_of_a_dead_process_is_interrupted_and_can_be_saved(clerk: Client, batch: ImportBatch):
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.APPLYING, process=f"{os.uname().nodename}:999999:1", claimed_at=timezone.now()
    )
    assert sweep() == 1
    batch.refresh_from_db()
    assert batch.state == BatchState.INTERRUPTED
    save(clerk, batch)
    assert Enrolment.objects.count() == 30


@pytest.mark.parametrize(("minutes", "state"), [(0, BatchState.APPLYING), (5, BatchState.INTERRUPTED)])
def test_an_import_of_another_host_is_swept_by_the_age_of_its_claim(batch: ImportBatch, minutes: int, state: str):
    claimed = timezone.now() - timedelta(minutes=minutes)
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.APPLYING, process="lain:1:1", claimed_at=claimed)
    sweep()
    batch.refresh_from_db()
    assert batch.state == state


def test_a_process_that_lost_its_claim_writes_nothing(
    batch: ImportBatch, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    def taken_away(found: ImportBatch) -> None:
        ImportBatch.objects.filter(pk=found.pk).update(state=BatchState.INTERRUPTED)
        imports.hold(found)

    monkeypatch.setattr(pipeline, "hold", taken_away)
    with pytest.raises(ImportRefused, match="diambil alih"):
        pipeline.apply(batch, by=sample.operator)
    assert not Enrolment.objects.exists()


def stored() -> set[str]:
    storage = ImportBatch._meta.get_field("file").storage
    return set(storage.listdir("imports")[1]) if storage.exists("imports") else set()


def test_a_saved_import_keeps_no_file(clerk: Client, batch: ImportBatch, django_capture_on_commit_callbacks: Any):
    name = batch.file.name.rpartition("/")[2]
    assert name in stored()
    with django_capture_on_commit_callbacks(execute=True):
        save(clerk, batch)
    assert name not in stored()
    batch.refresh_from_db()
    assert (batch.file.name, len(batch.sha256)) == ("", 64)


def test_a_refused_file_is_not_kept(clerk: Client, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        batch = send(clerk, "truth.json").context["batch"]
    assert (batch.state, batch.file.name) == (BatchState.REFUSED, "")
    assert str(batch.pk) not in stored()


def test_old_imports_lose_file_and_rows(clerk: Client, django_capture_on_commit_callbacks: Any):
    left = send(clerk, HURRIED).context["batch"]
    done = send(clerk, CLEAN).context["batch"]
    save(clerk, done)
    young = send(clerk, HURRIED).context["batch"]
    old = timezone.now() - timedelta(days=31)
    ImportBatch.objects.filter(pk__in=[left.pk, done.pk]).update(created_at=old)
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.expire_imports() == 2
    assert [batch.rows.count() for batch in (left, done, young)] == [0, 0, 30]
    assert counts(left)[3] == 8
    left.refresh_from_db()
    done.refresh_from_db()
    assert (left.state, done.state) == (BatchState.EXPIRED, BatchState.APPLIED)
    assert "melewati batas waktu" in clerk.get(reverse("importing:batch", args=[left.pk])).content.decode()
    assert imports.expire_imports() == 0


def test_files_without_an_owner_are_removed(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, tmp_path: Path
):
    storage = EncryptedFileSystemStorage(location=tmp_path)  # other tests keep files in the shared one
    monkeypatch.setattr(ImportBatch._meta.get_field("file"), "storage", storage)
    name = storage.save("imports/tanpa-pemilik", ContentFile(b"x"))
    assert imports.remove_orphans() == 0  # its row may be on the way
    monkeypatch.setattr(imports, "ORPHAN_HOURS", -1)
    call_command("sweep_jobs")
    assert "1 berkas tanpa pemilik dihapus" in capsys.readouterr().out
    assert not storage.exists(name)


def test_a_large_file_is_examined_and_saved_by_the_worker(clerk: Client, settings: Any):
    settings.IMPORT_IN_REQUEST_ROWS, settings.IMPORT_IN_REQUEST_BYTES = 10, 1_000
    batch = send(clerk, CLEAN).context["batch"]
    save(clerk, batch)
    jobs = Job.objects.order_by("created_at").values_list("kind", "state", "done", "total")
    assert list(jobs) == [("examine", JobState.DONE, 30, 30), ("apply", JobState.DONE, 30, 30)]
    assert Enrolment.objects.count() == 30


def test_a_file_that_must_wait_is_not_refused(clerk: Client, monkeypatch: pytest.MonkeyPatch):
    def busy(*args: Any, **kwargs: Any) -> None:
        raise ReaderBusy

    with monkeypatch.context() as patched:
        patched.setattr("portal.importing.staging.read_workbook", busy)
        page = send(clerk, CLEAN)
    batch = page.context["batch"]
    assert "coba lagi sebentar lagi" in page.content.decode()
    assert (batch.state, bool(batch.file)) == (BatchState.UPLOADED, True)
    post(clerk, "check", batch)
    assert counts(batch) == (30, 0, 0, 0)


def test_a_job_that_failed_tells_why_until_the_next_one(clerk: Client, settings: Any, monkeypatch: pytest.MonkeyPatch):
    def busy(*args: Any, **kwargs: Any) -> None:
        raise ReaderBusy

    settings.IMPORT_IN_REQUEST_BYTES = 1_000
    with monkeypatch.context() as patched:
        patched.setattr("portal.importing.staging.read_workbook", busy)
        page = send(clerk, CLEAN)
    assert "Pekerjaan terakhir di latar belakang gagal" in page.content.decode()
    assert "coba lagi sebentar lagi" in page.context["failure"]
    batch = page.context["batch"]
    assert post(clerk, "check", batch).context["failure"] == ""
    assert counts(batch) == (30, 0, 0, 0)
