"""The list of participants: rows to people, enrolments and businesses, with a fixed number of queries."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from participants.models import Business, Enrolment, Person
from participants.resources.participants import ParticipantResource
from portal.identity import decrypt_nik
from portal.models import Region
from tests.factories.participants import BusinessFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, RegionFactory, UserFactory, make_nik
from tests.participants.sheets import PEOPLE, Desk

BORN = date(1985, 8, 17)
NIK = make_nik(11, BORN, "P")
FULL = (*PEOPLE, "Desa", "No HP", "Pendidikan", "Nama Usaha", "NIB", "KBLI", "Produk")


def line(serial: int, *more: Any) -> tuple:
    return (make_nik(serial, BORN, "P"), f"Orang {serial}", "P", BORN, "003/002", *more)


@pytest.fixture
def village(desk: Desk) -> Region:
    return RegionFactory(code="35.07.33.2001")


def test_a_full_line_becomes_person_enrolment_and_business(desk: Desk, village: Region):
    cells = ("Ds. Clumprit", "0812 3456 7890", "SMA Negeri 1", "Konveksi Siti", "1234567890123", 14111, "Seragam")
    desk.save(FULL, (NIK, "Siti Aminah", "perempuan", BORN, "3/2", *cells))
    person, business, enrolment = Person.objects.get(), Business.objects.get(), Enrolment.objects.get()
    assert (person.village, person.phone, person.education) == (village, "+6281234567890", "sma")
    assert (person.rt, person.rw, person.sex, person.local_number) == ("003", "002", "P", None)
    assert decrypt_nik(person.nik_cipher, person.nik_index) == NIK
    assert (business.name, business.nib, business.kbli_code, business.person) == (
        *("Konveksi Siti", "1234567890123", "14111"),
        person,
    )
    assert (enrolment.represents_rt, enrolment.represents_rw) == ("003", "002")
    assert {row.source_id for row in (person, enrolment)} == {person.source_id}


def test_an_empty_cell_erases_nothing_and_only_what_differs_is_written(desk: Desk):
    desk.save((*PEOPLE, "No HP", "Pekerjaan"), line(1, "081234567890", "Penjahit"))
    outcome = desk.save((*PEOPLE, "No HP", "Pekerjaan"), line(1, None, "Petani"))
    person = Person.objects.get()
    assert (person.phone, person.occupation, person.version) == ("+6281234567890", "Petani", 2)
    assert outcome.said("change") == ["pekerjaan: Penjahit → Petani"]
    assert person.history.first().history_change_reason == f"impor {outcome.batch.pk}"


def test_a_known_business_is_updated_and_a_second_one_added(desk: Desk):
    headings = (*PEOPLE, "Nama Usaha", "Produk")
    desk.save(headings, line(1, "Konveksi Siti", "Seragam"))
    assert desk.save(headings, line(1, "KONVEKSI SITI", "Kaos")).verdicts == ["changed"]
    assert desk.save(headings, line(1, "Warung Siti", None)).verdicts == ["changed"]
    assert set(Business.objects.values_list("name", "product")) == {("Konveksi Siti", "Kaos"), ("Warung Siti", "")}


@pytest.mark.parametrize(
    ("cells", "kept", "words"),
    [
        ((24_000_000, 2024, 5_000_000), (Decimal(24_000_000), 2024, Decimal(5_000_000)), ""),
        (
            ("Rp 24.000.000", None, None),
            (None, None, None),
            "Tahun Omzet kosong, sehingga Omzet Setahun tidak disimpan",
        ),
        ((None, 2024, None), (None, None, None), "Omzet Setahun kosong, sehingga Tahun Omzet tidak disimpan"),
    ],
)
def test_a_turnover_needs_its_year(desk: Desk, cells: tuple, kept: tuple, words: str):
    outcome = desk.save((*PEOPLE, "Nama Usaha", "Omzet", "Tahun Omzet", "Investasi"), line(1, "Konveksi", *cells))
    business = Business.objects.get()
    assert (business.turnover, business.turnover_year, business.investment) == kept
    assert words in " ".join(outcome.said("warning"))


def test_the_year_may_stand_in_the_heading(desk: Desk):
    headings = (*PEOPLE, "Nama Usaha", "Omzet 2023", "Omset per Tahun 2024 (Rp)", "Omzet per bulan 2024")
    outcome = desk.save(headings, line(1, "Konveksi", 10_000_000, 24_000_000, 2_000_000))
    business = Business.objects.get()
    assert (business.turnover, business.turnover_year) == (Decimal(24_000_000), 2024)
    assert outcome.said("note") == ["Omzet 2024: Hanya omzet tahun terakhir yang disimpan."]
    assert any("Omzet per bulan 2024” " in notice for notice in outcome.batch.notices)


def test_what_hangs_on_no_business_is_told(desk: Desk):
    outcome = desk.look((*PEOPLE, "Nama Usaha", "NIB", "Bidang Usaha"), line(1, None, "1234567890123", "Konveksi"))
    assert outcome.said("warning") == ["Nama Usaha: Nama usaha kosong, sehingga NIB, Bidang Usaha tidak disimpan."]


@pytest.mark.parametrize(
    ("written", "kept"), [("Tidak", ""), ("tidak ada", ""), ("-", ""), (None, ""), ("Tuna rungu", "Tuna rungu")]
)
def test_no_disability_is_none(desk: Desk, written: Any, kept: str):
    desk.save((*PEOPLE, "Disabilitas"), line(1, written))
    assert Person.objects.get().disability == kept


@pytest.mark.parametrize(
    ("column", "wrong", "suggestion"),
    [
        ("Desa", "Clumprid", "Clumprit"),
        ("Desa", "Surabaya", ""),
        ("Pendidikan", "SMAA", "SMA/SMK/sederajat"),
        ("Pendidikan", "pesantren", ""),
        ("L/P", "perempuann", "Perempuan"),
    ],
)
def test_near_words_are_suggested_and_never_taken(
    desk: Desk, village: Region, column: str, wrong: str, suggestion: str
):
    cells = {"NIK": NIK, "Nama": "Siti", "L/P": "P", "Desa": "Clumprit", "Pendidikan": "SMA"} | {column: wrong}
    outcome = desk.look(list(cells), list(cells.values()))
    assert outcome.verdicts == ["rejected"]
    assert outcome.rows[0].messages[0].get("suggestion", "") == suggestion


def test_home_is_gathered_from_any_column(desk: Desk):
    headings = ("NIK", "Nama", "L/P", "Alamat", "Dusun", "NO_RT", "NO_RW")
    rows = [
        ("Jl. Raya 5 RT 1 RW 2", "Krajan", None, None),
        ("Dusun Krajan RT 1 RW 2", "Krajan", 7, 8),
        (None, "Dusun Krajan", 7, None),
        ("Jl. Raya 5", None, None, None),
    ]
    lines = [(make_nik(serial, BORN, "P"), f"Orang {serial}", "P", *row) for serial, row in enumerate(rows, start=1)]
    desk.save(headings, *lines)
    assert list(Person.objects.order_by("name").values_list("address", "rt", "rw")) == [
        ("Dusun Krajan, Jl. Raya 5", "001", "002"),
        ("Dusun Krajan", "007", "008"),
        ("Dusun Krajan", "007", ""),
        ("Jl. Raya 5", "", ""),
    ]


def test_an_address_that_does_not_fit_is_refused(desk: Desk):
    headings = (*PEOPLE, "Alamat", "Dusun")
    outcome = desk.look(headings, line(1, "a" * 201, None), line(2, "a" * 195, "Krajan"), line(3, "a" * 200, None))
    assert outcome.verdicts == ["rejected", "rejected", "new"]


# --- rights -----------------------------------------------------------------------------------------------------------
def test_enrolling_with_a_change_needs_the_right_to_change(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    PersonFactory(office=desk.training.office, nik=NIK, name="Siti", sex="P", birth_date=BORN)
    outcome = desk.look(PEOPLE, (NIK, "Siti Aminah", "P", BORN, None), line(2))
    assert outcome.verdicts == ["new", "new"]
    may = type(desk.user).has_perm
    monkeypatch.setattr(
        type(desk.user),
        "has_perm",
        lambda user, perm, obj=None: perm != "participants.change_person" and may(user, perm),
    )
    outcome = desk.look(PEOPLE, (NIK, "Siti Aminah", "P", BORN, None), line(2))
    assert outcome.verdicts == ["rejected", "new"]
    assert "tidak boleh mengubah" in outcome.said("error", 0)[0]


# --- queries ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def full_house(desk: Desk) -> list[tuple]:
    """Six known people with a business, three of them without NIK, in this training and in a parallel one."""
    lines = []
    other = type(desk.training).objects.create(
        **{"office": desk.training.office, "budget_line": desk.training.budget_line, "number": "2025.35.07.33.777"},
        **{
            "title": "Lain",
            "start": desk.training.start,
            "end": desk.training.end,
            "organizer": desk.training.organizer,
        },
    )
    for serial in range(1, 4):
        known = PersonFactory(office=desk.training.office, nik=make_nik(serial, BORN, "P"), birth_date=BORN, sex="P")
        waiting = PersonFactory(office=desk.training.office, nik=None, birth_date=BORN, name=f"Tanpa {serial}", sex="P")
        for person in (known, waiting):
            EnrolmentFactory(training=desk.training, person=person)
            EnrolmentFactory(training=other, person=person)
            BusinessFactory(person=person, name="Konveksi")
        lines.append(
            [
                (make_nik(serial, BORN, "P"), known.name, "P", BORN, None, "Konveksi"),
                ("belum ada NIK", waiting.name, "P", BORN, None, "Konveksi"),
                (make_nik(serial + 50, BORN, "P"), f"Baru {serial}", "P", BORN, None, "Konveksi"),
                ("belum ada NIK", f"Baru tanpa {serial}", "P", BORN, None, "Konveksi"),
            ]
        )
    return lines


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(desk: Desk, full_house: list, count: int, django_assert_num_queries: Any):
    outcome = desk.look((*PEOPLE, "Nama Usaha"), *(line for group in full_house[:count] for line in group))
    resource, rows = desk.fresh(outcome)
    with django_assert_num_queries(
        7
    ):  # training, year, villages, numbers, invited RT, participants, parallel trainings
        resource.prepare()
    with django_assert_num_queries(5):  # by NIK, by key, enrolments, businesses, namesakes
        resource.plan(rows)
    assert [str(row.verdict) for row in rows] == ["same", "same", "new", "new"] * count


def test_writing_takes_the_same_queries_for_one_row_and_three(desk: Desk, full_house: list):
    counts = []
    for count in (1, 3):
        outcome = desk.look((*PEOPLE, "Nama Usaha"), *(line for group in full_house[:count] for line in group))
        resource, rows = desk.fresh(outcome)
        resource.prepare()
        resource.plan(rows)
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            resource.write([row for row in rows if row.writes], outcome.batch)
            transaction.set_rollback(True)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_thousand_people_are_looked_up_in_one_query(desk: Desk):
    lines = [line(serial) for serial in range(1, 1_001)]
    outcome = desk.look(PEOPLE, *lines)
    resource, rows = desk.fresh(outcome)
    resource.prepare()
    with CaptureQueriesContext(connection) as queries:
        resource.plan(rows)
    assert len(queries) == 1


def test_the_template_columns_are_ours(desk: Desk):
    resource = ParticipantResource(user=desk.user)
    assert list(resource.columns)[:3] == ["nik", "local_number", "name"]
    hidden = {name for name, column in resource.columns.items() if not getattr(column, "in_template", True)}
    assert hidden == {"birth", "hamlet", "rt", "rw", "business_field"}


def test_the_receipt_links_to_the_training(desk: Desk):
    outcome = desk.save(PEOPLE, line(1))
    ((label, address),) = ParticipantResource(user=desk.user).links(outcome.batch)
    assert (label, address.split("/")[-3]) == ("Buka pelatihannya", str(desk.training.pk))
    stranger = UserFactory(operator=True, agency=AgencyFactory(region=RegionFactory(code="35.07.21")))
    assert ParticipantResource(user=stranger).links(outcome.batch) == []
