"""Codes, years, numbers and ways of payment as people write them into the sheets of money."""

from decimal import Decimal
from typing import Any

import pytest

from portal.spreadsheets.cells import CellError
from portal.spreadsheets.workbook import ErrorValue
from programs.resources.codes import HIGHER, parse_account, parse_code, parse_line_code, parse_year
from programs.resources.expense_columns import parse_number, parse_volume
from programs.rules import payment_method
from tests.factories.programs import SUB_ACTIVITY

FEE, NUMBER = "5.1.02.02.01.0003", "2025.35.07.33.777"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("3.31.02.2.01.0005", SUB_ACTIVITY),
        ("3.31.02.2.01.05", SUB_ACTIVITY),
        ("3.31.02.02.01.0005 ", SUB_ACTIVITY),
        ("3.31.02.2.01.0005 Koordinasi, Sinkronisasi, 2025", SUB_ACTIVITY),
        ("3.31.02.2.01.0005 - Koordinasi", SUB_ACTIVITY),
        ("3.31.02.2.01", HIGHER),
        ("3.31.02 PROGRAM PERENCANAAN", HIGHER),
        ("3", HIGHER),
        ("5.1.02.02.01.0003", HIGHER),
        ("5.1.02", HIGHER),
        ("2.17.3.30.3.31.01.0000", HIGHER),
        ("5.01.02.2.01.0003", "5.01.02.2.01.0003"),
        ("", None),
        (None, None),
    ],
)
def test_codes_of_a_dpa(cell: str | None, code: str | None) -> None:
    assert parse_line_code(cell) == code


@pytest.mark.parametrize(("cell", "year"), [(2025, 2025), (2025.0, 2025), ("TA 2025", 2025), ("Tahun 2025", 2025)])
def test_years_as_people_write_them(cell: Any, year: int) -> None:
    assert parse_year(cell) == year


@pytest.mark.parametrize(
    ("cell", "method"),
    [
        ("LS", "LS"),
        ("LS (langsung)", "LS"),
        ("SP2D-LS", "LS"),
        ("SPP GU Nihil", "GU"),
        ("Ganti Uang", "GU"),
        ("UP", "GU"),
        ("UP/GU", "GU"),
        ("Uang Persediaan", "GU"),
        ("tu", "TU"),
        ("Tambahan Uang Persediaan", "TU"),
        ("Tunai", None),
        ("Upah", None),
        ("SP2D", None),
    ],
)
def test_ways_of_payment(cell: str, method: str | None) -> None:
    assert payment_method(cell) == method


def test_cells_of_accounts_numbers_and_volumes() -> None:
    assert {parse_account(cell) for cell in (FEE, "5.1.02.02.001.00003", f"{FEE} Honorarium (3 JP)")} == {"5.1.2.2.1.3"}
    assert parse_number(f"{NUMBER} · Pelatihan Menjahit") == NUMBER
    assert (parse_volume("1,5"), parse_volume("-"), parse_volume(None)) == (Decimal("1.50"), None, None)


@pytest.mark.parametrize(
    ("parse", "cell", "words"),
    [
        (parse_code, 3.31, "tersimpan sebagai angka"),
        (parse_code, ErrorValue("#N/A"), "kesalahan Excel"),
        (parse_code, "Pemberdayaan Industri", "bukan kode nomenklatur"),
        (parse_account, "5..1", "bukan kode rekening"),
        (parse_year, "25", "bukan tahun anggaran"),
        (parse_year, "x" * 100_000, "bukan tahun anggaran"),
        (parse_number, "9" * 41, "bukan nomor pelatihan"),
        (parse_volume, 1.005, "paling banyak dua angka"),
        (parse_volume, 10**9, "terlalu besar"),
    ],
)
def test_cells_that_are_refused(parse: Any, cell: Any, words: str) -> None:
    with pytest.raises(CellError, match=words):
        parse(cell)
