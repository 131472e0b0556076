"""Exports that wait: for the worker, for a second person; and whose file it is then."""

import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.models import Enrolment, Person
from portal.actions.jobs import queue_job
from portal.enums import AuditAction, JobState
from portal.models import AuditEvent, Job, User
from reports.actions.export_requests import JOB_KIND, decide_export, needs_second_person
from reports.base import ExportRefused, run_export
from reports.base.verification import State, verify
from reports.exporters.participants import ParticipantsExporter
from reports.models import ExportRecord, ExportRequest
from reports.tasks import run_export_request
from tests.factories.portal import UserFactory
from tests.factories.reports import ExportRequestFactory
from tests.reports.ledger import Ledger, export, read_book

YEAR = "?year=2025"
REASON = "Surat tugas 700/12/2026, uji petik"


def post(client: Client, identifier: str, query: str = YEAR, **data: str) -> Any:
    return client.post(f"{reverse('reports:export', args=[identifier])}{query}", {"format": "xlsx", **data})


@pytest.fixture
def auditor(ledger: Ledger, client: Client) -> User:
    client.force_login(ledger.auditor)
    return ledger.auditor


def test_a_short_report_comes_at_once(auditor: User, client: Client) -> None:
    response = post(client, "participants")
    assert response["Content-Disposition"].startswith("attachment")
    assert response.getvalue().startswith(b"PK")
    assert not ExportRequest.objects.exists()


def test_a_long_one_is_written_by_the_worker(auditor: User, client: Client, settings: Any, ledger: Ledger) -> None:
    settings.EXPORT_IN_REQUEST_ROWS = 3
    response = post(client, "participants")
    asked = ExportRequest.objects.get()
    assert response.headers["Location"] == reverse("reports:request", args=[asked.pk])
    job = Job.objects.get(target=str(asked.pk))
    assert (job.state, asked.record.by) == (JobState.DONE, auditor)
    assert "Berkas siap" in client.get(response.headers["Location"]).content.decode()
    file = client.get(reverse("reports:request_download", args=[asked.pk]))
    assert "no-store" in file["Cache-Control"]
    content = file.getvalue()
    assert verify(content, "a.xlsx", None).state == State.UNCHANGED
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Peserta"]
    numbered = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    in_year = Enrolment.objects.filter(training__budget_line__fiscal_year=2025)
    assert len(numbered) == in_year.count() == asked.rows


def test_a_long_csv_comes_as_one_archive(auditor: User, client: Client, settings: Any) -> None:
    settings.EXPORT_IN_REQUEST_ROWS = 0
    post(client, "participants", format="csv")
    file = client.get(reverse("reports:request_download", args=[ExportRequest.objects.get().pk]))
    names = zipfile.ZipFile(io.BytesIO(file.getvalue())).namelist()
    assert len(names) == 2
    assert all(name.endswith(".csv") for name in names)


def test_the_link_is_its_owner_s_for_a_day(ledger: Ledger, client: Client, settings: Any) -> None:
    settings.EXPORT_IN_REQUEST_ROWS = 0
    client.force_login(ledger.supervisor)
    post(client, "trainings")
    asked = ExportRequest.objects.get()
    link = reverse("reports:request_download", args=[asked.pk])
    assert client.get(link).getvalue().startswith(b"PK")
    for stranger in (ledger.auditor, ledger.operator, UserFactory(supervisor=True, agency=ledger.supervisor.agency)):
        client.force_login(stranger)
        assert client.get(link).status_code == 404
    client.force_login(ledger.supervisor)
    old = ExportRecord(**{f.attname: getattr(asked.record, f.attname) for f in ExportRecord._meta.concrete_fields})
    old.pk, old.code, old.at = None, "0000-0000-0000", timezone.now() - timedelta(hours=25)
    old.pk = ExportRecord._meta.pk.get_default()
    old.save(force_insert=True)
    ExportRequest.objects.filter(pk=asked.pk).update(record=old)
    assert client.get(link).status_code == 404
    assert "lewat 24 jam" in client.get(reverse("reports:request", args=[asked.pk])).content.decode()


