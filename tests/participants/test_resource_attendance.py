"""Attendance sheets: people by NIK, local number or unique name; a column a session; nothing guessed."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from participants.models import Attendance, Enrolment
from participants.resources import attendance
from participants.resources.attendance import AttendanceResource
from participants.resources.base import TrainingSheetResource
from portal.importing.resources import PlannedRow
from portal.scoping import VanishedRow
from programs.models import Session
from tests.factories.participants import AttendanceFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, RegionFactory, make_nik
from tests.factories.programs import SessionFactory, TrainingFactory
from tests.factories.world import World
from tests.participants.sheets import Desk

BORN = date(1985, 8, 17)
NIK = make_nik(11, BORN, "P")
NUMBER = "L-35.07.33-0004"
DAYS = (date(2025, 7, 14), date(2025, 7, 15))


@pytest.fixture
def sheet(attendance_desk: Desk) -> Desk:
    """Two days with a session each; Siti with a NIK, Umi without."""
    training = attendance_desk.training
    for day in DAYS:
        SessionFactory(training=training, date=day, order=1)
    for person in (
        {"nik": NIK, "name": "Siti Aminah"},
        {"nik": None, "local_number": NUMBER, "name": "Umi Kulsum"},
    ):
        EnrolmentFactory(training=training, person=PersonFactory(office=training.office, **person))
    return attendance_desk


def marks() -> list[tuple[str, date, int, str]]:
    rows = Attendance.objects.order_by("enrolment__person__name", "session__date", "session__order")
    return list(rows.values_list("enrolment__person__name", "session__date", "session__order", "presence"))


@pytest.mark.parametrize(
    "headings",
    [
        DAYS,
        ("14/07/2025", "15/07/2025"),
        ("14 Juli", "15 Juli"),
        ("Hari 1", "Hari ke-2"),
        ("Sesi 1", "Sesi 2"),
        ("14/07/2025 Sesi 1", "Hari 2 Sesi 1"),
    ],
)
def test_a_column_a_session_in_any_words(sheet: Desk, headings: tuple):
    outcome = sheet.save(("Nama", "NIK", *headings), ("Siti Aminah", NIK, "V", "S"), ("Umi Kulsum", None, 1, None))
    assert outcome.verdicts == ["new", "new"]
    assert marks() == [
        ("Siti Aminah", DAYS[0], 1, "hadir"),
        ("Siti Aminah", DAYS[1], 1, "sakit"),
        ("Umi Kulsum", DAYS[0], 1, "hadir"),
    ]
    assert len(outcome.said("warning")) == 1
    assert "belum dicatat" in outcome.said("warning", 1)[0]


def test_the_same_sheet_twice_then_one_mark_changed(sheet: Desk):
    headings = ("Nama", "Hari 1", "Hari 2")
    sheet.save(headings, ("Siti Aminah", "V", "V"))
    assert sheet.save(headings, ("Siti Aminah", "V", "V")).verdicts == ["same"]
    outcome = sheet.save(headings, ("Siti Aminah", "V", "I"))
    assert outcome.verdicts == ["changed"]
    assert outcome.said("change") == ["kehadiran 15-07-2025 sesi 1: Hadir → Izin"]
    assert [presence for *_, presence in marks()] == ["hadir", "izin"]
    changed = Attendance.objects.get(presence="izin")
    assert [version.presence for version in changed.history.all()] == ["izin", "hadir"]
    assert changed.history.first().history_change_reason == f"impor {outcome.batch.pk}"


def test_several_sessions_a_day_each_have_a_column(sheet: Desk):
    SessionFactory(training=sheet.training, date=DAYS[0], order=2)
    outcome = sheet.save(
        ("Nama", "14/07/2025 Sesi 1", "14/07/2025 Sesi 2", "15/07/2025"), ("Siti Aminah", "V", "A", "H")
    )
    assert outcome.verdicts == ["new"]
    assert [(day.day, order, presence) for _, day, order, presence in marks()] == [
        (14, 1, "hadir"),
        (14, 2, "alpa"),
        (15, 1, "hadir"),
    ]
    outcome = sheet.look(("Nama", "14/07/2025"), ("Siti Aminah", "V"))
    assert outcome.verdicts == ["rejected"]
    assert "mempunyai 2 sesi" in outcome.said("error")[0]


def test_a_day_that_is_none_blocks_only_those_who_are_marked_there(sheet: Desk):
    outcome = sheet.look(("Nama", "Hari 1", "Hari 3"), ("Siti Aminah", "V", "V"), ("Umi Kulsum", "V", None))
    assert outcome.verdicts == ["rejected", "new"]
    assert outcome.said("error") == ["Hari 3: Pelatihan ini hanya 2 hari. Periksa judul kolom atau jadwal pelatihan."]


def test_two_columns_of_one_session_are_refused(sheet: Desk):
    outcome = sheet.look(("Nama", "14/07/2025", "Hari 1"), ("Siti Aminah", "V", "A"), ("Umi Kulsum", "V", None))
    assert outcome.verdicts == ["rejected", "new"]
    assert outcome.said("error") == [
        "Hari 1: Kolom ini dan kolom 14-07-2025 berarti sesi yang sama. Hapus salah satunya."
    ]


# --- who is meant -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (("Siti Aminah", None, None), "Siti Aminah"),
        (("SITI  AMINAH", None, None), "Siti Aminah"),
        (("siapa saja", NIK, None), "Siti Aminah"),
        (("siapa saja", None, NUMBER), "Umi Kulsum"),
        (("siapa saja", NUMBER, None), "Umi Kulsum"),
        (("Umi Kulsum", "belum ada NIK", None), "Umi Kulsum"),
        (("Umi Kulsum", "belum ada NIK", NUMBER), "Umi Kulsum"),
    ],
)
def test_people_are_found_by_nik_number_or_name(sheet: Desk, cells: tuple, name: str):
    outcome = sheet.save(("Nama", "NIK", "Nomor Sementara", "Hari 1"), (*cells, "V"))
    assert outcome.verdicts == ["new"]
    assert [mark[0] for mark in marks()] == [name]
    assert [f"“{name}”" in sentence for sentence in outcome.said("warning")] == [True] * (cells[0] == "siapa saja")


def test_a_shared_name_needs_more(sheet: Desk):
    twin = PersonFactory(office=sheet.training.office, nik=None, local_number="L-35.07.33-0005", name="SITI AMINAH")
    EnrolmentFactory(training=sheet.training, person=twin)
    headings = ("Nama", "NIK", "Hari 1")
    outcome = sheet.look(headings, ("Siti Aminah", None, "V"))
    assert outcome.said("error") == [
        f"Nama: Nama ini dipakai 2 peserta (L-35.07.33-0005, ••••••••••••{NIK[-4:]}). Isi NIK atau Nomor Sementara."
    ]
    assert (
        sheet.look(headings, ("Siti Aminah", NIK, "V"), ("Siti Aminah", "L-35.07.33-0005", "V")).verdicts == ["new"] * 2
    )


@pytest.mark.parametrize(
    "second", [("Siti", NIK, None), ("Siti Aminah", None, None), ("SITI AMINAH", "belum ada", None)]
)
def test_doubles_are_found_by_person(sheet: Desk, second: tuple):
    outcome = sheet.look(("Nama", "NIK", "Nomor Sementara", "Hari 1"), ("Siti Aminah", NIK, None, "V"), (*second, "A"))
    assert outcome.verdicts == ["rejected", "rejected"]
    assert outcome.said("error", 0) == ["Nama: Peserta sama dengan baris 3. Hapus atau perbaiki salah satunya."]


def test_nik_and_number_of_two_people_are_refused(sheet: Desk):
    outcome = sheet.look(("Nama", "NIK", "Nomor Sementara", "Hari 1"), ("Siti Aminah", NIK, NUMBER, "V"))
    assert "milik orang yang berbeda" in outcome.said("error")[0]


@pytest.mark.parametrize("with_row", [False, True])
def test_a_foreign_participant_answers_like_nobody(sheet: Desk, with_row: bool):
    """The neighbour's person of that NIK, number and name, in a training of the same days."""
    nik, number = make_nik(77, BORN, "P", "350721"), "L-35.07.21-0001"
    if with_row:
        wagir = AgencyFactory(region=RegionFactory(code="35.07.21"))
        there = TrainingFactory(office=wagir, start=DAYS[0], end=DAYS[1])
        for facts in ({"nik": nik}, {"nik": None, "local_number": number}):
            EnrolmentFactory(training=there, person=PersonFactory(office=wagir, name="Rahma", **facts))
    cells = [("Rahma", nik, None), ("Rahma", None, number), ("Rahma", None, None)]
    outcome = sheet.look(("Nama", "NIK", "Nomor Sementara", "Hari 1"), *((*row, "V") for row in cells))
    stranger = "Orang ini bukan peserta pelatihan. Impor dahulu daftar peserta."
    assert outcome.said("error") == [f"NIK: {stranger}", f"Nomor Sementara: {stranger}", f"Nama: {stranger}"]


