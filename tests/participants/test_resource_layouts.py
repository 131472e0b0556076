"""Layouts that offices are sent: the population register's, the ministry's, our own; and headings that name a field."""

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.db import models

from participants.models import Attendance, Business, Enrolment, Person
from participants.resources.attendance import AttendanceResource
from participants.resources.cells import parse_birth, parse_kbli, parse_local_number, parse_workers, parse_year
from participants.resources.participants import ParticipantResource
from portal.importing import pipeline
from portal.models import ImportRow
from portal.spreadsheets.cells import CellError
from portal.spreadsheets.headers import find_header
from portal.spreadsheets.layout import header_key, without_hints
from tests.factories.portal import RegionFactory, make_nik
from tests.participants.sheets import PEOPLE, Desk, Outcome

BORN = date(1985, 8, 17)
NIK, CARD = make_nik(11, BORN, "P"), "3507332509120001"
SIAK = {
    "NO_KK": CARD,
    "NIK": NIK,
    "NAMA_LGKP": "SITI AMINAH",
    "TMPT_LHR": "MALANG",
    "TGL_LHR": "17-08-1985",
    "JENIS_KLMIN": "PEREMPUAN",
    "AGAMA": "ISLAM",
    "STATUS": "KAWIN",
    "PENDIDIKAN AKHIR": "SLTA/SEDERAJAT",
    "JENIS PEKERJAAN": "MENGURUS RUMAH TANGGA",
    "ALAMAT": "JL RAYA 5",
    "NO_RT": 3,
    "NO_RW": 2,
    "NAMA_KEL": "CLUMPRIT",
}
PRINTED = {
    "No KK": CARD,
    "NIK": NIK,
    "Nama Lengkap": "SITI AMINAH",
    "Tempat/Tgl Lahir": "MALANG, 17 Agustus 1985",
    "Jenis Kelamin": "PEREMPUAN",
    "Pendidikan Akhir": "SLTA/SEDERAJAT",
    "Jenis Pekerjaan": "MENGURUS RUMAH TANGGA",
    "Alamat": "JL RAYA 5",
    "RT/RW": "003/002",
    "Kel": "CLUMPRIT",
}
MINISTRY = {
    "No": 1,
    "Nama Peserta": "SITI AMINAH",
    "NIK": NIK,
    "Jenis Kelamin": "P",
    "Tempat, Tanggal Lahir": "MALANG, 17-08-1985",
    "Alamat": "JL RAYA 5 RT 003 RW 002",
    "Desa/Kelurahan": "Clumprit",
    "No HP": "081234567890",
    "Pendidikan Terakhir": "SMA",
    "Pekerjaan": "MENGURUS RUMAH TANGGA",
    "Nama Usaha": "Konveksi Siti",
    "NIB": "1234567890123",
    "Bidang Usaha": "Konveksi",
    "Jumlah Tenaga Kerja": "3 orang",
    "Omzet": 24_000_000,
    "Tahun Omzet": 2024,
}


def facts() -> tuple:
    person = Person.objects.get()
    return (
        *(person.name, person.birth_place, person.birth_date, person.sex, person.education, person.occupation),
        *(person.address, person.rt, person.rw, person.village_id, person.nik_last4),
    )


@pytest.mark.parametrize(
    ("cells", "preset", "ignored"),
    [
        (SIAK, "SIAK", {"NO_KK", "AGAMA", "STATUS"}),
        (PRINTED, "SIAK (judul lengkap)", {"No KK"}),
        (MINISTRY, "PK2UMK", set()),
    ],
)
def test_known_layouts_need_no_mapping(desk: Desk, cells: dict, preset: str, ignored: set[str]):
    RegionFactory(code="35.07.33.2001")
    outcome = desk.save(list(cells), list(cells.values()))
    assert outcome.batch.layout["preset"] == preset
    assert (outcome.verdicts, outcome.said("error"), outcome.said("warning")) == (["new"], [], [])
    assert facts() == (
        *("SITI AMINAH", "MALANG", BORN, "P", "sma", "MENGURUS RUMAH TANGGA"),
        *("JL RAYA 5", "003", "002", "35.07.33.2001", NIK[-4:]),
    )
    assert {notice.split("“")[1].split("”")[0] for notice in outcome.batch.notices} == ignored


def test_the_number_of_a_family_is_kept_nowhere(desk: Desk):
    RegionFactory(code="35.07.33.2001")
    outcome = desk.save(list(SIAK), list(SIAK.values()))
    assert not any(CARD in str(row.cells) or CARD in str(row.messages) for row in ImportRow.objects.all())
    assert CARD not in str(list(Person.objects.values()))
    assert CARD not in str(outcome.batch.notices)


def test_the_ministry_s_business_is_kept(desk: Desk):
    RegionFactory(code="35.07.33.2001")
    desk.save(list(MINISTRY), list(MINISTRY.values()))
    business = Business.objects.get()
    assert (business.name, business.nib, business.product, business.workers) == (
        *("Konveksi Siti", "1234567890123", "Konveksi"),
        3,
    )
    assert (int(business.turnover), business.turnover_year) == (24_000_000, 2024)


def test_a_real_workbook_of_the_register(desk: Desk):
    """Through the reader as well, with the register's numbers as text."""
    RegionFactory(code="35.07.33.2001")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, list(SIAK))
        for column, value in enumerate(SIAK.values()):
            (sheet.write_number if isinstance(value, int) else sheet.write_string)(1, column, value)
    batch = pipeline.receive(
        buffer.getvalue(), "siak.xlsx", resource="participants", by=desk.user, target=desk.training.number
    )
    pipeline.stage(batch)
    pipeline.check(batch, desk.user)
    assert Outcome(batch).verdicts == ["new"]


