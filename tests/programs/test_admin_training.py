"""The form of a training: whose it becomes, what its dates, codes and figures must be, and how its status moves."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Agency, AuditEvent
from programs.admin.training_form import rts_as_text
from programs.models import Training
from programs.rules import expand_rts
from tests.addresses import form_of
from tests.factories.portal import AgencyFactory, FiscalYearFactory, RegionFactory
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseFactory,
    InvitedRtFactory,
    SessionFactory,
    TrainingFactory,
)
from tests.factories.world import World
from tests.roles import client_of

pytestmark = pytest.mark.django_db
ADD = "admin:programs_training_add"


def page_of(client: Client, training: Training) -> str:
    return client.get(reverse("admin:programs_training_change", args=[training.pk])).content.decode()


def save(client: Client, training: Training, **fields: Any) -> Any:
    address = reverse("admin:programs_training_change", args=[training.pk])
    return client.post(address, form_of(client.get(address).content.decode()) | fields)


@pytest.fixture
def fields() -> dict[str, Any]:
    return {
        "title": "Pelatihan Menjahit",
        "batch": "1",
        "budget_line": BudgetLineFactory().pk,
        "proposal_origin": "regular",
        "village": RegionFactory(code="35.07.33.2001").pk,
        "start": "14-07-2025",
        "end": "15-07-2025",
        "ceiling": "Rp45.000.000,00",
        "realised": "",
        "invited": "1-31",
    }


def test_a_new_training_gets_number_days_and_rts(operator_client: Client, operator: Any, fields: dict) -> None:
    assert operator_client.post(reverse(ADD), fields).status_code == 302
    training = Training.objects.get()
    assert training.number == "2025.35.07.33.001"
    assert (training.office, training.organizer.short_name) == (operator.agency, "Disperindag")
    assert training.ceiling == Decimal("45000000")
    assert [session.date.day for session in training.sessions.all()] == [14, 15]
    assert training.invited_rts.count() == 31
    assert AuditEvent.objects.filter(action="create").count() == 1


def test_an_office_cannot_record_for_another_one(operator_client: Client, operator: Any, fields: dict) -> None:
    wagir = AgencyFactory(region__code="35.07.21")
    assert operator_client.post(reverse(ADD), fields | {"office": wagir.pk}).status_code == 302
    assert Training.objects.get().office == operator.agency


def test_an_organizer_names_the_office_and_its_own_line(programme_officer: Any, fields: dict) -> None:
    client, office = client_of(programme_officer), AgencyFactory()
    foreign = BudgetLineFactory(organizer=AgencyFactory(organizer=True, name="Dinas Lain", short_name="Lain"))
    page = client.post(reverse(ADD), fields | {"office": office.pk, "budget_line": foreign.pk})
    assert page.status_code == 200
    assert "Dinas Lain" not in page.content.decode()
    assert client.post(reverse(ADD), fields | {"office": office.pk}).status_code == 302
    assert Training.objects.get().office == office


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"end": "13-07-2025"}, "Tanggal selesai (13-07-2025) mendahului tanggal mulai (14-07-2025)."),
        ({"start": "30-12-2024"}, "di luar tahun anggaran 2025"),
        ({"ceiling": "45.5"}, "“45.5” tidak dapat dibaca."),
        ({"ceiling": "-5"}, "“-5” tidak dapat dibaca."),
        ({"invited": "RT satu"}, "bukan nomor RT"),
        ({"invited": "9-3"}, "nomor RT awal harus lebih kecil"),
        ({"village": "35.07.21.2009"}, "id_village_error"),
    ],
)
def test_what_cannot_be_is_refused_in_words(operator_client: Client, fields: dict, wrong: dict, words: str) -> None:
    RegionFactory(code="35.07.21.2009")
    response = operator_client.post(reverse(ADD), fields | wrong)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Training.objects.exists()


def test_the_same_training_twice_is_an_error_of_the_form(operator_client: Client, fields: dict) -> None:
    assert operator_client.post(reverse(ADD), fields).status_code == 302
    response = operator_client.post(reverse(ADD), fields)
    assert "sudah mencatat pelatihan dengan nama dan tanggal mulai yang sama" in response.content.decode()


def test_status_number_and_owner_cannot_be_forged(operator_client: Client) -> None:
    training = TrainingFactory()
    forged = {"status": "verified", "number": "2025.1", "organizer": "1", "office": "1", "version": "9"}
    assert save(operator_client, training, venue="Pendopo", **forged).status_code == 302
    changed = Training.objects.get()
    assert (changed.venue, changed.status, changed.number) == ("Pendopo", "draft", training.number)
    assert (changed.office, changed.organizer, changed.version) == (training.office, training.organizer, 2)


def test_a_village_elsewhere_survives_an_edit_by_the_office(operator_client: Client) -> None:
    training = TrainingFactory(village=RegionFactory(code="35.07.21.2009"))
    assert save(operator_client, training, venue="Aula").status_code == 302
    assert Training.objects.get().village_id == "35.07.21.2009"


def test_a_training_stays_in_its_year(operator_client: Client) -> None:
    training = TrainingFactory()
    other = BudgetLineFactory(fiscal_year=FiscalYearFactory(year=2026))
    response = save(operator_client, training, budget_line=other.pk, start="14-07-2026", end="15-07-2026")
    assert "Nomor pelatihan ini dari tahun 2025" in response.content.decode()


def test_invited_rts_are_shown_and_changed_as_text(operator_client: Client) -> None:
    training = TrainingFactory()
    for rt in ("001", "002", "003", "007"):
        InvitedRtFactory(training=training, rt=rt)
    assert 'value="001-003, 007"' in page_of(operator_client, training)
    save(operator_client, training, invited="2-4, 3/2")
    assert rts_as_text(training.invited_rts.values_list("rt", "rw")) == "002-004, 003/002"


@pytest.mark.parametrize("text", ["001-031", "001-003, 007, 009-010", "003/002", "001-002/001, 001/002", ""])
def test_rts_read_back_as_they_were_written(text: str) -> None:
    assert rts_as_text(expand_rts(text)) == text


def test_expense_lines_decide_the_figures(programme_officer: Any) -> None:
    client, training = client_of(programme_officer), TrainingFactory()
    ExpenseFactory(training=training)
    address = reverse("admin:programs_training_change", args=[training.pk])
    data = form_of(client.get(address).content.decode()) | {"expenses-0-realised": "1.500.000,50", "ceiling": "1"}
    assert client.post(address, data).status_code == 302
    changed = Training.objects.get()
    assert (changed.ceiling, changed.realised) == (Decimal("1800000"), Decimal("1500000.50"))


def test_an_office_sees_expenses_and_cannot_write_them(operator_client: Client) -> None:
    training = TrainingFactory()
    expense = ExpenseFactory(training=training)
    page = page_of(operator_client, training)
    assert "Rp1.800.000,00" in page
    assert 'name="expenses-0-realised"' not in page
    forged = {"expenses-TOTAL_FORMS": "1", "expenses-INITIAL_FORMS": "1", "expenses-0-realised": "5"}
    save(operator_client, training, **forged, **{"expenses-0-id": expense.pk, "expenses-0-training": training.pk})
    expense.refresh_from_db()
    assert expense.realised == Decimal("1800000")


def test_a_session_lies_inside_its_training(operator_client: Client) -> None:
    training = TrainingFactory()
    SessionFactory(training=training)
    response = save(operator_client, training, **{"sessions-0-date": "20-07-2025"})
    assert "Tanggal sesi di luar pelatihan (14-07-2025 s.d. 15-07-2025)." in response.content.decode()


def test_a_forged_key_of_a_session_answers_like_a_key_that_does_not_exist(two_agencies: World) -> None:
    client, foreign = client_of(two_agencies.operator_a), two_agencies.b.session
    rows = type(foreign).objects.order_by("pk").values()
    before = list(rows)
    for key in (foreign.pk, 987654321):
        response = save(client, two_agencies.a.training, **{"sessions-0-id": key, "sessions-0-topic": "dirampas"})
        assert response.status_code == 200
        assert response.context["errors"]
    assert list(rows.all()) == before


def test_only_a_draft_can_be_deleted(operator_client: Client) -> None:
    draft, finished = TrainingFactory(), TrainingFactory(status="finished")
    for training, status in ((draft, 302), (finished, 403)):
        address = reverse("admin:programs_training_delete", args=[training.pk])
        assert operator_client.post(address, {"post": "yes"}).status_code == status
    assert list(Training.objects.all()) == [finished]


@pytest.mark.parametrize(
    ("role", "status", "buttons"),
    [
        ("operator", "draft", ["Ajukan", "Batalkan"]),
        ("operator", "submitted", []),
        ("supervisor", "submitted", ["Setujui", "Kembalikan"]),
        ("supervisor", "draft", []),
        ("programme_officer", "finished", ["Verifikasi", "Kembalikan"]),
        ("auditor", "submitted", []),
    ],
)
def test_each_role_sees_its_own_steps(
    role: str, status: str, buttons: list[str], request: pytest.FixtureRequest
) -> None:
    training = TrainingFactory(status=status)
    response = client_of(request.getfixturevalue(role)).get(
        reverse("admin:programs_training_change", args=[training.pk])
    )
    found = [label for panel in response.context["panels"] for _, label, _ in panel.buttons]
    assert found == buttons


def test_a_status_moves_along_the_table_with_its_note(operator: Any, supervisor: Any) -> None:
    training = TrainingFactory()
    address = reverse("admin:programs_training_status", args=[training.pk])

    def post(user: Any, to: str, **data: str) -> str:
        response = client_of(user).post(address, {"to": to, **data}, follow=True)
        training.refresh_from_db()
        return response.content.decode() if response.status_code == 200 else str(response.status_code)

    assert "Status pelatihan menjadi Diajukan." in post(operator, "submitted")
    assert post(operator, "approved") == "403"
    assert "Tulis catatan" in post(supervisor, "returned")
    assert "Dikembalikan" in post(supervisor, "returned", note="Lampirkan daftar hadir")
    assert "tidak dapat langsung menjadi" in post(supervisor, "verified")
    assert "Pilih salah satu tombol status." in post(supervisor, "selesai")
    assert training.status == "returned"
    assert AuditEvent.objects.filter(action="transition").count() == 2


def test_the_status_of_a_foreign_training_answers_like_none(two_agencies: World) -> None:
    client = client_of(two_agencies.operator_a)
    answers = []
    for pk in (two_agencies.b.training.pk, 987654321):
        address = reverse("admin:programs_training_status", args=[pk])
        response = client.post(address, {"to": "submitted"}, follow=True)
        answers.append((response.redirect_chain, [str(message) for message in response.context["messages"]]))
        assert client.get(address).status_code == 405
    assert [answers[0][0], answers[0][1][0].replace(str(two_agencies.b.training.pk), "987654321")] == [
        answers[1][0],
        answers[1][1][0],
    ]
    two_agencies.b.training.refresh_from_db()
    assert two_agencies.b.training.status == "draft"


def test_an_inactive_office_is_not_offered(programme_officer: Any) -> None:
    AgencyFactory(region__code="35.07.21", active=False)
    AgencyFactory()
    form = client_of(programme_officer).get(reverse(ADD)).context["adminform"].form
    assert list(form.fields["office"].queryset) == list(Agency.objects.filter(kind="office", active=True))
