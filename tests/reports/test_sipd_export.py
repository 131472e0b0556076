"""The workbook of SIPD-RI against Sulam: its three sheets, its sums against SQL, whole budget lines only."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.models import User
from reports.base import ExportRefused
from reports.registry import permitted_exporters
from tests.factories.portal import FiscalYearFactory, UserFactory
from tests.factories.programs import SUB_ACTIVITY, BudgetLineFactory, TrainingFactory
from tests.reports.ledger import Book, export, read_book, read_csv
from tests.reports.sipd import KINDS, Books, build_books, sipd_total, sulam_total

MISSING = "Belum ada lembar SIPD, tidak dibandingkan"


@pytest.fixture
def books(db: None) -> Books:
    return build_books()


@pytest.fixture
def supervisor(books: Books) -> User:
    return UserFactory(supervisor=True)


def taken(user: User, folder: Path, **params: str) -> Book:
    return read_book(export("sipd", user, folder, **params).files[0])


def cents(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_three_sheets_whose_sums_are_what_sql_says(books: Books, supervisor: User, tmp_path: Path) -> None:
    """A sub kegiatan without a single training is not part of the report."""
    book = taken(supervisor, tmp_path, year="2025")
    sipd, sulam = sipd_total(books.upload, SUB_ACTIVITY), sulam_total(books.upload)
    for sheet in ("Ringkasan", "Per mata anggaran"):
        figures = [book.feet[sheet][label] for label in ("Realisasi SIPD", "Realisasi Sulam", "Selisih")]
        assert [cents(figure) for figure in figures] == [sipd, sulam, sipd - sulam], sheet
    assert book.sum("Selisih", "Selisih") == sipd - sulam
    assert book.sum("Cocok", "Selisih") == 0
    assert book.sum("Selisih", "Realisasi SIPD") + book.sum("Cocok", "Realisasi SIPD") == sipd
    assert book.sum("Selisih", "Realisasi Sulam") + book.sum("Cocok", "Realisasi Sulam") == sulam
    assert [row["Jumlah"] for row in book.rows["Ringkasan"]] == [
        count if kind != "outside" else 0 for kind, count in KINDS.items()
    ]


def test_a_line_tells_where_to_look(books: Books, supervisor: User, tmp_path: Path) -> None:
    book = taken(supervisor, tmp_path)
    (row,) = [row for row in book.rows["Selisih"] if row["Hasil"] == "Beda nilai"]
    assert (row["Tahun Anggaran"], row["Kode Sub Kegiatan"], row["Sumber Dana"]) == (
        2025,
        SUB_ACTIVITY,
        "Pendapatan Asli Daerah (PAD)",
    )
    assert row["SP2D yang Berbeda"] == "SP2D/3/2025: SIPD Rp475.000,00, Sulam Rp500.000,00"
    assert row["Pelatihan di Sulam"] == ", ".join(books.trainings[word].number for word in ("first", "second"))
    assert row["Nama Rekening"] == "Rekening 5.1.02.01.01.0052", "our own table names it before SIPD does"


def test_the_sheets_used_are_named(books: Books, supervisor: User, tmp_path: Path) -> None:
    (used,) = taken(supervisor, tmp_path).rows["Lembar SIPD yang dipakai"]
    source = books.upload.source
    assert (used["Berkas"], used["SHA-256"], used["Oleh"]) == (source.filename, source.sha256, source.by.name)
    assert (used["Baris"], cents(used["Realisasi SIPD"])) == (6, sipd_total(books.upload))


def test_years_without_a_sheet_are_told_and_not_compared(books: Books, supervisor: User, tmp_path: Path) -> None:
    last_year = BudgetLineFactory(fiscal_year=FiscalYearFactory(year=2024))
    for amount in (100, 50):
        TrainingFactory(budget_line=last_year, realised=Decimal(amount))
    book = taken(supervisor, tmp_path)
    (missing,) = book.rows[MISSING]
    assert (missing["Tahun Anggaran"], missing["Jumlah Pelatihan"], missing["Realisasi Sulam"]) == (2024, 2, 150)
    assert cents(book.feet["Ringkasan"]["Realisasi Sulam"]) == sulam_total(books.upload)


@pytest.mark.parametrize(
    ("params", "label"),
    [
        ({"office": "35.07.33"}, "Kecamatan"),
        ({"status": "draft"}, "Status"),
        ({"fund_source": "1.1"}, "Sumber dana"),
        ({"q": "batik"}, "Kata kunci"),
        ({"start_after": "2025-01-01"}, "Mulai sejak"),
    ],
)
def test_filters_that_take_a_part_of_a_budget_line_are_refused(
    books: Books, supervisor: User, tmp_path: Path, params: dict[str, str], label: str
) -> None:
    with pytest.raises(ExportRefused) as refusal:
        export("sipd", supervisor, tmp_path, year="2025", **params)
    assert refusal.value.sentences == [
        f"{label}: SIPD membandingkan mata anggaran secara utuh. Hapus saringan ini lalu ulangi."
    ]


def test_the_code_filters_both_sides(books: Books, supervisor: User, tmp_path: Path) -> None:
    book = taken(supervisor, tmp_path, budget_line="3.30")
    assert (book.rows["Selisih"], book.rows["Cocok"]) == ([], [])
    assert book.feet["Ringkasan"]["Realisasi SIPD"] == 0


def test_csv_holds_the_same_figures(books: Books, supervisor: User, tmp_path: Path) -> None:
    files = export("sipd", supervisor, tmp_path, "csv", year="2025").files
    found = {path.stem.removeprefix("sipd-"): read_csv(path) for path in files}
    assert len(found["selisih"]) == 5
    assert len(found["cocok"]) == 2


def test_another_dinas_is_nowhere(books: Books, supervisor: User, tmp_path: Path) -> None:
    text = taken(supervisor, tmp_path).text
    assert "888000000" not in text
    assert "Koperasi" not in text
    (tmp_path / "auditor").mkdir()
    book = taken(UserFactory(auditor=True), tmp_path / "auditor")
    assert {row["SKPD"] for row in book.rows["Lembar SIPD yang dipakai"]} == {
        books.upload.organizer.name,
        books.foreign.organizer.name,
    }
    sides = [sipd_total(one, SUB_ACTIVITY) - sulam_total(one) for one in (books.upload, books.foreign)]
    assert cents(book.feet["Ringkasan"]["Selisih"]) == sum(sides)


@pytest.mark.parametrize("role", ["operator", "head", "administrator"])
def test_offices_and_administrators_do_not_get_it(db: None, role: str) -> None:
    assert "sipd" not in permitted_exporters(UserFactory(**{role: True}))
