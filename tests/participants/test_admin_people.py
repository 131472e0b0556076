"""People in the back office: a NIK goes in, a masked one comes out, the full one only with right, reason and trace."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from participants.models import Business, Person
from portal.identity import decrypt_nik, mask_nik
from portal.models import AuditEvent
from tests.addresses import form_of
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, RegionFactory, make_nik
from tests.factories.programs import TrainingFactory
from tests.factories.world import World
from tests.roles import client_of

pytestmark = pytest.mark.django_db
NIK = make_nik(1, date(1990, 1, 1), "P")
ADD = "admin:participants_person_add"
NO_BUSINESS = {"businesses-TOTAL_FORMS": "0", "businesses-INITIAL_FORMS": "0"}


@pytest.fixture
def fields() -> dict[str, Any]:
    return {"nik": NIK, "name": "Siti Aminah", "sex": "P", "birth_date": "01-01-1990", **NO_BUSINESS}


def address_of(person: Person, page: str = "change") -> str:
    return reverse(f"admin:participants_person_{page}", args=[person.pk])


def save(client: Client, person: Person, **fields: Any) -> Any:
    return client.post(address_of(person), form_of(client.get(address_of(person)).content.decode()) | fields)


@pytest.mark.parametrize("written", [NIK, f"'{NIK}", f"{NIK[:6]} {NIK[6:12]}.{NIK[12:]}"])
def test_a_person_is_recorded_with_the_nik_as_people_write_it(
    operator_client: Client, operator: Any, fields: dict, written: str
) -> None:
    RegionFactory(code="35.07.33.2001")
    more = {"nik": written, "rt": "3", "rw": "2", "phone": "0812 3456 7890", "village": "35.07.33.2001"}
    assert operator_client.post(reverse(ADD), fields | more).status_code == 302
    person = Person.objects.get()
    assert decrypt_nik(person.nik_cipher, person.nik_index) == NIK
    assert (person.office, person.rt, person.rw, person.phone) == (operator.agency, "003", "002", "+6281234567890")


def test_without_a_nik_the_office_gives_a_number(operator_client: Client, fields: dict) -> None:
    for name in ("Siti", "Wati"):
        assert operator_client.post(reverse(ADD), fields | {"nik": "", "name": name}).status_code == 302
    numbers = list(Person.objects.order_by("id").values_list("local_number", flat=True))
    assert numbers == ["L-35.07.33-0001", "L-35.07.33-0002"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"nik": NIK[:15]}, "NIK berisi 15 digit, seharusnya 16."),
        ({"nik": "3507330000900001"}, "Susunan NIK tidak mungkin"),
        ({"nik": "abc"}, "NIK hanya boleh berisi angka"),
        ({"phone": "12"}, "bukan nomor Indonesia yang lengkap"),
        ({"rt": "0"}, "Nomor RT tidak boleh nol."),
    ],
)
def test_what_cannot_be_is_refused_in_words(operator_client: Client, fields: dict, wrong: dict, words: str) -> None:
    response = operator_client.post(reverse(ADD), fields | wrong)
    assert words in response.content.decode()
    assert not Person.objects.exists()


def test_a_nik_is_unique_in_the_office_and_says_nothing_about_others(
    operator_client: Client, operator: Any, fields: dict
) -> None:
    PersonFactory(office=AgencyFactory(region__code="35.07.21"), nik=NIK)
    assert operator_client.post(reverse(ADD), fields).status_code == 302
    response = operator_client.post(reverse(ADD), fields)
    assert "NIK ini sudah tercatat di kantor Anda." in response.content.decode()
    assert Person.objects.filter(office=operator.agency).count() == 1


def test_doubts_are_told_and_refuse_nothing(operator_client: Client, fields: dict) -> None:
    odd = fields | {"sex": "L", "birth_date": "02-02-1980"}
    page = operator_client.post(reverse(ADD), odd, follow=True).content.decode()
    assert "Tanggal lahir 02-02-1980 berbeda dengan yang tersusun di NIK." in page
    assert "Jenis kelamin L berbeda" in page
    assert Person.objects.count() == 1


def test_the_form_of_a_known_person_never_shows_the_nik(operator_client: Client, operator: Any) -> None:
    person = PersonFactory(office=operator.agency, nik=NIK)
    page = operator_client.get(address_of(person)).content.decode()
    assert NIK not in page
    assert mask_nik("0001") in page
    assert save(operator_client, person, name="Nama Baru").status_code == 302
    person.refresh_from_db()
    assert (person.name, decrypt_nik(person.nik_cipher, person.nik_index)) == ("Nama Baru", NIK)


def test_a_nik_can_be_completed_and_corrected(operator_client: Client, operator: Any) -> None:
    person = PersonFactory(office=operator.agency, nik=None)
    assert save(operator_client, person, nik=NIK).status_code == 302
    corrected = make_nik(2, date(1990, 1, 1), "P")
    assert save(operator_client, person, nik=corrected).status_code == 302
    person.refresh_from_db()
    assert decrypt_nik(person.nik_cipher, person.nik_index) == corrected
    history = operator_client.get(address_of(person, "history")).content.decode()
    for secret in (NIK, corrected, person.nik_index):
        assert secret not in history


def test_a_business_is_kept_with_its_owner(operator_client: Client, operator: Any) -> None:
    person = PersonFactory(office=operator.agency)
    more = {"businesses-TOTAL_FORMS": "1", "businesses-0-name": "Konveksi Siti", "businesses-0-turnover": "12.500.000"}
    assert "Isi omzet bersama tahunnya" in save(operator_client, person, **more).content.decode()
    assert save(operator_client, person, **more, **{"businesses-0-turnover_year": "2024"}).status_code == 302
    assert Business.objects.get().office == operator.agency


@pytest.mark.parametrize("query", ["Aminah", "0001"])
def test_people_are_found_by_name_and_by_the_last_digits(operator_client: Client, operator: Any, query: str) -> None:
    person = PersonFactory(office=operator.agency, name="Siti Aminah", nik=NIK)
    PersonFactory(office=operator.agency, name="Joko", nik=make_nik(77, date(1980, 1, 1), "L"))
    response = operator_client.get(reverse("admin:participants_person_changelist"), {"q": query})
    assert list(response.context["cl"].result_list) == [person]
    assert NIK not in response.content.decode()


def test_the_middle_of_a_nik_finds_nobody(operator_client: Client, operator: Any) -> None:
    PersonFactory(office=operator.agency, nik=NIK)
    response = operator_client.get(reverse("admin:participants_person_changelist"), {"q": NIK[:6]})
    assert not response.context["cl"].result_list


def test_other_offices_are_counted_and_not_named(operator_client: Client, operator: Any) -> None:
    person = PersonFactory(office=operator.agency, nik=NIK)
    assert "Tidak tercatat." in operator_client.get(address_of(person)).content.decode()
    wagir = AgencyFactory(region__code="35.07.21", short_name="Kecamatan Wagir")
    there = TrainingFactory(office=wagir, title="Pelatihan Rahasia")
    EnrolmentFactory(training=there, person=PersonFactory(office=wagir, nik=NIK))
    page = operator_client.get(address_of(person)).content.decode()
    assert "Juga tercatat di kecamatan lain: 1 pelatihan, terakhir 2025." in page
    assert "Wagir" not in page
    assert "Rahasia" not in page


def test_disability_is_not_for_those_who_only_count(two_agencies: World) -> None:
    person = two_agencies.a.person
    Person.objects.filter(pk=person.pk).update(disability="Tuna rungu")
    shown = {
        role: "Tuna rungu" in client_of(getattr(two_agencies, role)).get(address_of(person)).content.decode()
        for role in ("operator_a", "auditor", "supervisor", "pptk")
    }
    assert shown == {"operator_a": True, "auditor": True, "supervisor": False, "pptk": False}


# --- the full NIK -------------------------------------------------------------------------------------------------
REASON = {"reason": "Mencocokkan KTP untuk SPJ transport"}


def test_a_nik_is_opened_with_a_reason_and_a_trace(operator_client: Client, operator: Any) -> None:
    person = PersonFactory(office=operator.agency, nik=NIK)
    address = address_of(person, "reveal")
    assert NIK not in operator_client.get(address).content.decode()
    assert NIK not in operator_client.post(address, {"reason": "perlu"}).content.decode()
    assert not AuditEvent.objects.filter(action="reveal").exists()
    response = operator_client.post(address, REASON)
    assert NIK in response.content.decode()
    assert response["Cache-Control"] == "no-store, private"
    assert NIK not in operator_client.get(address).content.decode()
    event = AuditEvent.objects.get(action="reveal")
    assert (event.user, event.agency, event.object_id) == (operator, person.office, str(person.pk))
    assert "Mencocokkan KTP" in event.summary
    assert NIK not in f"{event.summary}{event.data}"


@pytest.mark.parametrize("role", ["programme_officer", "supervisor", "administrator"])
def test_a_masked_role_cannot_open_a_nik(role: str, request: pytest.FixtureRequest) -> None:
    enrolment = EnrolmentFactory()
    client = client_of(request.getfixturevalue(role))
    assert client.post(address_of(enrolment.person, "reveal"), REASON).status_code == 403
    assert not AuditEvent.objects.filter(action="reveal").exists()


def test_a_foreign_nik_answers_like_none_at_all(two_agencies: World) -> None:
    client = client_of(two_agencies.operator_a)
    for method in (client.get, client.post):
        response = method(address_of(two_agencies.b.person, "reveal"), REASON)
        assert (response.status_code, response["Location"]) == (302, reverse("admin:index"))
    assert not AuditEvent.objects.filter(action="reveal").exists()


def test_a_person_without_a_nik_has_none_to_open(operator_client: Client, operator: Any) -> None:
    person = PersonFactory(office=operator.agency, nik=None)
    response = operator_client.post(address_of(person, "reveal"), REASON, follow=True)
    assert "Orang ini belum mempunyai NIK." in response.content.decode()
    assert "Buka NIK" not in response.content.decode()
