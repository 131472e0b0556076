"""“Belum ada NIK” in lists of participants: who gets a number, who is recognised, and who must not be guessed."""

from datetime import date
from typing import Any

import pytest

from participants.models import Enrolment, Person
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, RegionFactory, make_nik
from tests.participants.sheets import PEOPLE, Desk

BORN = date(1985, 8, 17)
NIK, OTHER = make_nik(11, BORN, "P"), make_nik(12, BORN, "P")
WITH_NUMBER = (*PEOPLE, "Nomor Sementara")
NUMBER = "L-35.07.33-0004"


def line(nik: Any, name: str = "Siti Aminah", born: Any = BORN, rt: str = "003/002", *more: Any) -> tuple:
    return (nik, name, "P", born, rt, *more)


@pytest.fixture
def siti(desk: Desk) -> Person:
    """Somebody without NIK, enrolled in the training."""
    person = PersonFactory(
        **{"office": desk.training.office, "nik": None, "local_number": NUMBER, "name": "Siti Aminah"},
        **{"sex": "P", "birth_date": BORN, "rt": "003", "rw": "002"},
    )
    EnrolmentFactory(training=desk.training, person=person)
    return person


# --- the choice -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words",
    ["belum ada NIK", "BELUM ADA", "belum  punya", "Tidak ada", "belum rekam", "Belum Rekam KTP", "belumadanik"],
)
def test_the_words_for_no_nik_give_a_number(desk: Desk, words: str):
    outcome = desk.save(PEOPLE, line(words))
    person = Person.objects.get()
    assert (outcome.verdicts, person.local_number, person.nik_index) == (["new"], "L-35.07.33-0001", None)
    assert Enrolment.objects.get().person == person


@pytest.mark.parametrize("cell", [None, "", "   "])
def test_an_empty_cell_stays_an_error_that_names_the_choice(desk: Desk, cell: Any):
    outcome = desk.look(PEOPLE, line(cell))
    assert outcome.verdicts == ["rejected"]
    assert outcome.said("error") == ["NIK: NIK kosong. Isi 16 digit sesuai KTP, atau tulis “belum ada NIK”."]


@pytest.mark.parametrize("cell", ["-", "0", "?", "belum", "tidak tahu"])
def test_other_words_are_no_choice(desk: Desk, cell: str):
    assert desk.look(PEOPLE, line(cell)).verdicts == ["rejected"]


def test_many_new_people_are_numbered_in_file_order(desk: Desk):
    PersonFactory(office=desk.training.office, nik=None, local_number="L-35.07.33-0009")
    desk.save(PEOPLE, *(line("belum ada NIK", f"Orang {letter}") for letter in "abcdefghij"))
    numbers = dict(Enrolment.objects.values_list("person__name", "person__local_number"))
    assert numbers == {f"Orang {letter}": f"L-35.07.33-{serial:04d}" for serial, letter in enumerate("abcdefghij", 10)}


# --- recognised again -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["Siti Aminah", "SITI AMINAH", "siti  aminah."])
def test_unique_match_by_name_and_birth_date(desk: Desk, siti: Person, name: str):
    outcome = desk.save(PEOPLE, line("belum ada", name))
    assert Person.objects.get() == siti
    assert outcome.verdicts == ["same" if name == siti.name else "changed"]
    assert outcome.said("note") == [f"NIK: Dikenali sebagai {NUMBER} dari nama dan tanggal lahir."]


def test_the_same_file_twice_changes_nothing(desk: Desk):
    lines = [line("belum ada NIK", name) for name in ("Siti", "Umi", "Ratna")]
    lines.append(line("tidak ada", "Tanpa Tanggal", None))
    assert desk.save(PEOPLE, *lines).verdicts == ["new"] * 4
    assert desk.save(PEOPLE, *lines).verdicts == ["same"] * 4
    assert Person.objects.count() == Person.history.count() == 4


@pytest.mark.parametrize(("name", "born"), [("Siti Aminah", date(1985, 8, 18)), ("Siti Amina", BORN), ("Siti", BORN)])
def test_no_match_is_somebody_new(desk: Desk, siti: Person, name: str, born: date):
    outcome = desk.save(PEOPLE, line("belum ada NIK", name, born))
    assert outcome.verdicts == ["new"]
    assert Person.objects.exclude(pk=siti.pk).get().local_number == "L-35.07.33-0005"
    assert outcome.said("warning") == []


def test_name_alone_is_no_match_but_is_told(desk: Desk, siti: Person):
    outcome = desk.look(PEOPLE, line("belum ada NIK", born=None))
    assert outcome.verdicts == ["new"]
    assert f"NIK: Mungkin orang yang sama dengan {NUMBER}; Isi kolom" in outcome.said("warning")[0]


def test_multiple_match_names_the_candidates(desk: Desk, siti: Person):
    PersonFactory(office=siti.office, nik=None, local_number="L-35.07.33-0007", name="siti aminah", birth_date=BORN)
    outcome = desk.save(PEOPLE, line("belum ada NIK"))
    assert outcome.verdicts == ["rejected"]
    assert outcome.said("error") == [
        f"NIK: Ada 2 orang yang mungkin dimaksud: {NUMBER}, L-35.07.33-0007. "
        "Tulis nomor orangnya di kolom Nomor Sementara, atau di kolom NIK."
    ]
    assert Person.objects.count() == 2