def test_nothing_is_loaded_of_a_foreign_training(two_agencies: World, monkeypatch: pytest.MonkeyPatch):
    def prepare(self: TrainingSheetResource) -> None:
        self.training, self.blocked = two_agencies.b.training, ""

    monkeypatch.setattr(TrainingSheetResource, "prepare", prepare)
    foreign, own = (AttendanceResource(user=user) for user in (two_agencies.operator_a, two_agencies.operator_b))
    for resource in (foreign, own):
        resource.prepare()
    assert (foreign.schedule.sessions, foreign.by_name, foreign.by_nik, foreign.marks) == ([], {}, {}, {})
    assert own.schedule.sessions
    assert own.by_name
    assert own.by_nik
    assert own.marks
    assert foreign.example_dynamic() == ["14/07/2025", "15/07/2025"]
    assert own.example_dynamic() == [f"{two_agencies.b.session.date:%d/%m/%Y}"]


@pytest.mark.parametrize("kind", ["new", "changed"])
def test_marks_are_written_in_own_rows_only(two_agencies: World, monkeypatch: pytest.MonkeyPatch, kind: str):
    """Even if they had been found by mistake, and nobody looked again afterwards."""
    monkeypatch.setattr(attendance, "record_attendance", lambda **given: None)
    resource = AttendanceResource(user=two_agencies.operator_a)
    resource.training = two_agencies.b.training
    row = PlannedRow(sheet="x", number=2, cells={})
    new = [(two_agencies.b.enrolment.pk, two_agencies.b.session, "hadir")]
    row.new = [(new, []) if kind == "new" else ([], [(two_agencies.b.attendance.pk, "izin")])]
    with pytest.raises(VanishedRow):
        resource.write([row], two_agencies.a.importbatch)
    resource.user = two_agencies.operator_b
    resource.write([row], two_agencies.b.importbatch)


