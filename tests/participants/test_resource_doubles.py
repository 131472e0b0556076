"""One person, two lines: whoever is meant twice in a file is refused, by whatever name."""

from datetime import date
from typing import Any

import pytest

from participants.models import Enrolment, Person
from portal.importing import pipeline
from tests.factories.participants import PersonFactory
from tests.factories.portal import make_nik
from tests.participants.sheets import PEOPLE, Desk, Outcome

BORN = date(1985, 8, 17)
NIK = make_nik(11, BORN, "P")
NUMBER = "L-35.07.33-0004"
NO = "belum ada NIK"
HEADINGS = (*PEOPLE, "Nomor Sementara", "Alamat")


def line(nik: str, number: str | None = None, *, name: str = "Siti Aminah", born: Any = BORN, **more: Any) -> tuple:
    return (nik, name, "P", born, more.get("rt", "003/002"), number, more.get("address"))


@pytest.fixture
def siti(desk: Desk) -> Person:
    return PersonFactory(
        office=desk.training.office, nik=None, local_number=NUMBER, name="Siti Aminah", sex="P", birth_date=BORN
    )


def applied(desk: Desk, outcome: Outcome) -> list[str]:
    """Write what was seen, which must still be the plan, and return the verdicts."""
    pipeline.apply(outcome.batch, by=desk.user, seen_plan=outcome.batch.plan)
    return outcome.verdicts


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (line(NIK), line(NIK, name="Rahma")),
        (line(NO), line(NO)),
        (line(NO), line("tidak ada", name="SITI AMINAH.", rt="009/009")),
        (line(NO, born=None, address="Dusun Krajan"), line(NO, born=None, address="dusun krajan")),
    ],
)
def test_two_lines_of_one_key_are_both_refused(desk: Desk, first: tuple, second: tuple):
    outcome = desk.look(HEADINGS, first, second, line(NO, name="Umi"))
    assert applied(desk, outcome) == ["rejected", "rejected", "new"]
    assert "NIK: NIK sama dengan baris 3. Hapus atau perbaiki salah satunya." in outcome.said("error", 0)
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (line(NO, born=None, address="Dusun Krajan"), line(NO, born=None, address="Dusun Bulu")),
        (line(NO, born=None, rt="001/001"), line(NO, born=None, rt="002/001")),
        (line(NO), line(NO, born=None)),
        (line(NO), line(NO, born=date(1986, 8, 17))),
        (line(NO), line(NIK)),
    ],
)
def test_lines_that_may_be_two_people_are_two(desk: Desk, first: tuple, second: tuple):
    assert applied(desk, desk.look(HEADINGS, first, second)) == ["new", "new"]
    assert Person.objects.count() == 2


def test_name_and_number_of_one_person_are_a_double(desk: Desk, siti: Person):
    outcome = desk.look(HEADINGS, line(NO), line(NO, NUMBER), line(NUMBER, name="Rahma"))
    assert applied(desk, outcome) == ["rejected"] * 3
    assert "NIK sama dengan baris 3, baris 4." in outcome.said("error", 0)[0]


@pytest.mark.parametrize("turned", [False, True])
def test_a_nik_given_to_somebody_whom_another_line_means(desk: Desk, siti: Person, turned: bool):
    lines = [line(NIK, NUMBER), line(NO)]
    outcome = desk.look(HEADINGS, *(reversed(lines) if turned else lines))
    verdicts = applied(desk, outcome)
    assert verdicts[1] == "rejected"
    assert f"Orangnya ({NUMBER}) sama dengan baris 2." in outcome.said("error", 1)[0]
    assert Person.objects.count() == 1
    assert Enrolment.objects.count() == 1


def test_two_nik_for_one_number(desk: Desk, siti: Person):
    outcome = desk.look(HEADINGS, line(NIK, NUMBER), line(make_nik(12, BORN, "P"), NUMBER))
    assert applied(desk, outcome) == ["new", "rejected"]
    siti.refresh_from_db()
    assert siti.nik_last4 == NIK[-4:]


def test_the_person_of_a_refused_line_is_still_taken(desk: Desk, siti: Person):
    """Check and apply meet doubles in another order; both must come to the same end."""
    outcome = desk.look(HEADINGS, line(NIK, NUMBER), line(NO), line(NIK, name="Rahma"))
    assert applied(desk, outcome) == ["rejected"] * 3
    assert not Enrolment.objects.exists()


def test_a_former_number_and_the_nik_of_one_person(desk: Desk, siti: Person):
    siti.set_nik(NIK)
    siti.save()
    outcome = desk.look(HEADINGS, line(NIK), line(NO))
    assert applied(desk, outcome) == ["new", "rejected"]
    assert Enrolment.objects.count() == 1


def test_nik_cell_and_number_column_disagree(desk: Desk, siti: Person):
    PersonFactory(office=siti.office, nik=None, local_number="L-35.07.33-0005")
    outcome = desk.look(HEADINGS, line("L-35.07.33-0005", NUMBER))
    assert "Nomor di kolom NIK berbeda dengan Nomor Sementara." in outcome.said("error")[0]
