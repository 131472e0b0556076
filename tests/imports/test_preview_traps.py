"""Files that are made to part the preview from the result: two ways to name one row, moved keys, values too long."""

from datetime import date
from typing import Any

import pytest

from participants.models import Person
from portal.enums import Verdict
from portal.importing import pipeline
from programs.models import Session, Training
from tests.factories.participants import AttendanceFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, RegionFactory, UserFactory, make_nik
from tests.factories.programs import BudgetLineFactory, SessionFactory, TrainingFactory
from tests.imports.deeds import told_by, version_counts
from tests.imports.desk import Upload, tables, verdicts

pytestmark = pytest.mark.usefixtures("fast_reading")

HEAD = ("Nomor Pelatihan", "Kode", "Nama Pelatihan", "Mulai", "Selesai", "Kecamatan", "Keterangan")
CODE = "3.31.02.2.01.0005"
NIK = make_nik(4321, date(1991, 3, 4), "P")


@pytest.fixture
def training(db: None) -> Training:
    made = TrainingFactory(office=AgencyFactory(office=True), budget_line=BudgetLineFactory())
    SessionFactory(training=made, date=made.start)
    SessionFactory(training=made, date=made.end)
    return made


def recap(*lines: tuple[Any, ...]) -> Upload:
    return Upload("trainings", UserFactory(programme_officer=True), HEAD, lines)


def known(training: Training, notes: str = "", **other: Any) -> tuple[Any, ...]:
    """Return the line of a training that is there, known by its number unless told otherwise."""
    values = {"number": training.number, "title": training.title, "start": training.start, "end": training.end}
    values |= other
    return (values["number"], CODE, values["title"], values["start"], values["end"], "Pagelaran", notes)


def people(training: Training, headings: str, *lines: str) -> Upload:
    cells = [line.split(";") for line in lines]
    return Upload("participants", UserFactory(operator=True), headings.split(";"), cells, target=training.number)


def rejected(upload: Upload) -> set[int]:
    """Return the rows that the preview refuses; what it promises to save must then be saved."""
    batch = upload.check()
    refused = {number for number, (verdict, _) in verdicts(batch).items() if verdict == Verdict.REJECTED}
    pipeline.apply(batch, by=upload.user)
    return refused


def test_a_training_named_by_number_and_by_title_is_a_double(training: Training):
    assert rejected(recap(known(training, "satu"), known(training, "dua", number=""))) == {2, 3}


def test_a_number_may_not_move_onto_the_key_of_another_training(training: Training):
    other = TrainingFactory(office=training.office, title=training.title, start=date(2025, 9, 1))
    line = known(other, start=training.start, end=training.end)
    assert rejected(recap(line)) == {2}


def test_a_new_training_may_not_take_the_key_that_a_numbered_row_moves_onto(training: Training):
    day = date(2025, 9, 1)
    moved = known(training, start=day, end=day)
    assert rejected(recap(moved, known(training, number="", start=day, end=day))) == {2, 3}


def test_a_known_training_keeps_its_line_when_another_organizer_has_one_like_it(training: Training):
    BudgetLineFactory(organizer=AgencyFactory(organizer=True, name="Dinas Koperasi", short_name="Diskop"))
    upload = recap(known(training, "Lancar"))
    upload.user = UserFactory(operator=True)
    assert rejected(upload) == set()


def test_two_trainings_may_not_move_onto_one_key(training: Training):
    other = TrainingFactory(office=training.office, title="Pelatihan Batik", start=date(2025, 9, 1))
    day = date(2025, 10, 1)
    one, two = (known(moved, title="Pelatihan Las", start=day, end=day) for moved in (training, other))
    assert rejected(recap(one, two)) == {2, 3}