def test_rights_are_those_of_the_moment_of_writing(ledger: Ledger) -> None:
    asked = ExportRequestFactory(owner=ledger.supervisor, exporter="participants")
    job = queue_job(JOB_KIND, str(asked.pk), total=1, message="", agency=asked.agency, by=ledger.supervisor)
    User.objects.filter(pk=ledger.supervisor.pk).update(access_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ExportRequest.DoesNotExist):
        run_export_request.func(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert ExportRecord.objects.count() == 0


# --- full NIK -----------------------------------------------------------------------------------------------------
def niks_in(content: bytes) -> set[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Peserta"]
    return {row[3] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)}


def test_full_nik_needs_right_and_reason(ledger: Ledger, client: Client, auditor: User) -> None:
    client.force_login(ledger.supervisor)
    assert "Location" in post(client, "participants", full_nik="1", reason=REASON)
    client.force_login(auditor)
    assert "Location" in post(client, "participants", full_nik="1", reason="  ")
    assert "Location" in post(client, "audit", full_nik="1", reason=REASON)
    assert not ExportRequest.objects.exists()
    assert not ExportRecord.objects.exists()


def test_few_full_nik_come_with_a_reason_and_a_mark(ledger: Ledger, client: Client, auditor: User) -> None:
    post(client, "participants", full_nik="1", reason=REASON)
    asked = ExportRequest.objects.get()
    content = client.get(reverse("reports:request_download", args=[asked.pk])).getvalue()
    whole = {nik for nik in niks_in(content) if nik.isdigit() and len(nik) == 16}
    assert len(whole) > 3
    assert {nik[-4:] for nik in whole} <= set(Person.objects.values_list("nik_last4", flat=True))
    book = openpyxl.load_workbook(io.BytesIO(content))
    lines = [str(text) for (text,) in book["Peserta"].iter_rows(max_col=1, values_only=True)]
    assert any("RAHASIA" in line and REASON in line for line in lines)
    assert "RAHASIA" in book["Peserta"].oddFooter.right.text
    assert AuditEvent.objects.filter(action=AuditAction.EXPORT, summary__contains=REASON).exists()


def test_masked_exports_stay_masked(ledger: Ledger, tmp_path: Path) -> None:
    export("participants", ledger.auditor, tmp_path)
    shown = {row["NIK"] for row in read_book(tmp_path / "participants.xlsx").rows["Peserta"]}
    assert not [nik for nik in shown if nik.isdigit() and len(nik) == 16]


def test_many_full_nik_need_a_second_person(ledger: Ledger, client: Client, auditor: User, settings: Any) -> None:
    settings.EXPORT_NIK_ROWS = 2
    post(client, "participants", full_nik="1", reason=REASON)
    asked = ExportRequest.objects.get()
    assert not Job.objects.exists()
    assert "Menunggu persetujuan" in client.get(reverse("reports:request", args=[asked.pk])).content.decode()
    with pytest.raises(ValidationError):
        decide_export(asked, agree=True, by=auditor)
    with pytest.raises(PermissionDenied):
        decide_export(asked, agree=True, by=ledger.supervisor)
    colleague = UserFactory(auditor=True, agency=auditor.agency)
    client.force_login(colleague)
    client.post(reverse("reports:request_decide", args=[asked.pk]), {"decision": "agree"})
    asked.refresh_from_db()
    assert (asked.approved_by, needs_second_person(asked)) == (colleague, False)
    assert asked.record.by == auditor
    assert client.get(reverse("reports:request_download", args=[asked.pk])).status_code == 404
    client.force_login(auditor)
    assert niks_in(client.get(reverse("reports:request_download", args=[asked.pk])).getvalue())


def test_what_was_refused_is_not_written(ledger: Ledger, client: Client, auditor: User, settings: Any) -> None:
    settings.EXPORT_NIK_ROWS = 2
    post(client, "participants", full_nik="1", reason=REASON)
    asked = ExportRequest.objects.get()
    colleague = UserFactory(auditor=True, agency=auditor.agency)
    decide_export(asked, agree=False, by=colleague)
    with pytest.raises(ValidationError):
        decide_export(asked, agree=True, by=colleague)
    assert not Job.objects.exists()
    assert "Ditolak oleh" in client.get(reverse("reports:request", args=[asked.pk])).content.decode()


def test_full_nik_is_refused_below_the_pages_too(ledger: Ledger, tmp_path: Path) -> None:
    for user, reason in ((ledger.supervisor, REASON), (ledger.auditor, "")):
        with pytest.raises(ExportRefused):
            run_export(
                ParticipantsExporter(full_nik=True, reason=reason),
                user=user,
                params={},
                file_format="xlsx",
                target=tmp_path / "a.xlsx",
            )
    assert not list(tmp_path.iterdir())


# --- the bundle ---------------------------------------------------------------------------------------------------
def test_the_bundle_holds_what_its_list_says(auditor: User, client: Client, tmp_path: Path) -> None:
    content = post(client, "audit", format="zip").getvalue()
    assert verify(content, "audit.zip", None).state == State.UNCHANGED
    archive = zipfile.ZipFile(io.BytesIO(content))
    listed = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert listed.keys() == set(archive.namelist()) - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert sum(name.endswith(".csv") for name in listed) == 10
    (workbook,) = (name for name in listed if name.endswith(".xlsx"))
    record = ExportRecord.objects.get()
    assert record.code in archive.read("BACA-DULU.txt").decode()
    (tmp_path / "a.xlsx").write_bytes(archive.read(workbook))
    verdict = verify((tmp_path / "a.xlsx").read_bytes(), "a.xlsx", None)
    assert (verdict.state, verdict.record) == (State.UNCHANGED, record)
