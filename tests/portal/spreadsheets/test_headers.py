import itertools
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets.cells import parse_date
from portal.spreadsheets.headers import HeaderColumn, data_rows, find_header
from portal.spreadsheets.layout import header_key
from portal.spreadsheets.reading import Sheet, read_workbook

FILES = Path(__file__).parents[2] / "files"

PEOPLE = (
    HeaderColumn("nik", "NIK", ("Nomor KTP", "No. KTP"), required=True),
    HeaderColumn("name", "Nama Lengkap", ("Nama", "Nama Peserta"), required=True),
    HeaderColumn("sex", "Jenis Kelamin", ("L/P", "JK")),
    HeaderColumn("birth_date", "Tanggal Lahir", ("Tgl Lahir",)),
    HeaderColumn("address", "Alamat", ("Alamat Lengkap",)),
    HeaderColumn("rt_rw", "RT/RW"),
    HeaderColumn("rt", "RT"),
    HeaderColumn("rw", "RW"),
    HeaderColumn("village", "Desa", ("Desa/Kelurahan", "Desa/Kel")),
    HeaderColumn("phone", "No. HP", ("HP", "Telp", "No. HP/WA")),
    HeaderColumn("education", "Pendidikan"),
    HeaderColumn("business", "Nama Usaha"),
)
TRAININGS = (
    HeaderColumn("code", "Kode Sub Kegiatan", required=True),
    HeaderColumn("title", "Nama Pelatihan", required=True),
    HeaderColumn("field", "Bidang"),
    HeaderColumn("start", "Waktu Mulai", ("Tanggal Mulai",)),
    HeaderColumn("end", "Waktu Selesai", ("Tanggal Selesai",)),
    HeaderColumn("village", "Desa"),
    HeaderColumn("district", "Kecamatan"),
    HeaderColumn("target", "Target"),
    HeaderColumn("present", "Peserta Hadir"),
    HeaderColumn("ceiling", "Pagu"),
    HeaderColumn("realised", "Realisasi"),
)


def sheets(name: str) -> tuple[Sheet, ...]:
    return read_workbook((FILES / name).read_bytes(), name).sheets


@pytest.mark.parametrize(
    ("name", "columns", "header_rows", "numbers"),
    [
        ("peserta-clumprit-2025.xlsx", PEOPLE, (7,), range(9, 39)),
        ("peserta-clumprit-tergesa.xlsx", PEOPLE, (1,), range(2, 32)),
        ("batik-sidorahayu.csv", PEOPLE, (1,), range(2, 27)),
        ("daftar-hadir-clumprit.xlsx", PEOPLE, (3,), range(4, 34)),
        ("rekap-pelatihan-2025.xlsx", TRAININGS, (4, 5), range(6, 16)),
    ],
)
def test_samples(name, columns, header_rows, numbers):
    for sheet in sheets(name):
        match = find_header(sheet.rows, columns, dynamic=parse_date)
        assert match.ok
        assert match.header_rows == header_rows
        assert [number for number, _ in data_rows(sheet, match)] == list(numbers)


def test_the_columns_of_the_hurried_list():
    (sheet,) = sheets("peserta-clumprit-tergesa.xlsx")
    match = find_header(sheet.rows, PEOPLE)
    assert match.columns == {
        "nik": 1,
        "name": 2,
        "sex": 3,
        "birth_date": 4,
        "rt": 5,
        "rw": 6,
        "village": 7,
        "phone": 8,
    }
    assert match.unknown == ()


def test_groups_span_the_columns_below():
    sheet, *_ = sheets("rekap-pelatihan-2025.xlsx")
    match = find_header(sheet.rows, TRAININGS)
    assert list(match.columns.values()) == list(range(1, 12))


def test_dates_of_the_attendance_list_are_dynamic_columns():
    (sheet,) = sheets("daftar-hadir-clumprit.xlsx")
    match = find_header(sheet.rows, PEOPLE, dynamic=parse_date)
    assert match.dynamic == {3: date(2025, 7, 14), 4: date(2025, 7, 15)}
    assert match.unknown == (("F", "Ket"),)


def test_the_same_date_twice_is_a_duplicate():
    match = find_header([("NIK", "Nama", "14/07/2025", date(2025, 7, 14))], PEOPLE, dynamic=parse_date)
    assert match.duplicated == (("14/07/2025", ("C", "D")),)
    assert not match.ok


@pytest.mark.parametrize(
    "heading",
    ["NIK", "nik", " N I K ", "N.I.K.", "NIK*", "\u00a0NIK\u200b", "NIK (16 digit)", "ＮＩＫ", "No.KTP", "NOMOR\nKTP"],
)
def test_spellings_of_a_heading(heading):
    assert find_header([(heading, "Nama")], PEOPLE).columns["nik"] == 0


