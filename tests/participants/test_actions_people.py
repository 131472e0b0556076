"""Who a person is: NIK, or the next number of the office."""

from datetime import date

import pytest
from django.urls import reverse

from participants.actions.people import identify, number_people
from participants.models import Person
from portal.models import User
from tests.factories.participants import PersonFactory
from tests.factories.portal import AgencyFactory, RegionFactory, make_nik

pytestmark = pytest.mark.django_db


def unknown(office, **fields) -> Person:
    return PersonFactory.build(office=office, nik=None, local_number=None, village=None, **fields)


def test_numbers_run_on_in_the_order_given(django_assert_num_queries, clerk: User):
    office = clerk.agency
    people = [unknown(office) for _ in range(50)]
    with django_assert_num_queries(4):  # savepoint, lock, last number, release
        number_people(people)
    assert [person.local_number for person in people] == [f"L-35.07.33-{serial:04d}" for serial in range(1, 51)]
    for person in people:
        person.save()
    later = [unknown(office), unknown(office)]
    number_people(later)
    assert [person.local_number for person in later] == ["L-35.07.33-0051", "L-35.07.33-0052"]


def test_the_number_after_9999_is_found_again(clerk: User):
    for number in ("L-35.07.33-9999", "L-35.07.33-10000"):
        PersonFactory(office=clerk.agency, nik=None, local_number=number)
    person = identify(unknown(clerk.agency), None)
    assert person.local_number == "L-35.07.33-10001"


def test_each_office_counts_for_itself(clerk: User):
    wagir = AgencyFactory(region=RegionFactory(code="35.07.21"))
    PersonFactory(office=clerk.agency, nik=None, local_number="L-35.07.33-0007")
    people = [unknown(wagir), unknown(clerk.agency), unknown(wagir)]
    number_people(people)
    assert [person.local_number for person in people] == ["L-35.07.21-0001", "L-35.07.33-0008", "L-35.07.21-0002"]


def test_who_has_a_nik_or_a_number_keeps_it(django_assert_num_queries, clerk: User):
    numbered = PersonFactory(office=clerk.agency, nik=None, local_number="L-35.07.33-0003")
    known = PersonFactory(office=clerk.agency)
    with django_assert_num_queries(2):  # savepoint, release
        number_people([numbered, known])
    assert (numbered.local_number, known.local_number) == ("L-35.07.33-0003", None)


def test_a_number_is_found_in_the_list(operator_client, operator):
    for number in ("L-35.07.33-0003", "L-35.07.33-0030"):
        PersonFactory(office=operator.agency, nik=None, local_number=number)
    page = operator_client.get(reverse("admin:participants_person_changelist"), {"q": "l-35.07.33-0003"})
    assert [person.local_number for person in page.context["cl"].result_list] == ["L-35.07.33-0003"]


def test_a_nik_given_later_keeps_the_number_as_history(clerk: User):
    person = PersonFactory(office=clerk.agency, nik=None, local_number="L-35.07.33-0003")
    nik = make_nik(1, date(1990, 1, 1), "P")
    identify(person, nik)
    person.save()
    person.refresh_from_db()
    assert (person.local_number, person.nik_last4) == ("L-35.07.33-0003", nik[-4:])