@pytest.mark.parametrize("cells", [("belum ada NIK", "l-35.07.33-0007"), ("L-35.07.33-0007", None)])
def test_the_number_settles_it(desk: Desk, siti: Person, cells: tuple):
    twin = PersonFactory(
        office=siti.office, nik=None, local_number="L-35.07.33-0007", name="Siti Aminah", sex="P", birth_date=BORN
    )
    nik, number = cells
    outcome = desk.save(WITH_NUMBER, (*line(nik, rt=f"{twin.rt}/{twin.rw}"), number))
    assert outcome.verdicts == ["new"]
    assert Enrolment.objects.filter(training=desk.training, person=twin).exists()
    assert Person.objects.count() == 2


def test_a_number_that_is_not_ours_is_unknown(desk: Desk):
    foreign = PersonFactory(
        office=AgencyFactory(region=RegionFactory(code="35.07.21")), nik=None, local_number="L-35.07.21-0001"
    )
    said = [
        desk.look(WITH_NUMBER, (*line(nik), number)).said("error")
        for number in (foreign.local_number, "L-35.07.21-0002", NUMBER)
        for nik in ("belum ada NIK", NIK)
    ]
    assert set(map(tuple, said)) == {
        (
            "Nomor Sementara: Nomor sementara ini tidak ditemukan di kantor Anda. "
            "Periksa, atau kosongkan untuk orang baru.",
        )
    }


def test_a_number_with_another_name_is_told(desk: Desk, siti: Person):
    outcome = desk.look(WITH_NUMBER, (*line("belum ada NIK", "Rahma"), NUMBER))
    assert outcome.verdicts == ["changed"]
    assert outcome.said("warning") == [f"Nama Lengkap: Orang bernomor {NUMBER} bernama “Siti Aminah” di portal."]


# --- the NIK comes later --------------------------------------------------------------------------------------------
def test_number_and_nik_give_the_person_the_nik(desk: Desk, siti: Person):
    outcome = desk.save(WITH_NUMBER, (*line(NIK), NUMBER))
    assert outcome.verdicts == ["changed"]
    assert outcome.said("change") == [f"NIK: (kosong) → ••••••••••••{NIK[-4:]}"]
    person = Person.objects.get()
    assert (person.pk, person.local_number, person.nik_last4) == (siti.pk, NUMBER, NIK[-4:])
    assert (person.version, person.history.count(), person.enrolments.count()) == (2, 2, 1)
    again = desk.save(WITH_NUMBER, (*line(NIK), NUMBER))
    assert again.verdicts == ["same"]
    assert desk.look(PEOPLE, line(NIK)).verdicts == ["same"]


def test_a_nik_alone_only_warns_of_the_one_it_may_belong_to(desk: Desk, siti: Person):
    outcome = desk.look(PEOPLE, line(NIK))
    assert outcome.verdicts == ["new"]
    assert outcome.said("warning") == [
        f"NIK: Mungkin orang yang sama dengan {NUMBER}; Isi kolom Nomor Sementara bila memang sama."
    ]


@pytest.mark.parametrize("born", [None, date(1985, 8, 18)])
def test_a_nik_of_somebody_else_warns_of_nobody(desk: Desk, siti: Person, born: date | None):
    said = desk.look(PEOPLE, line(NIK, born=born)).said("warning")
    assert [sentence for sentence in said if "Mungkin" in sentence] == []


def test_a_nik_of_another_person_is_no_way_to_merge(desk: Desk, siti: Person):
    holder = PersonFactory(office=siti.office, nik=NIK, name="Rahma", birth_date=BORN, sex="P")
    outcome = desk.save(WITH_NUMBER, (*line(NIK), NUMBER))
    assert outcome.verdicts == ["rejected"]
    assert "NIK ini sudah tercatat atas nama Rahma" in outcome.said("error")[0]
    siti.refresh_from_db()
    holder.refresh_from_db()
    assert (siti.nik_index, siti.version, holder.version) == (None, 1, 1)


def test_a_number_whose_owner_has_another_nik_is_refused(desk: Desk, siti: Person):
    siti.set_nik(OTHER)
    siti.save()
    outcome = desk.look(WITH_NUMBER, (*line(NIK), NUMBER))
    assert outcome.verdicts == ["rejected"]
    assert "sudah mempunyai NIK lain" in outcome.said("error")[0]
    assert OTHER not in str(outcome.rows[0].messages)


# --- never overwritten ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("with_number", [True, False])
def test_a_row_without_nik_leaves_a_person_with_nik_alone(desk: Desk, siti: Person, with_number: bool):
    """An old list comes back after the NIK was filled in."""
    siti.set_nik(NIK)
    siti.save()
    row = ("belum ada NIK", "SITI AMINAH", "P", BORN, "009/009", NUMBER if with_number else None)
    outcome = desk.save(WITH_NUMBER, row)
    assert outcome.verdicts == ["same"]
    assert outcome.said("warning") == [
        f"NIK: Orang ini ({NUMBER}) sudah mempunyai NIK ••••••••••••{NIK[-4:]}; "
        "datanya tidak diubah oleh baris tanpa NIK."
    ]
    siti.refresh_from_db()
    assert (siti.name, siti.rt, siti.nik_last4) == ("Siti Aminah", "003", NIK[-4:])
    assert Person.objects.count() == 1


def test_who_never_had_a_number_is_somebody_else_but_is_told(desk: Desk):
    PersonFactory(office=desk.training.office, nik=NIK, name="Siti Aminah", birth_date=BORN)
    outcome = desk.save(PEOPLE, line("belum ada NIK"))
    assert outcome.verdicts == ["new"]
    assert outcome.said("warning") == [
        f"NIK: Mungkin orang yang sama dengan ••••••••••••{NIK[-4:]}; isi NIK-nya bila memang sama."
    ]
