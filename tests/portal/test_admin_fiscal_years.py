"""The year lock in the back office: closing by hand, opening again by two people, a line in the trail for each."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.actions.audit import broken_links
from portal.actions.fiscal_years import approve_reopening, close_year, refuse_reopening, request_reopening
from portal.models import AuditEvent, FiscalYear
from programs.enums import TrainingStatus
from tests.factories.portal import FiscalYearFactory, UserFactory
from tests.factories.programs import TrainingFactory
from tests.roles import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(administrator: Any) -> Client:
    return client_of(administrator)


def post(client: Client, page: str, year: FiscalYear, **data: str) -> str:
    response = client.post(reverse(f"admin:portal_fiscalyear_{page}", args=[year.pk]), data, follow=True)
    year.refresh_from_db()
    return response.content.decode()


def summaries() -> list[str]:
    return list(AuditEvent.objects.filter(action="year").order_by("id").values_list("summary", flat=True))


def test_closing_and_reopening(client: Client, administrator: Any, supervisor: Any) -> None:
    year, second = FiscalYearFactory(), client_of(supervisor)
    assert "Tahun anggaran 2025 ditutup." in post(client, "close", year, confirm="2025")
    assert (year.state, year.closed_by, year.closings) == ("closed", administrator, 1)
    assert "sudah ditutup" in post(client, "close", year, confirm="2025")
    assert "Tulis alasan" in post(client, "reopen", year, reason="  ")
    assert "Permintaan dicatat." in post(client, "reopen", year, reason="Koreksi temuan Inspektorat")
    assert (year.state, year.reopen_requested_by) == ("closed", administrator)
    assert "sudah diminta" in post(client, "reopen", year, reason="Sekali lagi")
    assert "Tahun anggaran 2025 dibuka kembali." in post(second, "answer", year, to="approve")
    assert (year.state, year.closed_at, year.closed_by) == ("open", None, None)
    assert year.reopen_reason == "Koreksi temuan Inspektorat"
    assert (year.reopen_requested_by, year.reopen_approved_by) == (administrator, supervisor)
    assert summaries() == [
        "Tahun anggaran 2025 ditutup",
        "Pembukaan kembali tahun anggaran 2025 diminta: Koreksi temuan Inspektorat",
        "Tahun anggaran 2025 dibuka kembali: Koreksi temuan Inspektorat",
    ]
    assert [event.user for event in AuditEvent.objects.filter(action="year").order_by("id")][1:] == [
        administrator,
        supervisor,
    ]
    assert not list(broken_links())
    post(client, "close", year, confirm="2025")
    assert (year.closings, year.reopen_reason, year.reopen_approved_by) == (2, "", None)


def test_closing_asks_for_the_year_by_hand(client: Client) -> None:
    year = FiscalYearFactory()
    for typed in ("", "2024", "dua ribu"):
        assert "Ketik 2025 untuk menutup tahun anggaran 2025." in post(client, "close", year, confirm=typed)
        assert year.state == "open"
    assert not summaries()


def test_nobody_agrees_with_himself(client: Client, administrator: Any) -> None:
    year = close_year(FiscalYearFactory(), by=administrator)
    post(client, "reopen", year, reason="Keliru")
    page = client.get(reverse("admin:portal_fiscalyear_change", args=[year.pk])).content.decode()
    assert "Tarik kembali permintaan" in page
    assert "Setujui membuka kembali" not in page
    assert "tidak dapat menyetujuinya sendiri" in post(client, "answer", year, to="approve")
    assert year.state == "closed"
    assert "tetap tertutup" in post(client, "answer", year, to="refuse")
    assert (year.waits_for_reopening, year.reopen_reason) == (False, "")
    assert summaries()[-1] == "Permintaan membuka kembali tahun anggaran 2025 ditarik kembali: tanpa catatan"


def test_the_database_wants_two_people_too(administrator: Any) -> None:
    year, now = FiscalYearFactory(), timezone.now()
    asked = {"reopen_requested_at": now, "reopen_requested_by": administrator}
    for values, name in (
        (asked, "reopen_needs_reason"),
        (asked | {"reopen_requested_at": None, "reopen_reason": "x"}, "requested_at_and_by"),
        (
            asked | {"reopen_reason": "x", "reopen_approved_at": now, "reopen_approved_by": administrator},
            "maker_is_not_checker",
        ),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            FiscalYear.objects.filter(pk=year.pk).update(**values)


def test_a_supervisor_may_refuse(client: Client, supervisor: Any) -> None:
    year, second = FiscalYearFactory(), client_of(supervisor)
    post(client, "close", year, confirm="2025")
    assert "tidak sedang diminta" in post(second, "answer", year, to="approve")
    post(client, "reopen", year, reason="Koreksi")
    page = second.get(reverse("admin:portal_fiscalyear_change", args=[year.pk])).content.decode()
    assert "Setujui membuka kembali tahun anggaran 2025" in page
    assert "Pembukaan kembali tahun anggaran menunggu persetujuan Anda" in second.get("/admin/").content.decode()
    assert "menunggu persetujuan Anda" not in client.get("/admin/").content.decode()
    assert "Pilih salah satu tombol" in post(second, "answer", year, to="entah")
    assert "tetap tertutup" in post(second, "answer", year, to="refuse", note="Belum ada temuan")
    assert summaries()[-1] == "Permintaan membuka kembali tahun anggaran 2025 ditolak: Belum ada temuan"
    assert year.state == "closed"


def test_the_actions_refuse_by_themselves(administrator: Any, supervisor: Any, operator: Any) -> None:
    year = FiscalYearFactory()
    with pytest.raises(ValidationError, match="masih terbuka"):
        request_reopening(year, by=administrator, reason="Keliru")
    close_year(year, by=administrator)
    with pytest.raises(ValidationError, match="alasan"):
        request_reopening(year, by=administrator, reason="")
    with pytest.raises(PermissionDenied):
        request_reopening(year, by=supervisor, reason="Keliru")
    with pytest.raises(ValidationError, match="tidak sedang diminta"):
        approve_reopening(year, by=supervisor)
    request_reopening(year, by=administrator, reason="Keliru")
    for answer in (approve_reopening, refuse_reopening):
        with pytest.raises(PermissionDenied):
            answer(year, by=operator)
    with pytest.raises(ValidationError, match="sendiri"):
        approve_reopening(year, by=administrator)
    approve_reopening(year, by=UserFactory(administrator=True))
    year.refresh_from_db()
    assert year.state == "open"


def test_the_buttons_are_the_administrators(operator_client: Client, client: Client) -> None:
    year = FiscalYearFactory()
    address = reverse("admin:portal_fiscalyear_checklist", args=[year.pk])
    assert "Ketik tahun yang ditutup" in client.get(address).content.decode()
    assert "Ketik tahun yang ditutup" not in operator_client.get(address).content.decode()
    assert operator_client.post(reverse("admin:portal_fiscalyear_close", args=[year.pk])).status_code == 403
    year.refresh_from_db()
    assert year.state == "open"


def test_a_year_has_no_other_form_than_its_number(client: Client) -> None:
    response = client.post(reverse("admin:portal_fiscalyear_add"), {"year": "2031", "state": "closed"})
    assert response.status_code == 302
    assert FiscalYear.objects.get(year=2031).state == "open"


def test_a_closed_year_can_only_be_looked_at(operator_client: Client, administrator: Any) -> None:
    training = TrainingFactory(status=TrainingStatus.FINISHED)
    close_year(training.budget_line.fiscal_year, by=administrator)
    address = reverse("admin:programs_training_change", args=[training.pk])
    page = operator_client.get(address).content.decode()
    assert 'name="_save"' not in page
    assert "Ajukan" not in page
    assert operator_client.post(address, {"title": "x"}).status_code == 403
    delete = reverse("admin:programs_training_delete", args=[training.pk])
    assert operator_client.post(delete, {"post": "yes"}).status_code == 403
