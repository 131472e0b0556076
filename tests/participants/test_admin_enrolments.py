"""Enrolments, attendance, and what a training's page says about its people."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from participants.admin.enrolment import EnrolmentForm
from participants.models import Attendance, Enrolment
from participants.queries import absent_rts, attendance_by_day, with_attendance, with_people
from programs.models import Training
from programs.queries import with_figures
from tests.addresses import form_of
from tests.factories.participants import AttendanceFactory, BusinessFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, FiscalYearFactory
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseFactory,
    InvitedRtFactory,
    NomenclatureNodeFactory,
    SessionFactory,
    TrainingFactory,
)
from tests.factories.world import World
from tests.roles import client_of

pytestmark = pytest.mark.django_db
ADD = "admin:participants_enrolment_add"


def save(client: Client, enrolment: Enrolment, **fields: Any) -> Any:
    address = reverse("admin:participants_enrolment_change", args=[enrolment.pk])
    return client.post(address, form_of(client.get(address).content.decode()) | fields)


def test_a_person_is_enrolled_once(operator_client: Client, operator: Any) -> None:
    training, person = TrainingFactory(), PersonFactory(office=operator.agency)
    fields = {"training": training.pk, "person": person.pk, "represents_rt": "7", "status": "enrolled"}
    assert operator_client.post(reverse(ADD), fields).status_code == 302
    enrolment = Enrolment.objects.get()
    assert (enrolment.represents_rt, enrolment.organizer) == ("007", training.organizer)
    response = operator_client.post(reverse(ADD), fields)
    assert "Orang ini sudah terdaftar pada pelatihan itu." in response.content.decode()


def test_people_and_trainings_of_others_cannot_be_named(two_agencies: World) -> None:
    client = client_of(two_agencies.operator_a)
    a, b = two_agencies.a, two_agencies.b
    before = Enrolment.objects.count()
    for training, person in ((b.training, a.person), (a.training, b.person), (b.training, b.person)):
        fields = {"training": training.pk, "person": person.pk, "status": "enrolled"}
        response = client.post(reverse(ADD), fields)
        assert response.status_code == 200
        assert "RAHASIA" not in response.content.decode()
    assert Enrolment.objects.count() == before


def test_two_own_rows_of_two_offices_do_not_meet(db: None) -> None:
    """A user who sees both offices gets a sentence; the database would refuse the row."""
    training, person = TrainingFactory(), PersonFactory(office=AgencyFactory(region__code="35.07.21"))
    form = type("Form", (EnrolmentForm,), {"Meta": type("Meta", (EnrolmentForm.Meta,), {"fields": "__all__"})})
    bound = form({"training": training.pk, "person": person.pk, "status": "enrolled"})
    assert bound.errors["person"] == ["Orang ini dicatat kantor lain. Catat dahulu di kantor penyelenggara pelatihan."]


def test_attendance_is_one_line_a_session(operator_client: Client) -> None:
    enrolment = EnrolmentFactory()
    sessions = [SessionFactory(training=enrolment.training) for _ in range(2)]
    SessionFactory()
    assert save(operator_client, enrolment, **{"attendances-0-presence": "hadir"}).status_code == 302
    mark = Attendance.objects.get()
    assert (mark.session, mark.presence, mark.training) == (sessions[0], "hadir", enrolment.training)
    assert save(operator_client, enrolment, **{"attendances-0-presence": "sakit"}).status_code == 302
    assert save(operator_client, enrolment, **{"attendances-1-presence": "alpa"}).status_code == 302
    assert list(Attendance.objects.order_by("session").values_list("presence", flat=True)) == ["sakit", "alpa"]


def test_a_session_of_another_training_is_no_choice(operator_client: Client) -> None:
    enrolment = EnrolmentFactory()
    SessionFactory(training=enrolment.training)
    foreign = SessionFactory()
    response = save(
        operator_client, enrolment, **{"attendances-0-session": foreign.pk, "attendances-0-presence": "hadir"}
    )
    assert response.status_code == 200
    assert not Attendance.objects.exists()


def test_the_list_shows_attendance_and_masked_niks(two_agencies: World) -> None:
    client = client_of(two_agencies.supervisor)
    response = client.get(reverse("admin:participants_enrolment_changelist"), {"office": "35.07.33"})
    page = response.content.decode()
    assert list(response.context["cl"].result_list) == [two_agencies.a.enrolment]
    assert "1/1" in page
    assert two_agencies.a.person.nik_masked in page


@pytest.mark.parametrize("query", ["year=2025", "budget_line=3.31.02.02.01.05", "start_after=2025-01-01", "sex=P"])
def test_enrolments_are_filtered_by_their_training(supervisor: Any, query: str) -> None:
    wanted = EnrolmentFactory(person__sex="P")
    node = NomenclatureNodeFactory(code="3.30.03.2.01.0001")
    line = BudgetLineFactory(fiscal_year=FiscalYearFactory(year=2024), node=node)
    EnrolmentFactory(training=TrainingFactory(budget_line=line), person__sex="L")
    response = client_of(supervisor).get(f"{reverse('admin:participants_enrolment_changelist')}?{query}")
    assert list(response.context["cl"].result_list) == [wanted]


# --- a training's page ----------------------------------------------------------------------------------------------
@pytest.fixture
def training() -> Training:
    """Five RTs invited, one sent nobody, one sent somebody who withdrew."""
    training = TrainingFactory()
    for rt in ("001", "002", "003", "004", "005"):
        InvitedRtFactory(training=training, rt=rt)
    sessions = [SessionFactory(training=training, date=day) for day in (training.start, training.end)]
    people = [
        EnrolmentFactory(training=training, represents_rt="001", person__sex="P", person__disability="Tuna daksa"),
        EnrolmentFactory(training=training, represents_rt="", person__rt="002", person__sex="L"),
        EnrolmentFactory(training=training, represents_rt="003", person__sex="P"),
    ]
    EnrolmentFactory(training=training, represents_rt="004", person__sex="P", status="withdrawn")
    BusinessFactory(person=people[0].person, nib="1234567890123")
    BusinessFactory(person=people[0].person, nib="1234567890124")
    AttendanceFactory(enrolment=people[0], session=sessions[0])
    AttendanceFactory(enrolment=people[0], session=sessions[1])
    AttendanceFactory(enrolment=people[1], session=sessions[0], presence="izin")
    ExpenseFactory(training=training)
    ExpenseFactory(training=training)
    return training


def test_the_rts_that_sent_nobody_are_named(training: Training, operator_client: Client) -> None:
    assert absent_rts(training) == [("004", ""), ("005", "")]
    page = operator_client.get(reverse("admin:programs_training_change", args=[training.pk])).content.decode()
    assert "RT 004, RT 005" in page
    assert "14-07-2025 sesi" in page
    assert "1 hadir, 1 izin, 0 sakit, 0 alpa, 1 belum dicatat" in page
    assert "1 hadir, 0 izin, 0 sakit, 0 alpa, 2 belum dicatat" in page


def test_figures_stand_beside_each_training_without_multiplying_it(
    training: Training, django_assert_num_queries: Any
) -> None:
    EnrolmentFactory()
    with django_assert_num_queries(1):
        rows = list(with_people(with_figures(Training.objects.order_by("pk"))))
    first, second = rows
    assert (first.people, first.women, first.men, first.with_nib, first.disabled) == (3, 2, 1, 1, 1)
    assert (first.attended, first.session_count, first.days) == (2, 2, 2)
    assert (first.planned, first.realised_lines) == (3_600_000, 3_600_000)
    assert (second.people, second.attended, second.planned) == (1, 0, None)


def test_attendance_by_day_counts_the_unmarked(training: Training, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        days = attendance_by_day(training)
    assert [(day.present, day.permitted, day.absent, day.unmarked) for day in days] == [(1, 1, 0, 1), (1, 0, 0, 2)]


def test_attendance_stands_beside_each_enrolment(training: Training) -> None:
    rows = with_attendance(training.enrolments.order_by("pk"))
    assert [(row.present, row.session_count) for row in rows] == [(2, 2), (0, 2), (0, 2), (0, 2)]


def test_a_day_with_attendance_is_not_deleted(training: Training, operator_client: Client) -> None:
    address = reverse("admin:programs_training_change", args=[training.pk])
    data = form_of(operator_client.get(address).content.decode())
    response = operator_client.post(address, data | {"sessions-0-DELETE": "on"})
    assert "sudah mempunyai daftar hadir" in response.content.decode()
    assert training.sessions.count() == 2


def test_the_list_counts_people_and_finds_trainings_without_any(training: Training, operator_client: Client) -> None:
    empty = TrainingFactory(title="Pelatihan Kosong")
    address = reverse("admin:programs_training_changelist")
    assert "3 (1/2)" in operator_client.get(address).content.decode()
    assert list(operator_client.get(f"{address}?people=none").context["cl"].result_list) == [empty]


def test_the_first_page_names_the_next_tasks(training: Training, operator: Any, supervisor: Any) -> None:
    TrainingFactory(status="submitted")
    TrainingFactory(status="returned")

    def tasks(user: Any) -> dict[str, int]:
        response = client_of(user).get(reverse("admin:index"))
        # Findings have a page of their own.
        lists = [task for task in response.context["tasks"] if task.url.startswith(reverse("admin:index"))]
        for task in lists:
            rows = client_of(user).get(task.url).context["cl"].result_count
            assert rows == task.count
        return {task.text: task.count for task in lists}

    assert tasks(operator) == {
        "Pelatihan masih berupa konsep": 1,
        "Pelatihan dikembalikan untuk diperbaiki": 1,
        "Pelatihan tanpa peserta": 2,
    }
    assert tasks(supervisor) == {"Pelatihan menunggu persetujuan": 1}
