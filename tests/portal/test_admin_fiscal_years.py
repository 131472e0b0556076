"""The year lock in the back office: two buttons, a reason, one line in the trail."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portal.actions.fiscal_years import close_year, reopen_year
from portal.models import AuditEvent, FiscalYear
from tests.factories.portal import FiscalYearFactory
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


def test_closing_and_reopening(client: Client, administrator: Any) -> None:
    year = FiscalYearFactory()
    assert "Tahun anggaran 2025 ditutup." in post(client, "close", year)
    assert (year.state, year.closed_by) == ("closed", administrator)
    assert "sudah ditutup" in post(client, "close", year)
    assert "Tulis alasan" in post(client, "reopen", year, reason="  ")
    assert year.state == "closed"
    assert "dibuka kembali" in post(client, "reopen", year, reason="Koreksi temuan Inspektorat")
    assert (year.state, year.closed_at, year.closed_by) == ("open", None, None)
    assert year.reopen_reason == "Koreksi temuan Inspektorat"
    summaries = list(AuditEvent.objects.filter(action="year").order_by("id").values_list("summary", flat=True))
    assert summaries == [
        "Tahun anggaran 2025 ditutup",
        "Tahun anggaran 2025 dibuka kembali: Koreksi temuan Inspektorat",
    ]


def test_the_actions_refuse_by_themselves(administrator: Any) -> None:
    year = FiscalYearFactory()
    with pytest.raises(ValidationError, match="masih terbuka"):
        reopen_year(year, by=administrator, reason="Keliru")
    close_year(year, by=administrator)
    with pytest.raises(ValidationError, match="alasan"):
        reopen_year(year, by=administrator, reason="")


def test_the_buttons_are_the_administrators(operator_client: Client, client: Client) -> None:
    year = FiscalYearFactory()
    address = reverse("admin:portal_fiscalyear_change", args=[year.pk])
    assert "Tutup tahun anggaran 2025" in client.get(address).content.decode()
    assert "Tutup tahun anggaran 2025" not in operator_client.get(address).content.decode()
    assert operator_client.post(reverse("admin:portal_fiscalyear_close", args=[year.pk])).status_code == 403
    year.refresh_from_db()
    assert year.state == "open"


def test_a_year_has_no_other_form_than_its_number(client: Client) -> None:
    response = client.post(reverse("admin:portal_fiscalyear_add"), {"year": "2031", "state": "closed"})
    assert response.status_code == 302
    assert FiscalYear.objects.get(year=2031).state == "open"


def test_a_closed_year_can_only_be_looked_at(operator_client: Client, administrator: Any) -> None:
    training = TrainingFactory()
    close_year(training.budget_line.fiscal_year, by=administrator)
    address = reverse("admin:programs_training_change", args=[training.pk])
    page = operator_client.get(address).content.decode()
    assert 'name="_save"' not in page
    assert "Ajukan" not in page
    assert operator_client.post(address, {"title": "x"}).status_code == 403
    delete = reverse("admin:programs_training_delete", args=[training.pk])
    assert operator_client.post(delete, {"post": "yes"}).status_code == 403