@pytest.mark.parametrize("order", list(itertools.permutations(["NIK", "Nama", "L/P", "Tgl. Lahir"])))
def test_the_order_of_columns_is_free(order):
    match = find_header([order], PEOPLE)
    assert {order[index] for index in match.columns.values()} == set(order)
    assert match.ok


def test_missing_columns_are_named_and_a_similar_heading_suggested():
    match = find_header([("No", "NIK", "Nma Lengkap", "Pendidikn", "Hobi")], PEOPLE)
    assert not match.ok
    assert [column.name for column in match.missing] == ["name"]
    assert match.unknown == (("C", "Nma Lengkap"), ("D", "Pendidikn"), ("E", "Hobi"))
    assert match.suggestions["name"] == ("C", "Nma Lengkap")
    assert match.suggestions["education"] == ("D", "Pendidikn")


def test_duplicated_columns_are_named():
    match = find_header([("NIK", "Nama", "Nama Peserta")], PEOPLE)
    assert match.duplicated == (("Nama Lengkap", ("B", "C")),)
    assert not match.ok


def test_the_exact_heading_wins_over_the_same_one_with_a_hint():
    match = find_header([("NIK (suami)", "NIK", "Nama")], PEOPLE)
    assert match.columns["nik"] == 1
    assert match.unknown == (("A", "NIK (suami)"),)
    assert match.ok


def test_a_percentage_is_another_column():
    match = find_header([("Kode Sub Kegiatan", "Nama Pelatihan", "Realisasi (Rp)", "Realisasi (%)")], TRAININGS)
    assert match.columns["realised"] == 2
    assert match.unknown == (("D", "Realisasi (%)"),)


@pytest.mark.parametrize("rows", [[], [()], [("Daftar Hadir",)], [(None, 1, date(2025, 1, 1))]])
def test_no_header_is_an_answer_and_not_an_error(rows):
    match = find_header(rows, PEOPLE)
    assert match.header_rows == ()
    assert [column.name for column in match.missing] == ["nik", "name"]
    assert not match.ok
    assert list(data_rows(Sheet("Data", rows), match)) == []


def test_one_known_column_is_a_header_only_to_say_what_is_missing():
    assert find_header([("NIK", "Namaa")], PEOPLE).suggestions["name"] == ("B", "Namaa")
    assert find_header([("Desa", "Clumprit")], PEOPLE[2:]).header_rows == ()
    assert find_header([("NIK", "Hobi")], PEOPLE[:1]).ok


def test_the_header_is_looked_for_in_the_first_30_rows():
    blank = [(None, None)]
    assert find_header(blank * 29 + [("NIK", "Nama")], PEOPLE).header_rows == (30,)
    assert find_header(blank * 30 + [("NIK", "Nama")], PEOPLE).header_rows == ()


def test_a_title_right_above_the_header_is_not_a_group():
    match = find_header([("DAFTAR PESERTA", None, None), ("NIK", "Nama", "Desa")], PEOPLE)
    assert match.header_rows == (2,)


def test_a_hint_line_belongs_to_the_header():
    rows = [("NIK", "Nama"), ("(16 digit)", "(sesuai KTP)"), ("3507335703959200", "Siti")]
    match = find_header(rows, PEOPLE)
    assert match.first_data_row == 3


@pytest.mark.parametrize(
    "numbering",
    [(1, 2, 3, 4), ("(1)", "(2)", "(3)", "(4)"), ("1", "2", "3", "4"), ("1", "2", "3", "4=3+2"), ("1 ", 2, " (3)", 4)],
)
def test_numbers_below_the_header_are_not_data(numbering):
    rows = [("No", "NIK", "Nama", "Desa"), numbering, (1, "3507335703959200", "Siti", "Clumprit")]
    assert find_header(rows, PEOPLE).first_data_row == 3


@pytest.mark.parametrize("row", [(1, None, "Siti", None), (1, "2", None, None), (1, True, 3, 4), (2, 3, 4, 5)])
def test_rows_that_only_resemble_numbering_are_data(row):
    rows = [("No", "NIK", "Nama", "Desa"), row]
    assert find_header(rows, PEOPLE).first_data_row == 2


def test_lines_below_a_group_that_are_only_hints_leave_the_group_alone():
    rows = [
        ("NIK", "Nama", "Jenis Kelamin", "Tempat", None),
        (None, None, "(L/P)", "Desa", "Kecamatan"),
        ("3507335703959200", "Siti", "P", "Clumprit", "Pagelaran"),
    ]
    match = find_header(rows, PEOPLE)
    assert match.header_rows == (1, 2)
    assert match.columns == {"nik": 0, "name": 1, "sex": 2, "village": 3}


@given(st.text())
def test_comparing_headings_is_idempotent(text):
    assert header_key(header_key(text)) == header_key(text)
