from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spreadsheets.headers import HeaderColumn, data_rows, find_header
from portal.spreadsheets.workbook import ErrorValue, Sheet

COLUMNS = (
    HeaderColumn("nik", "NIK"),
    HeaderColumn("name", "Nama", required=True),
    HeaderColumn("birth", "Tempat, Tanggal Lahir"),
    HeaderColumn("village", "Desa"),
    HeaderColumn("amount", "Nilai"),
)
HEADER = ("No", "NIK", "Nama", "Desa", "Nilai")
SITI = (1, "3507335703959200", "Siti", "Clumprit", 90)
UMI = (2, "3507334309009201", "Umi", "Clumprit", 80)
EMPTY = (None,) * 5


def numbers(*rows, header=HEADER) -> list[int]:
    sheet = Sheet("Data", [header, *rows])
    return [number for number, _ in data_rows(sheet, find_header(sheet.rows, COLUMNS))]


@pytest.mark.parametrize(
    "row",
    [
        EMPTY,
        (31, None, None, None, None),
        (None, None, "JUMLAH", None, 170),
        ("Jumlah", None, None, None, "170"),
        (None, "T O T A L", None, None, "Rp1.700.000,00"),
        ("Total Peserta : 30 orang", None, None, None, None),
        ("SUB TOTAL", None, None, None, ErrorValue("#REF!")),
        ("Jumlah seluruhnya", None, 2, None, "2 orang"),
        HEADER,
        ("No.", " N I K", "nama", "DESA", None),
        (None, None, None, "Mengetahui,", None),
        (None, "Mengetahui", None, "Clumprit, 15 Juli 2025", None),
        (None, None, "Menyetujui:", None, "Pelatih"),
        (None, None, None, "Kepala Desa Clumprit", None),
        (None, "Plt. Camat Pagelaran", None, "Ketua Panitia", None),
        (None, None, None, "( ....................... )", None),
        (None, None, "_____________", None, None),
        (None, None, None, "NIP. 19700101 199903 1 001", None),
        (None, None, None, "197001011999031001", None),
        (None, None, "Keterangan: V = hadir", None, None),
        (None, None, "*) wajib diisi", None, None),
        (None, None, "Clumprit, .... Juli 2025", None, None),
    ],
)
def test_what_is_not_data_is_left_out(row):
    assert numbers(SITI, row, UMI) == [2, 4]


@pytest.mark.parametrize(
    "row",
    [
        (18, "3507335811789217", None, "Clumprit", None),
        (None, "3507335811789217", None, None, None),
        (None, None, "Endang Astuti", None, None),
        (None, None, None, "Clumprit", None),
        (18, 3507335811789217, None, None, None),
        (18, None, ErrorValue("#N/A"), None, None),
        (3, "3507335811789217", "Jumlah", "Clumprit", None),
        (None, "3507335811789217", "Total", None, None),
        (None, None, "Total", "Clumprit", None),
        (None, None, "Total", date(2025, 1, 1), None),
        (None, None, "Totalia Jumlahwati", None, 5),
        (3, None, "Camat Sutrisno", None, None),
        (None, None, "Siti", "Kepala Desa", None),
        (None, None, "Siti", "........", None),
        (None, "'3507335811789217", "Panitia", None, None),
        ("No", None, None, "Clumprit", None),
    ],
)
def test_rows_in_doubt_are_data(row):
    assert numbers(SITI, row, UMI) == [2, 3, 4]


def test_everything_below_a_signature_without_figures_is_part_of_it():
    assert numbers(
        SITI,
        EMPTY,
        (None, None, None, "Mengetahui,", None),
        (None, "Pelatih", None, "Kepala Desa Clumprit", None),
        EMPTY,
        (None, "ENDANG ASTUTI", None, "SUTRISNO, S.Sos", None),
        (None, None, None, "Pembina Tk. I", None),
        (None, None, None, "NIP. 197001011999031001", None),
    ) == [2]


def test_a_second_page_with_its_own_header_goes_on_after_a_signature():
    signature = (None, None, None, "Mengetahui,", None)
    numbering = ("(1)", "(2)", "(3)", "(4)", "(5)")
    named_only = (None, None, "Endang Astuti", "Clumprit", None)
    assert numbers(SITI, signature, HEADER, numbering, named_only, UMI) == [2, 6, 7]


def test_data_that_goes_on_below_a_signature_without_a_header_comes_through():
    assert numbers(SITI, (None, None, None, "Mengetahui,", None), UMI) == [2, 4]


def test_place_and_date_of_birth_is_not_a_signature():
    header = ("Nama", "Tempat, Tanggal Lahir")
    assert numbers(("Siti", "Malang, 17 Maret 1995"), ("Umi", None), header=header) == [2, 3]


def test_members_of_a_board_are_not_a_signature():
    header = ("Nama", "Desa")
    assert numbers(("Siti", "Ketua"), ("Umi", "Sekretaris"), ("Anik", "Bendahara"), header=header) == [2, 3, 4]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 999),
            st.from_regex(r"[1-9][0-9]{15}", fullmatch=True),
            st.one_of(st.none(), st.text(min_size=1, max_size=20)),
            st.one_of(st.none(), st.text(min_size=1, max_size=20)),
            st.one_of(st.none(), st.integers(0, 100)),
        ),
        max_size=20,
    )
)
def test_no_row_with_a_nik_is_ever_lost(rows):
    assert numbers(*rows) == list(range(2, 2 + len(rows)))


@pytest.mark.parametrize("text", ["(" * 2000, "(a" * 1000, "a, " * 600, ". " * 1000, " " * 1999 + "x", "1 " * 1000])
def test_long_text_in_every_cell_costs_little(text):
    rows = [HEADER] + [(text,) * 5] * 200
    started = process_time()
    list(data_rows(Sheet("Data", rows), find_header(rows, COLUMNS)))
    assert process_time() - started < 1
