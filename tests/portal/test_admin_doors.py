"""What the bases of the back office promise for every list, form, choice and page of row versions."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.actions.fiscal_years import close_year
from portal.admin.base import ScopedAdminMixin
from portal.enums import YearState
from portal.models import AuditEvent
from tests.addresses import form_of
from tests.factories.portal import FiscalYearFactory, RegionFactory, make_nik
from tests.factories.programs import SUB_ACTIVITY, BudgetLineFactory, TrainingFactory
from tests.factories.world import World
from tests.roles import client_of

pytestmark = pytest.mark.django_db
NIK = make_nik(7, date(1990, 1, 1), "P")


def suggestions(client: Client, model: str, field: str, term: str = "") -> list[str]:
    app, name = model.split(".")
    response = client.get(
        reverse("admin:autocomplete"), {"app_label": app, "model_name": name, "field_name": field, "term": term}
    )
    assert response.status_code == 200
    return [result["text"] for result in response.json()["results"]]


@pytest.mark.parametrize("text", [NIK, f"Siti {NIK}"])
def test_a_searched_nik_does_not_stay_in_the_address(operator_client: Client, text: str) -> None:
    address = reverse("admin:participants_person_changelist")
    response = operator_client.get(address, {"q": text}, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert "4 digit akhir" in response.content.decode()
    assert NIK not in response.content.decode()


@pytest.mark.parametrize(
    "query", ["person__nik_index__startswith=a", "office=2", "training__office__name__contains=W", "nik_last4=1234"]
)
def test_only_the_offered_filters_may_stand_in_an_address(operator_client: Client, query: str) -> None:
    address = reverse("admin:participants_enrolment_changelist")
    response = operator_client.get(f"{address}?{query}")
    assert response.status_code in (302, 400)
    if response.status_code == 302:
        assert response["Location"].endswith("?e=1")


@pytest.mark.parametrize(
    "query", ["year=1999", "year=x", "status=%27", "budget_line=abc", "office=35.07.21", "start_after=31-02-2025"]
)
def test_a_filter_that_makes_no_sense_shows_no_rows(operator_client: Client, query: str) -> None:
    TrainingFactory()
    response = operator_client.get(f"{reverse('admin:programs_training_changelist')}?{query}")
    assert response.status_code == 302
    assert response["Location"].endswith("?e=1")


def test_filters_offer_only_what_the_user_may_name(two_agencies: World) -> None:
    def offered(user: Any) -> dict[str, list[str]]:
        page = client_of(user).get(reverse("admin:programs_training_changelist"))
        specs = page.context["cl"].filter_specs
        return {spec.title: [value for value, _ in spec.lookup_choices] for spec in specs if hasattr(spec, "value")}

    assert "kecamatan" not in offered(two_agencies.operator_a)  # one choice is no choice
    assert offered(two_agencies.supervisor)["kecamatan"] == ["35.07.33", "35.07.21"]
    assert offered(two_agencies.operator_a)["kode anggaran"][-1] == SUB_ACTIVITY


def test_villages_are_those_of_the_own_kecamatan_and_say_where_they_are(operator: Any, supervisor: Any) -> None:
    for code in ("35.07.33.2001", "35.07.21.2009", "35.73.01.2001"):
        RegionFactory(code=code)
    client = client_of(operator)
    assert suggestions(client, "programs.training", "village") == ["Clumprit · Kec. Pagelaran · 35.07.33.2001"]
    assert suggestions(client, "programs.training", "village", "35.07.33.2001") != []
    assert suggestions(client, "programs.training", "village", "Sidorahayu") == []


def test_an_organizer_may_name_every_village_of_the_regency(programme_officer: Any) -> None:
    for code in ("35.07.33.2001", "35.07.21.2009", "35.73.01.2001"):
        RegionFactory(code=code)
    found = suggestions(client_of(programme_officer), "programs.training", "village")
    assert [text[-13:] for text in found] == ["35.07.21.2009", "35.07.33.2001"]


@pytest.mark.parametrize("term", [SUB_ACTIVITY, "3.31.02.02.01.05", "3.31.02", "3.31.0", "pemberdayaan", ""])
def test_budget_lines_are_found_by_any_spelling_or_by_words(operator_client: Client, term: str) -> None:
    BudgetLineFactory()
    found = suggestions(operator_client, "programs.training", "budget_line", term)
    assert len(found) == 1
    assert found[0].startswith(f"TA 2025 · {SUB_ACTIVITY} Koordinasi, Sinkronisasi")
    assert found[0].endswith("· Pendapatan Asli Daerah (PAD)")


def test_budget_lines_of_a_closed_year_are_not_offered(operator_client: Client, administrator: Any) -> None:
    line = BudgetLineFactory(fiscal_year=FiscalYearFactory(year=2024))
    close_year(line.fiscal_year, by=administrator)
    assert suggestions(operator_client, "programs.training", "budget_line", SUB_ACTIVITY) == []


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("programs.training", "office"),
        ("participants.enrolment", "office"),
        ("portal.user", "agency"),
        ("portal.agency", "region"),  # the operator has no form with it
        ("programs.training", "enrolments"),
        ("programs.training", "title"),
        ("no.such", "thing"),
    ],
)
def test_suggestions_come_only_for_fields_of_forms_the_user_fills_in(
    operator_client: Client, model: str, field: str
) -> None:
    app, name = model.split(".")
    query = {"app_label": app, "model_name": name, "field_name": field, "term": ""}
    assert operator_client.get(reverse("admin:autocomplete"), query).status_code == 403


def test_an_old_version_cannot_be_written_back(two_agencies: World) -> None:
    training = two_agencies.a.training
    version = training.history.earliest().pk
    training.title = "Judul baru"
    training.save()
    address = reverse("admin:programs_training_simple_history", args=[training.pk, version])
    for user in (two_agencies.supervisor, two_agencies.operator_a):
        client = client_of(user)
        assert client.get(address).status_code == 200
        assert client.post(address, {"title": "Lama"}).status_code == 405
    training.refresh_from_db()
    assert training.title == "Judul baru"


@pytest.mark.parametrize("version", ["abc", "987654321", "١"])
def test_a_version_that_does_not_exist_is_not_found(operator: Any, version: str) -> None:
    training = TrainingFactory()
    address = reverse("admin:programs_training_simple_history", args=[training.pk, version])
    assert client_of(operator).get(address).status_code == 404


def test_a_year_closed_while_the_form_was_open_is_said_and_nothing_is_written(
    operator_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = TrainingFactory()
    address = reverse("admin:programs_training_change", args=[training.pk])
    data = form_of(operator_client.get(address).content.decode()) | {"title": "Sesudah tutup buku"}
    year = training.budget_line.fiscal_year
    type(year).objects.filter(pk=year.pk).update(
        state=YearState.CLOSED, closed_at="2026-01-01T00:00Z", closed_by=operator_client.session["_auth_user_id"]
    )
    assert operator_client.post(address, data).status_code == 403  # the page knows already
    monkeypatch.setattr(ScopedAdminMixin, "_year_is_open", lambda self, obj: True)  # it closed between look and write
    monkeypatch.setattr("programs.admin.training.TrainingAdmin.choices_for", ScopedAdminMixin.choices_for)
    response = operator_client.post(address, data, follow=True)
    assert "Tahun anggaran 2025 sudah ditutup" in response.content.decode()
    training.refresh_from_db()
    assert training.title != "Sesudah tutup buku"


def test_changes_are_in_the_trail_with_their_fields(operator_client: Client) -> None:
    training = TrainingFactory()
    address = reverse("admin:programs_training_change", args=[training.pk])
    data = form_of(operator_client.get(address).content.decode()) | {"venue": "Pendopo"}
    assert operator_client.post(address, data).status_code == 302
    event = AuditEvent.objects.get(action="change")
    assert event.data == {"fields": ["Tempat"]}
    assert event.summary == f"pelatihan: {training}"
