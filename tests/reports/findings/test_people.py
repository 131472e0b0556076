"""The same people, missing people, people who share a telephone, and where they come from."""

from datetime import date, timedelta
from typing import Any

import pytest

from participants.enums import EnrolmentStatus
from participants.models import Enrolment
from participants.queries import absent_rts
from programs.enums import TrainingStatus
from programs.models import Training
from tests.factories.participants import EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, RegionFactory, UserFactory, make_nik
from tests.factories.programs import BudgetLineFactory, InvitedRtFactory, TrainingFactory
from tests.reports.findings.conftest import TODAY, Run

pytestmark = pytest.mark.django_db
NIK = make_nik(41, date(1985, 3, 2), "P")
START = date(2025, 7, 14)


def joins(training: Training, **person: Any) -> Enrolment:
    """Enrol somebody new in a training."""
    return EnrolmentFactory(training=training, person=PersonFactory(office=training.office, **person))


def wagir() -> Any:
    return AgencyFactory(office=True, region__code="35.07.21")


# --- the same days --------------------------------------------------------------------------------------------------
def overlap(days: int = 1, **second: Any) -> tuple[Enrolment, Enrolment]:
    """Return the same NIK in two offices, the second training beginning `days` after the first (which lasts two)."""
    first = joins(TrainingFactory(start=START), nik=NIK, name="Sulastri")
    other = {"office": wagir(), "start": START + timedelta(days=days)} | second
    return first, joins(TrainingFactory(title="Pelatihan Batik Tulis", **other), nik=NIK, name="Sulastri W")


def test_one_nik_in_two_offices_on_the_same_day(run: Run) -> None:
    pair = overlap()
    found = {one.key: one for one in run("same_time_elsewhere")}
    assert set(found) == {f"training:{e.training_id}:person:{e.person_id}" for e in pair}
    first, second = pair
    sentence = found[f"training:{first.training_id}:person:{first.person_id}"].sentence
    assert f"Sulastri (NIK ••••••••••••{NIK[-4:]}) mengikuti pelatihan ini 14-07-2025 s.d. 15-07-2025" in sentence
    assert f"“Pelatihan Batik Tulis” ({second.training.number}) di Kecamatan Wagir" in sentence
    assert NIK not in sentence


@pytest.mark.parametrize("change", ["day after", "withdrawn", "cancelled", "another NIK", "no NIK"])
def test_no_overlap(run: Run, change: str) -> None:
    first, second = overlap(days=2 if change == "day after" else 1)
    if change == "withdrawn":
        Enrolment.objects.filter(pk=second.pk).update(status=EnrolmentStatus.WITHDRAWN)
    if change == "cancelled":
        Training.objects.filter(pk=second.training_id).update(status=TrainingStatus.CANCELLED)
    if change == "another NIK":
        second.person.set_nik(make_nik(42, date(1985, 3, 2), "P"))
        second.person.save()
    if change == "no NIK":
        for enrolment in (first, second):
            person = enrolment.person
            person.nik_index = person.nik_cipher = None
            person.local_number = f"L-{person.pk}"
            person.save()
    assert not run("same_time_elsewhere")


def test_two_trainings_of_one_office_at_once(run: Run) -> None:
    first = joins(TrainingFactory(start=START), nik=NIK)
    EnrolmentFactory(training=TrainingFactory(start=START), person=first.person)
    assert len(run("same_time_elsewhere")) == 2


def test_an_operator_learns_only_that_somebody_is_recorded_elsewhere(run: Run, operator: Any, auditor: Any) -> None:
    first, second = overlap()
    [finding] = run("same_time_elsewhere", operator)
    assert finding.training.pk == first.training_id
    assert finding.sentence.endswith("dan saat itu juga pelatihan lain di kecamatan lain.")
    for secret in ("Wagir", "Batik", "Sulastri W", second.training.number):
        assert secret not in repr(finding)
    [seen] = [one for one in run("same_time_elsewhere", auditor) if one.key == finding.key]
    assert seen.fingerprint == finding.fingerprint, "the decision of one must be recognised by the other"


def test_an_organizer_learns_only_that_of_what_another_one_pays(run: Run, supervisor: Any) -> None:
    other = AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    overlap(budget_line=BudgetLineFactory(organizer=other))
    [finding] = run("same_time_elsewhere", supervisor)
    assert finding.sentence.endswith("pelatihan lain di luar cakupan Anda.")
    assert "Wagir" not in repr(finding)
    assert "Batik" not in repr(finding)