# --- hijack -----------------------------------------------------------------------------------------------------------
def test_headings_that_name_fields_change_nothing(sheet: Desk):
    names = [
        heading
        for model in (Attendance, Enrolment, Session)
        for field in model._meta.concrete_fields
        for heading in {field.name, str(field.verbose_name)}
    ]
    extra = [heading for heading in dict.fromkeys(names) if heading.casefold() not in {"nama", "nik"}]
    outcome = sheet.save(("Nama", "Hari 1", *extra), ("Siti Aminah", "V", *(["1"] * len(extra))))
    assert outcome.verdicts == ["new"]
    mark = Attendance.objects.get()
    assert (mark.presence, mark.session.date, mark.training, mark.office) == (
        *("hadir", DAYS[0], sheet.training),
        sheet.training.office,
    )


# --- queries ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(sheet: Desk, count: int, django_assert_num_queries: Any):
    session = Session.objects.earliest("date")
    for number in range(3):
        person = PersonFactory(office=sheet.training.office, name=f"Orang {number}")
        AttendanceFactory(enrolment=EnrolmentFactory(training=sheet.training, person=person), session=session)
    outcome = sheet.look(("Nama", "Hari 1", "Hari 2"), *((f"Orang {number}", "I", "V") for number in range(count)))
    resource, rows = sheet.fresh(outcome)
    with django_assert_num_queries(5):  # training, year, sessions, participants, marks
        resource.prepare()
    with django_assert_num_queries(0):
        resource.plan(rows)
    assert [str(row.verdict) for row in rows] == ["changed"] * count


def test_writing_takes_the_same_queries_for_one_row_and_three(sheet: Desk):
    session = Session.objects.earliest("date")
    for number in range(3):
        person = PersonFactory(office=sheet.training.office, name=f"Orang {number}")
        AttendanceFactory(enrolment=EnrolmentFactory(training=sheet.training, person=person), session=session)
    counts = []
    for count in (1, 3):
        outcome = sheet.look(("Nama", "Hari 1", "Hari 2"), *((f"Orang {number}", "I", "V") for number in range(count)))
        resource, rows = sheet.fresh(outcome)
        resource.prepare()
        resource.plan(rows)
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            resource.write([row for row in rows if row.writes], outcome.batch)
            transaction.set_rollback(True)
        counts.append(len(queries))
    assert counts[0] == counts[1]
