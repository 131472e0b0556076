"""What differs between two workbooks, and that no more is said than that."""

import random

import pytest

from portal.spreadsheets.comparing import compare
from portal.spreadsheets.workbook import Sheet, Workbook

HEADER = ("No", "Nama", "Pagu")
ROWS = [HEADER, *((number, f"Pelatihan {number}", number * 1000) for number in range(1, 21)), ("JUMLAH", None, 210000)]


def book(*sheets: tuple[str, list], hidden: tuple[str, ...] = ()) -> Workbook:
    return Workbook("xlsx", tuple(Sheet(name, rows) for name, rows in sheets), hidden)


def told(before: Workbook, after: Workbook) -> list[str]:
    return [difference.sentence for difference in compare(before, after, {"Rekap": 1})]


def changed(**cells: object) -> list:
    """ROWS with cells set by their Excel name."""
    rows = [list(row) for row in ROWS]
    for name, value in cells.items():
        rows[int(name[1:]) - 1]["ABC".index(name[0])] = value
    return rows


def test_equal_books_differ_in_nothing() -> None:
    assert told(book(("Rekap", ROWS)), book(("Rekap", [list(row) for row in ROWS]))) == []


def test_a_digit() -> None:
    assert told(book(("Rekap", ROWS)), book(("Rekap", changed(C5=4001)))) == [
        "Lembar Rekap, sel C5: semula 4000, sekarang 4001."
    ]


def test_a_number_that_became_text() -> None:
    assert told(book(("Rekap", ROWS)), book(("Rekap", changed(C5="4000")))) == [
        "Lembar Rekap, sel C5: semula 4000, sekarang “4000”."
    ]


def test_a_header() -> None:
    assert told(book(("Rekap", ROWS)), book(("Rekap", changed(C1="Realisasi")))) == [
        "Lembar Rekap, judul kolom C1: semula “Pagu”, sekarang “Realisasi”."
    ]


def test_a_deleted_row_and_the_sum_below() -> None:
    rows = changed(C22=206000)
    del rows[4]
    assert told(book(("Rekap", ROWS)), book(("Rekap", rows))) == [
        "Lembar Rekap, sel C21: semula 210000, sekarang 206000.",
        "Lembar Rekap: baris 5 dihapus (4, “Pelatihan 4”, 4000).",
    ]


def test_an_added_row() -> None:
    rows = [*ROWS[:5], (99, "Pelatihan gelap", 5), *ROWS[5:]]
    assert told(book(("Rekap", ROWS)), book(("Rekap", rows))) == [
        "Lembar Rekap: baris 6 ditambahkan (99, “Pelatihan gelap”, 5)."
    ]


def test_two_rows_in_another_order() -> None:
    rows = [*ROWS]
    rows[3], rows[4] = rows[4], rows[3]
    (sentence,) = told(book(("Rekap", ROWS)), book(("Rekap", rows)))
    assert "dipindahkan" in sentence
    assert "Pelatihan 3" in sentence or "Pelatihan 4" in sentence


def test_sheets_in_another_order() -> None:
    one, two = ("Rekap", ROWS), ("Peserta", [("x",)])
    assert told(book(one, two), book(two, one)) == [
        "Urutan lembar berubah: semula Rekap, Peserta; sekarang Peserta, Rekap."
    ]


def test_sheets_with_each_other_s_content() -> None:
    sentences = told(book(("Rekap", ROWS), ("Peserta", [("x",)])), book(("Rekap", [("x",)]), ("Peserta", ROWS)))
    assert sentences == [
        "Lembar Rekap berisi apa yang semula ada di lembar Peserta: isinya tertukar.",
        "Lembar Peserta berisi apa yang semula ada di lembar Rekap: isinya tertukar.",
    ]


def test_sheets_that_came_went_or_hide() -> None:
    before = book(("Rekap", ROWS), ("Peserta", [("x",)]), ("Hadir", [("y",)]), ("Keuangan", [("z",)]))
    after = book(("Rekap", ROWS), ("Siswa", [("x",)]), ("Baru", [("w",)]), hidden=("Hadir",))
    assert told(before, after) == [
        "Lembar Peserta berganti nama menjadi Siswa.",
        "Lembar Hadir disembunyikan, sehingga isinya tidak diperiksa.",
        "Lembar Keuangan tidak ada lagi.",
        "Lembar Baru ditambahkan; tidak ada pada berkas yang diekspor.",
    ]


@pytest.mark.parametrize("seed", range(50))
def test_whatever_is_done_something_is_told(seed: int) -> None:
    chance = random.Random(seed)
    rows = [list(row) for row in ROWS]
    match seed % 4:
        case 0:
            rows[chance.randrange(1, 21)][chance.randrange(3)] = chance.randrange(10**6, 10**7)
        case 1:
            del rows[chance.randrange(len(rows))]
        case 2:
            rows.insert(chance.randrange(len(rows)), [chance.randrange(10**6), "baru"])
        case 3:
            a, b = chance.sample(range(1, 21), 2)
            rows[a], rows[b] = rows[b], rows[a]
    assert 1 <= len(told(book(("Rekap", ROWS)), book(("Rekap", rows)))) <= 2