def test_what_may_be_seen_is_named_before_what_may_not(run: Run, supervisor: Any) -> None:
    other = AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    overlap(days=0, budget_line=BudgetLineFactory(organizer=other))
    third = AgencyFactory(office=True, region__code="35.07.09")
    joins(TrainingFactory(office=third, start=START, title="Pelatihan Kopi"), nik=NIK)
    sentences = [one.sentence for one in run("same_time_elsewhere", supervisor)]
    assert len(sentences) == 2
    assert any("“Pelatihan Kopi”" in sentence for sentence in sentences)
    assert not any("Batik" in sentence for sentence in sentences)


# --- again and again ------------------------------------------------------------------------------------------------
def test_the_same_person_twice_in_a_field_and_year(run: Run, operator: Any) -> None:
    first = joins(TrainingFactory(field="Batik"), nik=NIK, name="Sulastri")
    EnrolmentFactory(training=TrainingFactory(field="Batik"), person=first.person)
    elsewhere = joins(TrainingFactory(field="Batik", office=wagir()), nik=NIK)
    joins(TrainingFactory(field="Kopi"), nik=make_nik(42, date(1985, 3, 2), "P"))
    found = {one.key: one for one in run("same_people_again")}
    assert set(found) == {f"person:{e.person_id}:2025:Batik" for e in (first, elsewhere)}
    [own] = run("same_people_again", operator)
    assert own.key == f"person:{first.person_id}:2025:Batik"
    assert own.training is None
    assert own.sentence.endswith(
        "tercatat pada 3 pelatihan bidang Batik tahun 2025, 1 di antaranya di luar pilihan atau cakupan Anda."
    )
    assert "Wagir" not in repr(own)
    assert own.fingerprint == found[own.key].fingerprint


def test_another_field_year_or_no_field_is_no_repetition(run: Run) -> None:
    first = joins(TrainingFactory(field="Batik"), nik=NIK)
    last_year = BudgetLineFactory(fiscal_year__year=2024)
    for other in (
        {"field": "Kopi"},
        {"field": ""},
        {"field": ""},
        {"field": "Batik", "budget_line": last_year},
        {"field": "Batik", "status": TrainingStatus.CANCELLED},
    ):
        EnrolmentFactory(training=TrainingFactory(**other), person=first.person)
    assert not run("same_people_again")


def test_without_a_nik_the_person_of_the_office_counts(run: Run) -> None:
    first = joins(TrainingFactory(field="Batik"), nik=None)
    EnrolmentFactory(training=TrainingFactory(field="Batik"), person=first.person)
    [finding] = run("same_people_again")
    assert first.person.local_number in finding.sentence


# --- how many -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("people", "other", "words"),
    [
        (2, {"target_people": 3}, "2 peserta, 1 kurang daripada target 3."),
        (2, {"target_people": 1}, "2 peserta, 1 lebih daripada target 1."),
        (0, {"target_people": 9, "reported_people": 5}, "5 peserta, 4 kurang daripada target 9."),
        (2, {"target_people": 2}, ""),
        (0, {"target_people": 9, "reported_people": 9}, ""),
        (2, {"target_people": None}, ""),
        (2, {"target_people": 3, "start": TODAY, "end": TODAY}, ""),
        (2, {"target_people": 3, "status": TrainingStatus.CANCELLED}, ""),
    ],
)
def test_people_against_the_target(run: Run, people: int, other: dict[str, Any], words: str) -> None:
    training = TrainingFactory(**other)
    for _ in range(people):
        joins(training)
    EnrolmentFactory(training=training, status=EnrolmentStatus.WITHDRAWN)
    assert [one.sentence for one in run("people_against_target")] == ([words] if words else [])


def test_people_without_nik(run: Run) -> None:
    training = TrainingFactory()
    for name in ("Wiwik", "Endang"):
        joins(training, nik=None, name=name)
    joins(training)
    EnrolmentFactory(training=training, person__nik=None, status=EnrolmentStatus.WITHDRAWN)
    [finding] = run("without_nik")
    assert finding.key == f"training:{training.pk}"
    assert finding.sentence == "2 peserta hanya mempunyai nomor sementara: Endang, Wiwik."