@pytest.mark.parametrize("resource", [ParticipantResource, AttendanceResource])
def test_our_own_headings_are_recognised(resource: type):
    columns = resource(user=None).columns.values()
    headings = tuple(column.label for column in columns if getattr(column, "in_template", True))
    match = find_header([headings, headings], resource(user=None).header_columns(), dynamic=None)
    assert (match.ok, len(match.columns)) == (True, len(headings))
    found = {header_key(heading) for heading in headings}
    own = [label for label, signs in resource.presets.items() if {header_key(sign) for sign in signs} <= found]
    assert own == ["Templat Sulam"]


@pytest.mark.parametrize("resource", [ParticipantResource, AttendanceResource])
def test_no_heading_means_two_columns(resource: type):
    seen: dict[str, str] = {}
    for column in resource(user=None).header_columns():
        for spelling in (column.label, *column.synonyms):
            assert seen.setdefault(header_key(spelling), column.name) == column.name, spelling


# --- cells ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Malang, 17 Agustus 1985", ("Malang", BORN)),
        ("Malang / 17-08-1985", ("Malang", BORN)),
        ("KAB. MALANG 17/08/1985", ("KAB. MALANG", BORN)),
        ("17-08-1985", (None, BORN)),
        (BORN, (None, BORN)),
        (None, None),
        ("-", None),
    ],
)
def test_place_and_date_in_one_cell(text: Any, value: Any):
    assert parse_birth(text) == value


@pytest.mark.parametrize(
    ("parse", "value"),
    [
        *((parse_birth, text) for text in ("Malang", "Malang, 17-08-85", "Malang, 31-02-1985", 31276)),
        *((parse_local_number, text) for text in ("L-1", NIK, "35.07.33-0001", 4)),
        *((parse_kbli, value) for value in ("1411", "141111", 1111, "Konveksi")),
        *((parse_workers, value) for value in ("tiga", -1, "3-4 orang")),
        *((parse_year, value) for value in (24, 1900, "tahun lalu")),
    ],
)
def test_cells_that_say_something_else_are_refused(parse: Any, value: Any):
    with pytest.raises(CellError):
        parse(value)


@pytest.mark.parametrize(
    ("parse", "value", "read"),
    [
        (parse_kbli, "14111 Industri Pakaian Jadi", "14111"),
        (parse_kbli, 14111, "14111"),
        (parse_workers, "3 orang", 3),
        (parse_workers, 3.0, 3),
        (parse_local_number, " l-35.07.33-0001", "L-35.07.33-0001"),
        *((parse, "-", None) for parse in (parse_kbli, parse_workers, parse_local_number, parse_year)),
    ],
)
def test_cells_as_people_write_them(parse: Any, value: Any, read: Any):
    assert parse(value) == read


# --- hijack -----------------------------------------------------------------------------------------------------------
def fields() -> list[tuple[str, str, Any]]:
    """Return (label, heading, value) for each name and verbose name of a field that no column is called by."""
    known = {
        header_key(text)
        for column in ParticipantResource(user=None).header_columns()
        for text in (column.label, *column.synonyms)
    }
    samples: dict[type, Any] = {
        models.CharField: "completed",
        models.DateField: date(2001, 1, 1),
        models.DecimalField: 99,
        models.ForeignKey: 1,
        models.BinaryField: "00ff",
    }
    found = []
    for model in (Person, Business, Enrolment, Attendance):
        for field in model._meta.concrete_fields:
            value = next((value for kind, value in samples.items() if isinstance(field, kind)), 77)
            for heading in (
                field.name,
                field.attname,
                str(field.verbose_name),
                f"{model._meta.model_name}.{field.name}",
            ):
                if not {header_key(heading), header_key(without_hints(heading))} & known:
                    found.append((f"{model._meta.model_name}.{field.name}", heading, value))
    return found


def written() -> list[Any]:
    """Return everything an import of people may write, without what differs each time."""
    tables = []
    for model in (Person, Business, Enrolment, Attendance):
        names = [
            field.attname for field in model._meta.concrete_fields if field.name not in {"id", "nik_cipher", "source"}
        ]
        tables.append([{**row, "person_id": 0} for row in model._default_manager.order_by("pk").values(*names)])
    return tables


def test_a_heading_that_names_a_field_changes_nothing(desk: Desk):
    """Every field at once, in the name of the model and in that of the form; none is a column."""
    headings = list({header_key(heading): heading for _, heading, _ in fields()}.values())
    values = {header_key(heading): value for _, heading, value in fields()}
    assert {"niklast4", "nikcipher", "personversion", "statuspeserta", "officeid"} & values.keys()
    line = (NIK, "Siti", "P", BORN, "003/002", "Konveksi")
    plain = desk.save((*PEOPLE, "Nama Usaha"), line)
    expected = written()
    for model in (Business, Enrolment, Person):
        model.objects.all().delete()
    outcome = desk.save((*PEOPLE, "Nama Usaha", *headings), (*line, *(values[header_key(head)] for head in headings)))
    assert outcome.verdicts == plain.verdicts == ["new"]
    assert written() == expected
    assert len([notice for notice in outcome.batch.notices if "diabaikan" in notice]) == len(headings)