@pytest.mark.parametrize(
    ("named", "refused"),
    [("Diskop", set()), ("dinas koperasi", set()), ("", {2}), ("Dinas Kelautan", {2}), ("Diskp", {2})],
)
def test_an_office_says_whose_budget_line_it_means(training: Training, named: str, refused: set[int]):
    diskop = AgencyFactory(organizer=True, name="Dinas Koperasi", short_name="Diskop")
    theirs = BudgetLineFactory(organizer=diskop)
    line = known(training, number="", title="Pelatihan Las")
    upload = Upload("trainings", UserFactory(operator=True), (*HEAD, "OPD"), [(*line, named)])
    assert rejected(upload) == refused
    assert Training.objects.filter(budget_line=theirs).count() == (0 if refused else 1)


def test_a_short_name_that_two_share_names_neither(training: Training):
    for name in ("Dinas Koperasi", "Dinas Kelautan"):
        BudgetLineFactory(organizer=AgencyFactory(organizer=True, name=name, short_name="DK"))
    line = known(training, number="", title="Pelatihan Las")
    upload = Upload("trainings", UserFactory(operator=True), (*HEAD, "OPD"), [(*line, "DK")])
    assert rejected(upload) == {2}


def test_a_row_that_may_not_move_takes_nothing_from_the_line_whose_key_it_wanted(training: Training):
    other = TrainingFactory(office=training.office, title=training.title, start=date(2025, 9, 1))
    onto_the_first = known(other, start=training.start, end=training.end)
    assert rejected(recap(onto_the_first, known(training, "Lancar"))) == {2}


def test_a_number_is_not_taken_to_another_kecamatan(training: Training):
    AgencyFactory(office=True, region=RegionFactory(code="35.07.21"))
    line = [*known(training, "pindah")]
    line[5] = "Wagir"
    assert rejected(recap(tuple(line))) == {2}


def test_a_changed_note_brings_no_day_back(training: Training):
    """The office had taken the second day out of the calendar."""
    Session.objects.filter(date=training.end).delete()
    recap(known(training, "Lancar")).save()
    assert list(Session.objects.values_list("date", flat=True)) == [training.start]


def test_every_changed_mark_of_a_line_is_shown(training: Training):
    person = PersonFactory(office=training.office, name="Sulastri")
    enrolment = EnrolmentFactory(training=training, person=person)
    for session in training.sessions.all():
        AttendanceFactory(enrolment=enrolment, session=session, presence="alpa")
    days = [training.start, training.end]
    upload = Upload(
        "attendance", UserFactory(operator=True), ["Nama", "NIK", *days], [("Sulastri", "", "V", "I")], training.number
    )
    ((verdict, said),) = told_by(upload.check()).values()
    assert verdict == Verdict.CHANGED
    assert {message for _, message in said} == {"Alpa → Hadir", "Alpa → Izin"}


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Alamat", "J" * 201),
        ("KBLI", "14A11"),
        ("KBLI", "1411"),
    ],
)
def test_what_the_form_would_refuse_is_refused(training: Training, heading: str, value: str):
    upload = people(training, f"NIK;Nama;L/P;Nama Usaha;{heading}", f"{NIK};Sulastri;P;Keripik;{value}")
    assert rejected(upload) == {2}
    assert not Person.objects.exists()


def test_the_longest_values_that_are_taken_fit_the_form(training: Training):
    headings = (
        "NIK;Nama;L/P;Alamat;RT;RW;No HP;Tempat Lahir;Pekerjaan;Disabilitas;Nama Usaha;NIB;KBLI;Produk;Tenaga Kerja"
    )
    values = ["J" * 200, "999", "RW 999", "0812345678901", "T" * 80, "P" * 80, "D" * 80, "U" * 120]
    values += ["1234567890123", "99999", "Q" * 120, "10000"]
    assert rejected(people(training, headings, ";".join([NIK, "N" * 120, "P", *values]))) == set()
    person = Person.objects.get()
    for obj in (person, person.enrolments.get(), person.businesses.get()):
        obj.full_clean(validate_unique=False, validate_constraints=False)


def test_saving_the_same_file_again_writes_nothing(training: Training):
    upload = recap(known(training, "Lancar"), known(training, number="", title="Baru", start=training.end))
    upload.save()
    before, versions = tables(), version_counts()
    assert upload.save().counts["same"] == 2
    assert (tables(), version_counts()) == (before, versions)