# --- one telephone, one door ----------------------------------------------------------------------------------------
def test_one_telephone_for_many(run: Run) -> None:
    odd, fine = TrainingFactory(), TrainingFactory()
    people = [joins(odd, phone="+628123456789", name=name) for name in ("Ani", "Budi", "Cici")]
    for phone in ("+628123456789", "+628123456789", "", "", "", "+628111111111"):
        joins(fine, phone=phone)
    [finding] = run("same_phone")
    assert finding.key == f"training:{odd.pk}:phone:{people[0].person_id}"
    assert finding.sentence == "3 peserta memakai satu nomor telepon yang berakhir 6789: Ani, Budi, Cici."


def test_one_house_for_many(run: Run) -> None:
    odd, fine = TrainingFactory(), TrainingFactory()
    for letter in "JjJJj":
        joins(odd, address=f"{letter}l. Melati 7", rt="003", rw="001")
    for number in range(5):
        joins(fine, address="Dusun Krajan", rt="003", rw="001")  # a hamlet is no house
        joins(fine, address="Jl. Melati 7", rt=f"00{number}", rw="001")
    [finding] = run("same_address")
    assert finding.training.pk == odd.pk
    assert finding.sentence.startswith("5 peserta beralamat sama, ")


# --- places ---------------------------------------------------------------------------------------------------------
def represent(training: Training, represents: tuple[str, str], lives: tuple[str, str] = ("009", "009")) -> None:
    person = PersonFactory(office=training.office, rt=lives[0], rw=lives[1])
    EnrolmentFactory(training=training, person=person, represents_rt=represents[0], represents_rw=represents[1])


def test_invited_rts_that_sent_nobody_are_those_of_the_one_rule(run: Run) -> None:
    training, met = TrainingFactory(), TrainingFactory()
    for rt, rw in (("001", ""), ("002", ""), ("003", "001"), ("003", "002"), ("004", ""), ("005", "001")):
        InvitedRtFactory(training=training, rt=rt, rw=rw)
    represent(training, ("001", "007"))  # meets an invitation without RW
    represent(training, ("003", "002"))
    represent(training, ("", ""), lives=("004", "003"))  # stands for the RT of the home
    represent(training, ("", ""), lives=("005", "002"))  # another RW than invited
    represent(training, ("006", ""), lives=("002", "001"))  # named one RT, lives in another
    InvitedRtFactory(training=met, rt="001", rw="")
    represent(met, ("001", ""))
    InvitedRtFactory(training=TrainingFactory(start=TODAY, end=TODAY), rt="001")  # still to come
    [finding] = run("rt_without_people")
    assert absent_rts(training) == [("002", ""), ("003", "001"), ("005", "001")]
    assert finding.sentence == "3 RT diundang tetapi tidak diwakili: RT 002, RT 003/RW 001, RT 005/RW 001."
    assert finding.training.pk == training.pk


def test_people_from_another_regency(run: Run) -> None:
    RegionFactory(code="35.73", name="Kota Malang")
    training = TrainingFactory()
    joins(training, name="Ani", village=RegionFactory(code="35.73.01.1001", name="Klojen"))
    joins(training, village=RegionFactory(code="35.07.21.2009"))  # another kecamatan of the same regency
    joins(training, village=None)
    [finding] = run("outsiders")
    assert finding.key == f"training:{training.pk}"
    assert finding.sentence == "1 peserta berdomisili di luar kabupaten: Ani (Klojen)."


def test_a_sentence_names_five_and_counts_the_rest(run: Run) -> None:
    training = TrainingFactory()
    for letter in "ABCDEFG":
        joins(training, nik=None, name=letter)
    [finding] = run("without_nik")
    assert finding.sentence == "7 peserta hanya mempunyai nomor sementara: A, B, C, D, E, dan 2 lainnya."


def test_a_wide_scope_and_a_narrow_one_agree(run: Run) -> None:
    """The operator of each office finds what the auditor finds in that office, by key and fingerprint."""
    overlap()
    joins(TrainingFactory(office=wagir(), field="Batik"), nik=None)
    operators = [UserFactory(operator=True), UserFactory(operator=True, agency=wagir())]
    for rule in ("same_time_elsewhere", "same_people_again", "without_nik", "people_against_target"):
        everything = {(one.key, one.fingerprint) for one in run(rule)}
        assert {(one.key, one.fingerprint) for user in operators for one in run(rule, user)} == everything
